import { prepareChain } from '../../../scanner/scan/preparedChain.ts';
import { whyNot, type WhyNot, type WhyNotQuestion } from '../../../scanner/scan/whyNot.ts';
import type { Profile } from '../../../scanner/domain/profile.ts';
import type { AnalysisDeps } from './analysis.ts';

/** Why a named pair is not among the results. Looks at one expiry only, so it takes well under a millisecond. */
export function explain(question: WhyNotQuestion & { profile: Profile }, deps: AnalysisDeps): WhyNot {
  const { profile, symbol, expiry } = question;
  const chain = deps.feed.chain();
  const groups = chain.groups.filter((group) => group.symbol === symbol && group.expiry === expiry);
  const settings = { nowMs: deps.nowMs(), rate: deps.rate(), facts: deps.facts.all([symbol]) };
  return whyNot(prepareChain(chain, settings, { source: profile.greeks, groups }), profile, question);
}
