import {
  calendarDays,
  exDividendMs,
  newYorkDate,
  newYorkEpochMs,
  settlementMs,
  yearsBetween,
} from '../domain/calendar.ts';
import type { Dividend } from '../domain/dividend.ts';
import { exerciseStyle, settlementOf, type ExerciseStyle, type IsoDate, type Settlement } from '../domain/option.ts';
import type { RecordedChain, RecordedOption } from '../domain/recordedChain.ts';
import { americanCarry } from '../math/americanCarry.ts';
import type { CashDividend } from '../math/americanTerms.ts';
import { impliedCarry, impliedForward, type ImpliedCarry, type ParityPoint } from '../math/parity.ts';
import { fitExpiry, middle, type ExpirySurface, type ExpiryTerms } from './expirySurface.ts';
import {
  butterflyArbitrage,
  calendarArbitrage,
  type ButterflyArbitrage,
  type CalendarArbitrage,
} from './surfaceArbitrage.ts';

export interface SurfaceOptions {
  /** Continuously compounded, per year; absent: implied where exercise is European, else the default. */
  rate?: number | undefined;
  defaultRate: number;
  /** Of American underlyings. */
  dividends: readonly Dividend[];
  /** The recorded spot is not of the chain's time, since a person gave another time: options tell theirs. */
  isSpotOfAnotherTime?: boolean;
}

/** Where an expiry's rate comes from: its own quotes, those of all expiries, the caller, or nowhere better. */
export type RateSource = 'implied' | 'pooled' | 'given' | 'default';

export interface SurfaceExpiry extends ExpirySurface {
  root: string;
  expiry: IsoDate;
  settlement: Settlement;
  dte: number;
  rateSource: RateSource;
  /** What parity says of European quotes. */
  carry: ImpliedCarry | undefined;
  butterflies: ButterflyArbitrage[];
  /** Against the expiry before it. */
  calendar: CalendarArbitrage | undefined;
}

export interface ChainSurface {
  symbol: string;
  asOfMs: number;
  /** As recorded. */
  spot: number;
  /** What the nearest expiry implies, in its place where it is of another time than the options' quotes. */
  impliedSpot: number | undefined;
  exercise: ExerciseStyle;
  /** Hours from the last close of the market to the quote time; 0 in a session. */
  hoursSinceClose: number;
  /** In the order of their settlement. */
  expiries: SurfaceExpiry[];
  /** Expiries without time left. */
  expired: number;
}

/** Rates less certain than this (one standard error) give way to the pooled one. */
const SURE_RATE = 0.0015;

/** Yield per year that takes the spot to the forward at the rate, cash dividends included. */
export function impliedYield({ terms: { spot, forward, rate, years } }: SurfaceExpiry): number {
  return rate - Math.log(forward / spot) / years;
}

/** Options stop trading at most this long after the share's close; later their quotes are those of the session. */
const CLOSED_HOURS = 1;

