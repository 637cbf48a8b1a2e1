import type { Right } from '../domain/option.ts';
import { RANGE_FILTERS, type FunnelStage, type Profile } from '../domain/profile.ts';
import { isVertical, STRATEGY_SHAPES, VERTICAL_SHAPES, type Strategy } from '../domain/strategy.ts';
import { Cancellation } from './cancellation.ts';
import { candidateTests, markPassing } from './candidateTests.ts';
import { isLeftOut } from './eligibility.ts';
import type { PreparedChain } from './preparedChain.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { activeRanges, clean, describeRange } from './range.ts';
import { canSell, isPrice } from './tradeable.ts';
import { VerticalBlock } from './verticalBlock.ts';
import { Workspace } from './workspace.ts';

/** A named pair; without a root, the first root that has both strikes is taken. */
export interface WhyNotQuestion {
  symbol: string;
  root?: string | undefined;
  expiry: string;
  strategy: Strategy;
  shortStrike: number;
  longStrike: number;
  /** Of an iron condor or butterfly, whose shortStrike and longStrike are those of its puts. */
  callShortStrike?: number | undefined;
  callLongStrike?: number | undefined;
}

export interface Failure {
  filter: FunnelStage;
  /** What the filter found; absent when it is not known or not a number. */
  value?: number | undefined;
  /** What it asks for, in words. */
  bound: string;
  text: string;
}

export interface WhyNot {
  /** Whether both legs are in the chain. */
  found: boolean;
  passes: boolean;
  /** In funnel order: the first is the one that the funnel counts. */
  failures: Failure[];
  text: string;
}

/** Why a named spread is not among the results: the first filter that it fails, and all others that it would fail. */
export function whyNot(prepared: PreparedChain, profile: Profile, question: WhyNotQuestion): WhyNot {
  const { shortStrike, longStrike, strategy } = question;
  if (!isVertical(strategy)) {
    const text = `An ${STRATEGY_SHAPES[strategy].name} is a put and a call spread: ask for each of them.`;
    return { found: false, passes: false, failures: [], text };
  }
  const shape = VERTICAL_SHAPES[strategy];
  const name = `${question.symbol} ${question.expiry} ${shortStrike}/${longStrike} ${shape.name}`;
  if (shape.shortIsHigher !== shortStrike > longStrike || shortStrike === longStrike) {
    const text = `A ${shape.name} sells the ${shape.shortIsHigher ? 'higher' : 'lower'} strike; ${shortStrike} sold and ${longStrike} bought is none.`;
    return { found: false, passes: false, failures: [], text };
  }
  const pair = findPair(prepared, question, shape.right);
  if (!pair) {
    const text = `${name} is not among the quotes that are loaded. Check expiry and strikes, or load more of the chain.`;
    return { found: false, passes: false, failures: [], text };
  }
  const block = new VerticalBlock({ group: pair.group, strategy, profile });
  block.set(0, pair.short, pair.long);
  block.count = 1;
  const failures = [...stageFailures(block, profile), ...rangeFailures(block, prepared, profile)];
  const [first] = failures;
  const text = first ? `${name} is left out: ${first.text}` : `${name} passes every filter.`;
  return { found: true, passes: failures.length === 0, failures, text };
}

function findPair(
  { groups }: PreparedChain,
  { symbol, root, expiry, shortStrike, longStrike }: WhyNotQuestion,
  right: Right,
): { group: PreparedGroup; short: number; long: number } | undefined {
  for (const group of groups) {
    const { group: key } = group;
    if (key.symbol !== symbol || key.expiry !== expiry || key.right !== right) continue;
    if (root !== undefined && key.root !== root) continue;
    const short = group.strike.indexOf(shortStrike);
    const long = group.strike.indexOf(longStrike);
    if (short >= 0 && long >= 0) return { group, short, long };
  }
  return undefined;
}

/** Of a block with one candidate. */
function stageFailures(block: VerticalBlock, profile: Profile): Failure[] {
  const failures: Failure[] = [];
  const { strategy, shape, facts } = block;
  const { group, short, long } = block.wing(0);
  if (!profile.strategies.includes(strategy)) {
    const bound = profile.strategies.join(', ');
    failures.push({ filter: 'strategies', bound, text: `the profile asks for ${bound} only.` });
  } else if (isLeftOut(strategy, facts, profile)) {
    const bound = `IV percentile ${shape.credit ? 'at least' : 'below'} ${profile.autoMode?.ivPercentileAtLeast ?? ''}`;
    const value = facts.ivPercentile;
    failures.push({ filter: 'strategies', value, bound, text: `auto mode wants ${bound}, found ${value ?? 'none'}.` });
  }
  const [width = NaN] = block.width;
  const [credit = NaN] = block.credit;
  const unquoted = [short, long].filter((row) => group.isQuoted[row] !== 1).map((row) => group.strike[row]);
  if (unquoted.length > 0) {
    const text = `no usable quote at ${unquoted.join(' and ')}: a leg needs an ask above 0 and a bid not above it.`;
    failures.push({ filter: 'tradeable', bound: 'both legs quoted', text });
  } else if (!canSell(group, short, profile.pricing)) {
    const text = `nobody bids for ${group.strike[short] ?? ''}, so it cannot be sold at natural.`;
    failures.push({ filter: 'tradeable', value: 0, bound: 'a bid above 0', text });
  } else if (!isPrice(credit, width, shape.credit)) {
    const bound = shape.credit ? `a credit from 0 to below ${width}` : `a debit between 0 and ${width}`;
    const found = shape.credit ? `credit ${credit}` : `debit ${clean(-credit)}`;
    const text = `${found} is not a price; expected ${bound}.`;
    failures.push({ filter: 'tradeable', value: credit, bound, text });
  }
  return failures;
}

function rangeFailures(block: VerticalBlock, prepared: PreparedChain, profile: Profile): Failure[] {
  const workspace = new Workspace(new Cancellation());
  return candidateTests(block.group, { profile, ranges: activeRanges(profile), asOfMs: prepared.asOfMs })
    .filter((test) => {
      markPassing(block, test, workspace);
      return workspace.passes[0] !== 1;
    })
    .map(({ stage }) => {
      const filter = RANGE_FILTERS.find((name) => name === stage);
      if (!filter) {
        const event = stage === 'excludeEarnings' ? 'earnings' : 'an ex-dividend date';
        return { filter: stage, bound: `no ${event} before expiry`, text: `${event} fall within its life.` };
      }
      const bound = describeRange(profile[filter]);
      block.measure(filter, workspace.values, 0);
      const value = clean(workspace.values[0] ?? NaN);
      if (Number.isNaN(value)) return { filter, bound, text: `${filter} is not known; the profile asks for ${bound}.` };
      return { filter, value, bound, text: `${filter} is ${value}; the profile asks for ${bound}.` };
    });
}
