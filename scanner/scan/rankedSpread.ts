import type { LegQuote, RankedSpread } from '../domain/spread.ts';
import { breakEven, MEASURES, probShortOtm, touch, WORSE_LEG } from './measures.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { clean } from './range.ts';
import type { RankedVertical } from './rankSurvivors.ts';

/** The row that people and programs see; what is not known is undefined. */
export function rankedSpread({ vertical, score, terms }: RankedVertical): RankedSpread {
  const { group, strategy, short, long } = vertical;
  const { symbol, root, expiry, right } = group.group;
  const shortStrike = group.strike[short] ?? NaN;
  const longStrike = group.strike[long] ?? NaN;
  return {
    id: `${symbol}|${root}|${expiry}|${right}|${shortStrike}|${longStrike}|${strategy}`,
    symbol,
    root,
    strategy,
    expiry,
    dte: group.market.dte,
    right,
    shortStrike,
    longStrike,
    width: vertical.width,
    credit: vertical.credit,
    mid: clean((group.mid[short] ?? NaN) - (group.mid[long] ?? NaN)),
    natural: clean((group.bid[short] ?? NaN) - (group.ask[long] ?? NaN)),
    maxProfit: vertical.maxProfit,
    maxLoss: vertical.maxLoss,
    breakEven: breakEven(vertical),
    pop: known(MEASURES.pop(vertical)),
    touch: known(touch(vertical)),
    probShortOtm: known(probShortOtm(vertical)),
    creditToWidth: clean(MEASURES.creditToWidth(vertical)),
    returnOnRisk: clean(MEASURES.returnOnRisk(vertical)),
    annualised: clean(MEASURES.annualised(vertical)),
    ev: known(MEASURES.ev(vertical)),
    evLens: 'rnd',
    evToRisk: known(MEASURES.evToRisk(vertical)),
    shortDelta: known(group.delta[short]),
    longDelta: known(group.delta[long]),
    netDelta: known(MEASURES.netDelta(vertical)),
    netGamma: known(MEASURES.netGamma(vertical)),
    netTheta: known(MEASURES.netTheta(vertical)),
    netVega: known(MEASURES.netVega(vertical)),
    shortIv: known(group.iv[short]),
    longIv: known(group.iv[long]),
    openInterest: known(WORSE_LEG.openInterest(vertical)) ?? 0,
    volume: known(WORSE_LEG.volume(vertical)) ?? 0,
    bidAskPercent: clean(WORSE_LEG.bidAskPercent(vertical)),
    liquidity: clean(MEASURES.liquidity(vertical)),
    distancePercent: clean(MEASURES.distancePercent(vertical)),
    distanceSigma: known(MEASURES.distanceSigma(vertical)),
    ivRank: group.facts.ivRank,
    ivPercentile: group.facts.ivPercentile,
    greeks: group.source,
    short: legQuote(group, short),
    long: legQuote(group, long),
    score: clean(score),
    terms,
  };
}

/** Undefined for a missing value; binary noise taken off. */
function known(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : clean(value);
}

function legQuote(group: PreparedGroup, row: number): LegQuote {
  return {
    strike: group.strike[row] ?? NaN,
    conId: group.conId[row] || undefined,
    bid: known(group.bid[row]),
    ask: known(group.ask[row]),
    iv: known(group.iv[row]),
    delta: known(group.delta[row]),
    openInterest: known(group.openInterest[row]),
    volume: known(group.volume[row]),
    quotedAtMs: (group.quotedAtS[row] ?? 0) * 1000,
  };
}
