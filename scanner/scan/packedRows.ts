import type { ChainGroup } from '../chain/chain.ts';
import type { Profile } from '../domain/profile.ts';
import type { CallWing, LegQuote, RankedSpread, Source, Spread } from '../domain/spread.ts';
import { spreadId } from '../domain/spreadLegs.ts';
import { isCondor, STRATEGIES } from '../domain/strategy.ts';
import { BLOCK_SIZE, type CandidateBlock, type Measure, type Wing } from './candidateBlock.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { clean } from './range.ts';
import type { Ranked } from './rankOrder.ts';
import { rankTerms, scoreOf, type Ranking } from './ranking.ts';

/**
 * Rows in numbers, as a shard makes them and as they cross threads: Float64[rows * rowLength]. Each has its key, its value
 * of every rank term, and its spread: group, strategy, source of Greeks, the measures below, what is known of the
 * underlying, and four legs, of which only a condor has the last two. NaN stands for what is not known.
 */
export type PackedRows = Float64Array<ArrayBuffer>;

/** Measures that a row shows. */
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
/** Where they stand in a spread. */
const MEASURES_AT = 3;
const AT = Object.fromEntries(SHOWN.map((name, i) => [name, MEASURES_AT + i])) as Record<
  (typeof SHOWN)[number],
  number
>;
const FACTS_AT = MEASURES_AT + SHOWN.length;
const LEGS_AT = FACTS_AT + 2;
const LEG_LENGTH = 9;
const CON_ID = 7;
const QUOTED_AT = 8;
const CALLS_AT = LEGS_AT + 2 * LEG_LENGTH;
/** Numbers of a spread. */
export const SPREAD_LENGTH = CALLS_AT + 2 * LEG_LENGTH;

const SOURCES: readonly Source[] = ['vendor', 'model'];

/** Numbers of a row that is ranked by so many terms. */
export function rowLength(terms: number): number {
  return 1 + terms + SPREAD_LENGTH;
}

/** The same numbers of the spreads of a block. */
interface Place {
  to: Float64Array;
  /** Within each spread. */
  at: number;
  count: number;
}

/** Of a thread, which packs one block at a time: a measure's values, where each spread begins, and its legs' rows. */
const scratch = {
  values: new Float64Array(BLOCK_SIZE),
  starts: new Int32Array(BLOCK_SIZE),
  short: new Int32Array(BLOCK_SIZE),
  long: new Int32Array(BLOCK_SIZE),
};

/** The spreads of the candidates of a block, one after the other: Float64[candidates * SPREAD_LENGTH]. */
export function packSpreads(block: CandidateBlock): Float64Array {
  const { values, starts } = scratch;
  const { count, facts } = block;
  const to = new Float64Array(count * SPREAD_LENGTH);
  const { group } = block.wing(0);
  const [strategy, source] = [STRATEGIES.indexOf(block.strategy), SOURCES.indexOf(group.source)];
  for (let i = 0; i < count; i++) {
    const at = i * SPREAD_LENGTH;
    starts[i] = at;
    to[at] = group.group.slot;
    to[at + 1] = strategy;
    to[at + 2] = source;
    to[at + FACTS_AT] = facts.ivRank ?? NaN;
    to[at + FACTS_AT + 1] = facts.ivPercentile ?? NaN;
  }
  for (const [k, name] of SHOWN.entries()) {
    block.measure(name, values, 0);
    for (let i = 0; i < count; i++) to[(starts[i] ?? 0) + MEASURES_AT + k] = clean(values[i] ?? NaN);
  }
  packWings((i) => block.wing(i), { to, at: LEGS_AT, count });
  if (block.callWing(0)) packWings((i) => block.callWing(i), { to, at: CALLS_AT, count });
  return to;
}

/** Both legs of wings that are all of one group. */
function packWings(wingOf: (i: number) => Wing | undefined, { to, at, count }: Place): void {
  const { short, long } = scratch;
  for (let i = 0; i < count; i++) {
    const wing = wingOf(i);
    short[i] = wing?.short ?? 0;
    long[i] = wing?.long ?? 0;
  }
  const group = wingOf(0)?.group;
  if (!group) return;
  packLegs(group, short, { to, at, count });
  packLegs(group, long, { to, at: at + LEG_LENGTH, count });
}

/** @param rows of the legs in their group. */
function packLegs(group: PreparedGroup, rows: Int32Array, { to, at, count }: Place): void {
  const { strike, bid, ask, iv, delta, openInterest, volume, conId, quotedAtS } = group;
  const { starts } = scratch;
  for (const [k, column] of [strike, bid, ask, iv, delta, openInterest, volume].entries()) {
    for (let i = 0; i < count; i++) to[(starts[i] ?? 0) + at + k] = clean(column[rows[i] ?? 0] ?? NaN);
  }
  for (let i = 0; i < count; i++) {
    const leg = (starts[i] ?? 0) + at;
    const row = rows[i] ?? 0;
    to[leg + CON_ID] = conId[row] || NaN;
    to[leg + QUOTED_AT] = (quotedAtS[row] ?? 0) * 1000;
  }
}