/** Forwards, rates, vols and arbitrage-free smiles of every expiry of a recorded chain. */
export function fitChain(chain: RecordedChain, options: SurfaceOptions): ChainSurface {
  const { symbol, asOfMs } = chain;
  const exercise = exerciseStyle(symbol);
  const recorded = chain.bid !== undefined && chain.ask !== undefined ? (chain.bid + chain.ask) / 2 : chain.last;
  const hoursSinceClose = sinceClose(asOfMs) / MS_PER_HOUR;
  const all = expiriesOf(chain);
  const live = all.filter(({ years }) => years > 0);
  const carries = live.map((one) =>
    exercise === 'european' ? impliedCarry(one.points, recorded, one.years) : undefined,
  );
  const pooled = pooledRate(carries);
  const dividends = options.dividends.map(({ exDate, amount }) => {
    return { years: yearsBetween(asOfMs, exDividendMs(exDate)), amount };
  });
  const impliedSpot =
    exercise === 'american' && (options.isSpotOfAnotherTime === true || hoursSinceClose > CLOSED_HOURS)
      ? spotOfParity(live, options.rate ?? options.defaultRate, dividends)
      : undefined;
  const spot = impliedSpot ?? recorded;
  const expiries = live.map((one, i): SurfaceExpiry => {
    const carry = carries[i];
    const chosen = chooseRate(carry, pooled, options);
    const shared = { exercise, spot, years: one.years, rate: chosen.rate };
    const terms =
      exercise === 'european'
        ? europeanTerms(shared, { carry, points: one.points, isImplied: chosen.rateSource === 'implied' })
        : americanTerms({ ...shared, dividends }, one.points);
    const surface = fitExpiry(one.options, terms);
    const { root, expiry, settlement, dte } = one;
    const butterflies = butterflyArbitrage(surface.contracts);
    return { ...surface, root, expiry, settlement, dte, ...chosen, carry, butterflies, calendar: undefined };
  });
  expiries.forEach((far, i) => {
    const near = expiries[i - 1];
    far.calendar = near && calendarArbitrage(near, far);
  });
  const expired = all.length - live.length;
  return { symbol, asOfMs, spot: recorded, impliedSpot, exercise, hoursSinceClose, expiries, expired };
}

const MS_PER_HOUR = 3600 * 1000;

/** Milliseconds since the last 16:00 of a weekday in New York; 0 from 9:30 to then. Holidays count as weekdays. */
function sinceClose(asOfMs: number): number {
  const today = newYorkDate(asOfMs);
  const isWeekday = (date: IsoDate): boolean => ![0, 6].includes(new Date(`${date}T12:00:00Z`).getUTCDay());
  if (isWeekday(today) && asOfMs >= newYorkEpochMs(today, 9, 30) && asOfMs <= newYorkEpochMs(today, 16, 0)) return 0;
  for (let days = 0; days < 4; days++) {
    const date = newYorkDate(asOfMs - days * 24 * MS_PER_HOUR);
    const close = newYorkEpochMs(date, 16, 0);
    if (isWeekday(date) && close <= asOfMs) return asOfMs - close;
  }
  return 0;
}

interface ExpiryQuotes {
  root: string;
  expiry: IsoDate;
  settlement: Settlement;
  dte: number;
  years: number;
  options: RecordedOption[];
  points: ParityPoint[];
}

function expiriesOf({ options, asOfMs }: RecordedChain): ExpiryQuotes[] {
  const groups = Map.groupBy(options, ({ root, expiry }) => `${root}|${expiry}`);
  const today = newYorkDate(asOfMs);
  const found = [...groups.values()].flatMap((group): ExpiryQuotes[] => {
    const [first] = group;
    if (!first) return [];
    const { root, expiry } = first;
    const settlement = settlementOf(root);
    const years = yearsBetween(asOfMs, settlementMs(expiry, settlement));
    const dte = calendarDays(today, expiry);
    return [{ root, expiry, settlement, dte, years, options: group, points: parityPoints(group) }];
  });
  return found.sort((a, b) => a.years - b.years || (a.root < b.root ? -1 : 1));
}

/** Strikes at which both rights have a bid and an ask that do not cross. */
function parityPoints(options: readonly RecordedOption[]): ParityPoint[] {
  const puts = new Map(options.filter(({ right }) => right === 'P').map((put) => [put.strike, put]));
  return options.flatMap((call): ParityPoint[] => {
    const put = call.right === 'C' ? puts.get(call.strike) : undefined;
    if (!put || !((call.bid ?? 0) > 0 && (put.bid ?? 0) > 0)) return [];
    const [callMid, putMid] = [middle(call), middle(put)];
    if (callMid === undefined || putMid === undefined) return [];
    const halfSpread = callMid - (call.bid ?? 0) + putMid - (put.bid ?? 0);
    return [{ strike: call.strike, callMid, putMid, halfSpread }];
  });
}

