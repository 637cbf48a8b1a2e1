import type { CallWing, Spread } from '../domain/spread.ts';
import { spreadId } from '../domain/spreadLegs.ts';
import { BLOCK_SIZE, type CandidateBlock, type Measure, type Wing } from './candidateBlock.ts';
import { clean, known } from './range.ts';

/** Measures that a row shows as they are. */
export const SHOWN = [
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

/** Made at first use; a thread makes the rows of one block at a time. */
let columns: Columns | undefined;

/** The rows that people and programs see, one for each candidate of a block; what is not known is undefined. */
export function spreadsOf(block: CandidateBlock): Spread[] {
  columns ??= Object.fromEntries(SHOWN.map((name) => [name, new Float64Array(BLOCK_SIZE)])) as Columns;
  for (const name of SHOWN) block.measure(name, columns[name], 0);
  const spreads: Spread[] = [];
  for (let i = 0; i < block.count; i++) spreads.push(spreadOf(block, i, columns));
  return spreads;
}

function spreadOf(block: CandidateBlock, i: number, columns: Columns): Spread {
  const { strategy, facts } = block;
  const { group, short, long } = block.wing(i);
  const calls = block.callWing(i);
  const { symbol, root, expiry, right } = group.group;
  const callWing = calls && callWingOf(calls);
  const shortStrike = group.strike[short] ?? NaN;
  const longStrike = group.strike[long] ?? NaN;
  const row: Spread = {
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
    short: group.legs.quote(short),
    long: group.legs.quote(long),
  };
  return callWing ? { ...row, callWing, upperBreakEven: known(columns.upperBreakEven[i]) } : row;
}

function callWingOf({ group, short, long }: Wing): CallWing {
  const [sold, bought] = [group.legs.quote(short), group.legs.quote(long)];
  const width = clean(Math.abs(sold.strike - bought.strike));
  return { shortStrike: sold.strike, longStrike: bought.strike, width, short: sold, long: bought };
}
