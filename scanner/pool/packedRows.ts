import { groupKey, type ChainGroup } from '../chain/chain.ts';
import { RANK_MEASURES } from '../domain/profile.ts';
import type { CallWing, LegQuote, RankedSpread, ScoreTerm, Source, Spread } from '../domain/spread.ts';
import { spreadId } from '../domain/spreadLegs.ts';
import { STRATEGIES } from '../domain/strategy.ts';
import type { Ranked } from '../scan/rankOrder.ts';
import type { ScoredRow } from '../scan/shardRows.ts';
import { SHOWN } from '../scan/spreadRows.ts';

/** Numbers of a row that may be missing; NaN stands for undefined while they travel. */
const NUMBERS = [
  ...SHOWN,
  ...(['shortStrike', 'longStrike', 'shortDelta', 'longDelta', 'shortIv', 'longIv'] as const),
  ...(['ivRank', 'ivPercentile'] as const),
] as const satisfies readonly (keyof Spread)[];
/** Where they stand among a row's numbers. */
const AT = Object.fromEntries(NUMBERS.map((name, i) => [name, i])) as Record<(typeof NUMBERS)[number], number>;
const LEG_NUMBERS = ['strike', 'conId', 'bid', 'ask', 'iv', 'delta', 'openInterest', 'volume', 'quotedAtMs'] as const;
const TERM_NUMBERS = ['value', 'normalised', 'weight', 'share'] as const;

/** Group, strategy, source, key and score, then the numbers, four legs, the call wing's width, and a slot per measure. */
const HEAD = 5;
const LEGS_AT = HEAD + NUMBERS.length;
const CALL_WIDTH_AT = LEGS_AT + 4 * LEG_NUMBERS.length;
const TERMS_AT = CALL_WIDTH_AT + 1;
const ROW_LENGTH = TERMS_AT + RANK_MEASURES.length * TERM_NUMBERS.length;
const SOURCES: readonly Source[] = ['vendor', 'model'];

/** Names the groups of a chain by number and back; both sides of a scan have the same groups in the same order. */
export class GroupNumbers {
  readonly #groups: readonly ChainGroup[];
  readonly #numberOf: Map<string, number>;

  constructor(groups: readonly ChainGroup[]) {
    this.#groups = groups;
    this.#numberOf = new Map(groups.map((group, i) => [groupKey(group), i]));
  }

  /** -1 for a group that is not there. */
  numberOf(row: Spread): number {
    return this.#numberOf.get(groupKey(row)) ?? -1;
  }

  groupOf(number: number): ChainGroup | undefined {
    return this.#groups[number];
  }
}

/** Float64[rows * ROW_LENGTH], to be transferred and not cloned. */
export function packRows(rows: readonly ScoredRow[], groups: GroupNumbers): Float64Array<ArrayBuffer> {
  const packed = new Float64Array(rows.length * ROW_LENGTH).fill(NaN);
  let at = 0;
  for (const { key, row, score, terms } of rows) {
    packed[at] = groups.numberOf(row);
    packed[at + 1] = STRATEGIES.indexOf(row.strategy);
    packed[at + 2] = SOURCES.indexOf(row.greeks);
    packed[at + 3] = key;
    packed[at + 4] = score;
    packNumbers(packed, at + HEAD, row);
    const { short, long, callWing } = row;
    packLeg(packed, at + LEGS_AT, short);
    packLeg(packed, at + LEGS_AT + LEG_NUMBERS.length, long);
    if (callWing) {
      packLeg(packed, at + LEGS_AT + 2 * LEG_NUMBERS.length, callWing.short);
      packLeg(packed, at + LEGS_AT + 3 * LEG_NUMBERS.length, callWing.long);
      packed[at + CALL_WIDTH_AT] = callWing.width;
    }
    for (const term of terms) {
      const slot = at + TERMS_AT + RANK_MEASURES.indexOf(term.measure) * TERM_NUMBERS.length;
      packed[slot] = term.value;
      packed[slot + 1] = term.normalised;
      packed[slot + 2] = term.weight;
      packed[slot + 3] = term.share;
    }
    at += ROW_LENGTH;
  }
  return packed;
}

/** Spelled out, as in unpackRow: to go through the names of a row takes longer than to make the row. */
function packNumbers(to: Float64Array, at: number, row: Spread): void {
  to[at + AT.dte] = row.dte;
  to[at + AT.shortStrike] = row.shortStrike;
  to[at + AT.longStrike] = row.longStrike;
  to[at + AT.width] = row.width;
  to[at + AT.credit] = row.credit;
  to[at + AT.mid] = row.mid;
  to[at + AT.natural] = row.natural;
  to[at + AT.maxProfit] = row.maxProfit;
  to[at + AT.maxLoss] = row.maxLoss;
  to[at + AT.breakEven] = row.breakEven;
  to[at + AT.upperBreakEven] = row.upperBreakEven ?? NaN;
  to[at + AT.pop] = row.pop ?? NaN;
  to[at + AT.touch] = row.touch ?? NaN;
  to[at + AT.probShortOtm] = row.probShortOtm ?? NaN;
  to[at + AT.creditToWidth] = row.creditToWidth;
  to[at + AT.returnOnRisk] = row.returnOnRisk;
  to[at + AT.annualised] = row.annualised;
  to[at + AT.ev] = row.ev ?? NaN;
  to[at + AT.evToRisk] = row.evToRisk ?? NaN;
  to[at + AT.shortDelta] = row.shortDelta ?? NaN;
  to[at + AT.longDelta] = row.longDelta ?? NaN;
  to[at + AT.netDelta] = row.netDelta ?? NaN;
  to[at + AT.netGamma] = row.netGamma ?? NaN;
  to[at + AT.netTheta] = row.netTheta ?? NaN;
  to[at + AT.netVega] = row.netVega ?? NaN;
  to[at + AT.shortIv] = row.shortIv ?? NaN;
  to[at + AT.longIv] = row.longIv ?? NaN;
  to[at + AT.openInterest] = row.openInterest;
  to[at + AT.volume] = row.volume;
  to[at + AT.bidAskPercent] = row.bidAskPercent;
  to[at + AT.liquidity] = row.liquidity;
  to[at + AT.distancePercent] = row.distancePercent;
  to[at + AT.distanceSigma] = row.distanceSigma ?? NaN;
  to[at + AT.ivRank] = row.ivRank ?? NaN;
  to[at + AT.ivPercentile] = row.ivPercentile ?? NaN;
}