/** Mean of the implied rates by their errors; NaN without any. */
function pooledRate(carries: readonly (ImpliedCarry | undefined)[]): number {
  let total = 0;
  let weights = 0;
  for (const carry of carries) {
    if (!carry || !(carry.rateError < SURE_RATE) || !(Math.abs(carry.rate) < 0.5)) continue;
    // Standard errors know nothing of quotes that are wrong together; none is believed beyond this.
    const weight = Math.max(carry.rateError, 1e-4) ** -2;
    total += weight * carry.rate;
    weights += weight;
  }
  return total / weights;
}

function chooseRate(
  carry: ImpliedCarry | undefined,
  pooled: number,
  { rate, defaultRate }: SurfaceOptions,
): { rate: number; rateSource: RateSource } {
  if (rate !== undefined) return { rate, rateSource: 'given' };
  if (carry && carry.rateError < SURE_RATE) return { rate: carry.rate, rateSource: 'implied' };
  if (!Number.isNaN(pooled)) return { rate: pooled, rateSource: 'pooled' };
  return { rate: defaultRate, rateSource: 'default' };
}

type SharedTerms = Pick<ExpiryTerms, 'exercise' | 'spot' | 'years' | 'rate'>;

function europeanTerms(
  shared: SharedTerms,
  { carry, points, isImplied }: { carry: ImpliedCarry | undefined; points: readonly ParityPoint[]; isImplied: boolean },
): ExpiryTerms {
  const { spot, years, rate } = shared;
  const near = impliedForward(points, spot, Math.exp(-rate * years));
  const forward = carry && (isImplied || carry.strikes > FEW_STRIKES) ? carry.forward : near;
  return withForward({ ...shared, dividends: [] }, forward);
}

/** With fewer a line through all is no better than the median near the money. */
const FEW_STRIKES = 6;
/** Forward and yield of American options: parity without the premiums of early exercise. */
function americanTerms(
  shared: SharedTerms & { dividends: readonly CashDividend[] },
  points: readonly ParityPoint[],
): ExpiryTerms {
  const { forward, dividendYield } = americanCarry({ ...shared, points });
  return forward > 0 ? { ...shared, forward, dividendYield } : withForward(shared, NaN);
}

/** The yield, besides cash dividends, that takes the spot to this forward; without a forward there is none. */
function withForward(shared: SharedTerms & { dividends: readonly CashDividend[] }, found: number): ExpiryTerms {
  const { years } = shared;
  const certain = grownSpot(shared);
  const forward = found > 0 ? found : certain;
  return { ...shared, forward, dividendYield: -Math.log(forward / certain) / years };
}

/** Spot at the rate, less the cash dividends on the way. */
function grownSpot({ spot, years, rate, dividends }: SharedTerms & { dividends: readonly CashDividend[] }): number {
  return (spot - presentValue(dividends, years, rate)) * Math.exp(rate * years);
}

function presentValue(dividends: readonly CashDividend[], years: number, rate: number): number {
  return dividends
    .filter((dividend) => dividend.years > 0 && dividend.years < years)
    .reduce((sum, dividend) => sum + dividend.amount * Math.exp(-rate * dividend.years), 0);
}

/** The spot at which the nearest expiry's options were quoted; undefined when they do not tell. */
function spotOfParity(
  live: readonly ExpiryQuotes[],
  rate: number,
  dividends: readonly CashDividend[],
): number | undefined {
  for (const { points, years } of live) {
    const discount = Math.exp(-rate * years);
    const middle = points.toSorted((a, b) => Math.abs(a.callMid - a.putMid) - Math.abs(b.callMid - b.putMid))[0];
    const forward = impliedForward(points, middle?.strike ?? NaN, discount);
    if (forward > 0) return forward * discount + presentValue(dividends, years, rate);
  }
  return undefined;
}
