import type { CallWing, LegQuote, RankedSpread } from '../domain/spread.ts';
import { spreadId } from '../domain/spreadLegs.ts';
import type { CandidateBlock, Measure, Wing } from './candidateBlock.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { clean } from './range.ts';

/** Measures that a row shows as they are. */
const SHOWN = [
  'dte',
  'width',
  'credit',
  'mid',
  'natural',
  'maxProfit',
  'maxLoss',
  'breakEven',
  'upperBreakEven',
  'pop',
  'touch',
  'probShortOtm',
  'creditToWidth',
  'returnOnRisk',
  'annualised',
  'ev',
  'evToRisk',
  'netDelta',
  'netGamma',
  'netTheta',
  'netVega',
  'openInterest',
  'volume',
  'bidAskPercent',
  'liquidity',
  'distancePercent',
  'distanceSigma',
] as const satisfies readonly Measure[];

type Columns = Record<(typeof SHOWN)[number], Float64Array>;

/** A row before it is ranked: what its quotes alone say. */
export type UnscoredSpread = Omit<RankedSpread, 'score' | 'terms'>;

/** Makes spreads; the memory for their measures is used again for the next block. */
export class SpreadMaker {
  readonly #columns: Columns;

  /** @param size of the largest block. */
  constructor(size: number) {
    this.#columns = Object.fromEntries(SHOWN.map((name) => [name, new Float64Array(size)])) as Columns;
  }

  /** What people and programs see of each candidate of a block; what is not known is undefined. */
  spreads(block: CandidateBlock): UnscoredSpread[] {
    for (const name of SHOWN) block.measure(name, this.#columns[name], 0);
    return Array.from({ length: block.count }, (_, i) => unscoredSpread(block, i, this.#columns));
  }
}

function unscoredSpread(block: CandidateBlock, i: number, columns: Columns): UnscoredSpread {
  const { strategy, facts } = block;
  const { group, short, long } = block.wing(i);
  const calls = block.callWing(i);
  const { symbol, root, expiry, right } = group.group;
  const callWing = calls && callWingOf(calls);
  const shortStrike = group.strike[short] ?? NaN;
  const longStrike = group.strike[long] ?? NaN;
  return {
    id: spreadId({ symbol, root, expiry, right, shortStrike, longStrike, strategy, callWing }),
    symbol,
    root,
    strategy,
    expiry,
    dte: columns.dte[i] ?? NaN,
    right,
    shortStrike,
    longStrike,
    width: columns.width[i] ?? NaN,
    credit: columns.credit[i] ?? NaN,
    mid: columns.mid[i] ?? NaN,
    natural: columns.natural[i] ?? NaN,
    maxProfit: columns.maxProfit[i] ?? NaN,
    maxLoss: columns.maxLoss[i] ?? NaN,
    breakEven: columns.breakEven[i] ?? NaN,
    pop: known(columns.pop[i]),
    touch: known(columns.touch[i]),
    probShortOtm: known(columns.probShortOtm[i]),
    creditToWidth: clean(columns.creditToWidth[i] ?? NaN),
    returnOnRisk: clean(columns.returnOnRisk[i] ?? NaN),
    annualised: clean(columns.annualised[i] ?? NaN),
    ev: known(columns.ev[i]),
    evLens: 'rnd',
    evToRisk: known(columns.evToRisk[i]),
    shortDelta: known(group.delta[short]),
    longDelta: known(group.delta[long]),
    netDelta: known(columns.netDelta[i]),
    netGamma: known(columns.netGamma[i]),
    netTheta: known(columns.netTheta[i]),
    netVega: known(columns.netVega[i]),
    shortIv: known(group.iv[short]),
    longIv: known(group.iv[long]),
    openInterest: known(columns.openInterest[i]) ?? 0,
    volume: known(columns.volume[i]) ?? 0,
    bidAskPercent: clean(columns.bidAskPercent[i] ?? NaN),
    liquidity: clean(columns.liquidity[i] ?? NaN),
    distancePercent: clean(columns.distancePercent[i] ?? NaN),
    distanceSigma: known(columns.distanceSigma[i]),
    ivRank: facts.ivRank,
    ivPercentile: facts.ivPercentile,
    greeks: group.source,
    short: legQuote(group, short),
    long: legQuote(group, long),
    ...(callWing && { callWing, upperBreakEven: known(columns.upperBreakEven[i]) }),
  };
}

function callWingOf({ group, short, long }: Wing): CallWing {
  const [sold, bought] = [legQuote(group, short), legQuote(group, long)];
  const width = clean(Math.abs(sold.strike - bought.strike));
  return { shortStrike: sold.strike, longStrike: bought.strike, width, short: sold, long: bought };
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