/** In the order of LEG_NUMBERS. */
function packLeg(to: Float64Array, at: number, leg: LegQuote): void {
  to[at] = leg.strike;
  to[at + 1] = leg.conId ?? NaN;
  to[at + 2] = leg.bid ?? NaN;
  to[at + 3] = leg.ask ?? NaN;
  to[at + 4] = leg.iv ?? NaN;
  to[at + 5] = leg.delta ?? NaN;
  to[at + 6] = leg.openInterest ?? NaN;
  to[at + 7] = leg.volume ?? NaN;
  to[at + 8] = leg.quotedAtMs;
}

/** The rows, put together on the side that asked. @throws RangeError for rows of another chain. */
export function unpackRows(packed: Float64Array, groups: GroupNumbers): Ranked<RankedSpread>[] {
  const rows: Ranked<RankedSpread>[] = [];
  for (let at = 0; at < packed.length; at += ROW_LENGTH) {
    rows.push({ key: packed[at + 3] ?? NaN, row: unpackRow(packed, at, groups) });
  }
  return rows;
}

function unpackRow(packed: Float64Array, at: number, groups: GroupNumbers): RankedSpread {
  const group = groups.groupOf(packed[at] ?? NaN);
  const strategy = STRATEGIES[packed[at + 1] ?? NaN];
  const greeks = SOURCES[packed[at + 2] ?? NaN];
  if (!group || !strategy || !greeks) throw new RangeError('a packed row names a group that its chain does not have');
  const number = (place: number): number => packed[at + HEAD + place] ?? NaN;
  const ifKnown = (place: number): number | undefined => known(packed, at + HEAD + place);
  const [shortStrike, longStrike] = [number(AT.shortStrike), number(AT.longStrike)];
  const { symbol, root, expiry, right } = group;
  const callWing = unpackCallWing(packed, at);
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
    shortDelta: ifKnown(AT.shortDelta),
    longDelta: ifKnown(AT.longDelta),
    netDelta: ifKnown(AT.netDelta),
    netGamma: ifKnown(AT.netGamma),
    netTheta: ifKnown(AT.netTheta),
    netVega: ifKnown(AT.netVega),
    shortIv: ifKnown(AT.shortIv),
    longIv: ifKnown(AT.longIv),
    openInterest: number(AT.openInterest),
    volume: number(AT.volume),
    bidAskPercent: number(AT.bidAskPercent),
    liquidity: number(AT.liquidity),
    distancePercent: number(AT.distancePercent),
    distanceSigma: ifKnown(AT.distanceSigma),
    ivRank: ifKnown(AT.ivRank),
    ivPercentile: ifKnown(AT.ivPercentile),
    evLens: 'rnd',
    greeks,
    short: unpackLeg(packed, at + LEGS_AT),
    long: unpackLeg(packed, at + LEGS_AT + LEG_NUMBERS.length),
    ...(callWing && { callWing, upperBreakEven: ifKnown(AT.upperBreakEven) }),
    score: packed[at + 4] ?? NaN,
    terms: unpackTerms(packed, at + TERMS_AT),
  };
}

/** Undefined for a number that was missing. */
function known(packed: Float64Array, at: number): number | undefined {
  const value = packed[at] ?? NaN;
  return Number.isNaN(value) ? undefined : value;
}

function unpackLeg(packed: Float64Array, at: number): LegQuote {
  const [strike, conId, bid, ask] = [
    packed[at] ?? NaN,
    known(packed, at + 1),
    known(packed, at + 2),
    known(packed, at + 3),
  ];
  const [iv, delta] = [known(packed, at + 4), known(packed, at + 5)];
  const [openInterest, volume] = [known(packed, at + 6), known(packed, at + 7)];
  return { strike, conId, bid, ask, iv, delta, openInterest, volume, quotedAtMs: packed[at + 8] ?? NaN };
}

function unpackCallWing(packed: Float64Array, at: number): CallWing | undefined {
  const width = known(packed, at + CALL_WIDTH_AT);
  if (width === undefined) return undefined;
  const short = unpackLeg(packed, at + LEGS_AT + 2 * LEG_NUMBERS.length);
  const long = unpackLeg(packed, at + LEGS_AT + 3 * LEG_NUMBERS.length);
  return { shortStrike: short.strike, longStrike: long.strike, width, short, long };
}

function unpackTerms(packed: Float64Array, at: number): ScoreTerm[] {
  const terms: ScoreTerm[] = [];
  let slot = at - TERM_NUMBERS.length;
  for (const measure of RANK_MEASURES) {
    slot += TERM_NUMBERS.length;
    const weight = known(packed, slot + 2);
    if (weight === undefined) continue;
    const [value, normalised, share] = [packed[slot] ?? NaN, packed[slot + 1] ?? NaN, packed[slot + 3] ?? NaN];
    terms.push({ measure, value, normalised, weight, share });
  }
  return terms;
}
