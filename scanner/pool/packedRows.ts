import type { ChainGroup } from '../chain/chain.ts';
import { RANK_MEASURES } from '../domain/profile.ts';
import type { LegQuote, RankedSpread, ScoreTerm, Source } from '../domain/spread.ts';
import { STRATEGIES } from '../domain/strategy.ts';

/** Numbers of a row that may be missing; NaN stands for undefined while they travel. */
const NUMBERS = [
  'dte',
  'shortStrike',
  'longStrike',
  'width',
  'credit',
  'mid',
  'natural',
  'maxProfit',
  'maxLoss',
  'breakEven',
  'pop',
  'touch',
  'probShortOtm',
  'creditToWidth',
  'returnOnRisk',
  'annualised',
  'ev',
  'evToRisk',
  'shortDelta',
  'longDelta',
  'netDelta',
  'netGamma',
  'netTheta',
  'netVega',
  'shortIv',
  'longIv',
  'openInterest',
  'volume',
  'bidAskPercent',
  'liquidity',
  'distancePercent',
  'distanceSigma',
  'ivRank',
  'ivPercentile',
  'score',
] as const satisfies readonly (keyof RankedSpread)[];
const LEG_NUMBERS = ['strike', 'conId', 'bid', 'ask', 'iv', 'delta', 'openInterest', 'volume', 'quotedAtMs'] as const;
const TERM_NUMBERS = ['value', 'normalised', 'weight', 'share'] as const;

/** Group, strategy, source, then the numbers, both legs, and a slot for every rank measure. */
const HEAD = 3;
const LEGS_AT = HEAD + NUMBERS.length;
const TERMS_AT = LEGS_AT + 2 * LEG_NUMBERS.length;
const ROW_LENGTH = TERMS_AT + RANK_MEASURES.length * TERM_NUMBERS.length;
const SOURCES: readonly Source[] = ['vendor', 'model'];

/** Float64[rows * ROW_LENGTH], to be transferred and not cloned. */
export function packRows(rows: readonly RankedSpread[], groups: readonly ChainGroup[]): Float64Array<ArrayBuffer> {
  const groupIndex = new Map(groups.map((group, i) => [groupName(group), i]));
  const packed = new Float64Array(rows.length * ROW_LENGTH).fill(NaN);
  for (const [i, row] of rows.entries()) {
    const at = i * ROW_LENGTH;
    const head = [groupIndex.get(groupName(row)) ?? -1, STRATEGIES.indexOf(row.strategy), SOURCES.indexOf(row.greeks)];
    const numbers = NUMBERS.map((name) => row[name] ?? NaN);
    const legs = [row.short, row.long].flatMap((leg) => LEG_NUMBERS.map((name) => leg[name] ?? NaN));
    packed.set([...head, ...numbers, ...legs], at);
    for (const term of row.terms) {
      const slot = TERMS_AT + RANK_MEASURES.indexOf(term.measure) * TERM_NUMBERS.length;
      packed.set(
        TERM_NUMBERS.map((name) => term[name]),
        at + slot,
      );
    }
  }
  return packed;
}

/** The rows again, on the side that asked; `groups` as they were packed with. */
export function unpackRows(packed: Float64Array, groups: readonly ChainGroup[]): RankedSpread[] {
  const rows: RankedSpread[] = [];
  for (let at = 0; at < packed.length; at += ROW_LENGTH)
    rows.push(unpackRow(packed.subarray(at, at + ROW_LENGTH), groups));
  return rows;
}

function groupName({ symbol, root, expiry, right }: Pick<ChainGroup, 'symbol' | 'root' | 'expiry' | 'right'>): string {
  return `${symbol}|${root}|${expiry}|${right}`;
}

function unpackRow(numbers: Float64Array, groups: readonly ChainGroup[]): RankedSpread {
  const group = groups[numbers[0] ?? NaN];
  const strategy = STRATEGIES[numbers[1] ?? NaN];
  const greeks = SOURCES[numbers[2] ?? NaN];
  if (!group || !strategy || !greeks) throw new RangeError('a packed row names a group that its chain does not have');
  const at = (index: number): number | undefined => {
    const value = numbers[index];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  };
  const values = Object.fromEntries(NUMBERS.map((name, i) => [name, at(HEAD + i)])) as Pick<
    RankedSpread,
    (typeof NUMBERS)[number]
  >;
  const leg = (start: number): LegQuote =>
    Object.fromEntries(LEG_NUMBERS.map((name, i) => [name, at(start + i)])) as unknown as LegQuote;
  const { symbol, root, expiry, right } = group;
  return {
    ...values,
    id: `${symbol}|${root}|${expiry}|${right}|${values.shortStrike}|${values.longStrike}|${strategy}`,
    symbol,
    root,
    strategy,
    expiry,
    right,
    evLens: 'rnd',
    greeks,
    short: leg(LEGS_AT),
    long: leg(LEGS_AT + LEG_NUMBERS.length),
    terms: unpackTerms(at),
  };
}

function unpackTerms(at: (index: number) => number | undefined): ScoreTerm[] {
  const terms: ScoreTerm[] = [];
  for (const [m, measure] of RANK_MEASURES.entries()) {
    const slot = TERMS_AT + m * TERM_NUMBERS.length;
    const [value, normalised, weight, share] = TERM_NUMBERS.map((_, i) => at(slot + i));
    if (value === undefined || normalised === undefined || weight === undefined || share === undefined) continue;
    terms.push({ measure, value, normalised, weight, share });
  }
  return terms;
}