/** What rows were made of and ranked with. */
export interface RowsOrigin {
  /** Of the whole chain: rows name them by slot. */
  groups: readonly ChainGroup[];
  profile: Profile;
  ranking: Ranking;
}

/** The rows that people and programs see. @throws RangeError for rows of another chain. */
export function unpackRows(packed: PackedRows, { groups, profile, ranking }: RowsOrigin): Ranked<RankedSpread>[] {
  const terms = rankTerms(profile);
  const rows: Ranked<RankedSpread>[] = [];
  for (let at = 0; at < packed.length; at += rowLength(terms.length)) {
    const scored = scoreOf(terms, ranking.spreads, { values: packed, at: at + 1 });
    const row = Object.assign(unpackSpread(packed, at + 1 + terms.length, groups), scored);
    rows.push({ key: packed[at] ?? NaN, row });
  }
  return rows;
}

/** One of the spreads that `packSpreads` wrote. @throws RangeError for one of another chain. */
export function unpackSpread(packed: Float64Array, at: number, groups: readonly ChainGroup[]): Spread {
  const { group, strategy, greeks } = unpackFrame(packed, at, groups);
  const number = (place: number): number => packed[at + place] ?? NaN;
  const ifKnown = (place: number): number | undefined => known(packed, at + place);
  const { symbol, root, expiry, right } = group;
  const [short, long] = [unpackLeg(packed, at + LEGS_AT), unpackLeg(packed, at + LEGS_AT + LEG_LENGTH)];
  const [shortStrike, longStrike] = [short.strike, long.strike];
  const callWing = isCondor(strategy) ? unpackCallWing(packed, at + CALLS_AT) : undefined;
  return {
    id: spreadId({ symbol, root, expiry, right, shortStrike, longStrike, strategy, callWing }),
    symbol,
    root,
    strategy,
    expiry,
    right,
    shortStrike,
    longStrike,
    dte: number(AT.dte),
    width: number(AT.width),
    credit: number(AT.credit),
    mid: number(AT.mid),
    natural: number(AT.natural),
    maxProfit: number(AT.maxProfit),
    maxLoss: number(AT.maxLoss),
    breakEven: number(AT.breakEven),
    pop: ifKnown(AT.pop),
    touch: ifKnown(AT.touch),
    probShortOtm: ifKnown(AT.probShortOtm),
    creditToWidth: number(AT.creditToWidth),
    returnOnRisk: number(AT.returnOnRisk),
    annualised: number(AT.annualised),
    ev: ifKnown(AT.ev),
    evToRisk: ifKnown(AT.evToRisk),
    shortDelta: short.delta,
    longDelta: long.delta,
    netDelta: ifKnown(AT.netDelta),
    netGamma: ifKnown(AT.netGamma),
    netTheta: ifKnown(AT.netTheta),
    netVega: ifKnown(AT.netVega),
    shortIv: short.iv,
    longIv: long.iv,
    openInterest: ifKnown(AT.openInterest) ?? 0,
    volume: ifKnown(AT.volume) ?? 0,
    bidAskPercent: number(AT.bidAskPercent),
    liquidity: number(AT.liquidity),
    distancePercent: number(AT.distancePercent),
    distanceSigma: ifKnown(AT.distanceSigma),
    ivRank: ifKnown(FACTS_AT),
    ivPercentile: ifKnown(FACTS_AT + 1),
    evLens: 'rnd',
    greeks,
    short,
    long,
    ...(callWing && { callWing, upperBreakEven: ifKnown(AT.upperBreakEven) }),
  };
}

/** What the first three numbers of a spread stand for. */
function unpackFrame(packed: Float64Array, at: number, groups: readonly ChainGroup[]) {
  const group = groups[packed[at] ?? NaN];
  const strategy = STRATEGIES[packed[at + 1] ?? NaN];
  const greeks = SOURCES[packed[at + 2] ?? NaN];
  if (!group || !strategy || !greeks) throw new RangeError('a packed row names a group that its chain does not have');
  return { group, strategy, greeks };
}

/** Undefined for a number that was missing. */
function known(packed: Float64Array, at: number): number | undefined {
  const value = packed[at] ?? NaN;
  return Number.isNaN(value) ? undefined : value;
}

/** As packLegs wrote it. */
function unpackLeg(packed: Float64Array, at: number): LegQuote {
  return {
    strike: packed[at] ?? NaN,
    conId: known(packed, at + CON_ID),
    bid: known(packed, at + 1),
    ask: known(packed, at + 2),
    iv: known(packed, at + 3),
    delta: known(packed, at + 4),
    openInterest: known(packed, at + 5),
    volume: known(packed, at + 6),
    quotedAtMs: packed[at + QUOTED_AT] ?? NaN,
  };
}

function unpackCallWing(packed: Float64Array, at: number): CallWing {
  const short = unpackLeg(packed, at);
  const long = unpackLeg(packed, at + LEG_LENGTH);
  const width = clean(Math.abs(short.strike - long.strike));
  return { shortStrike: short.strike, longStrike: long.strike, width, short, long };
}
