import { AmericanExpiry, asPut, type AmericanExpiryTerms } from './americanExpiry.ts';
import type { CashDividend } from './americanTerms.ts';
import { CashStrikes } from './cashStrikes.ts';
import { EarlyExerciseTable, earlyExerciseValues, hasEarlyExercise, isNegligible } from './earlyExerciseTable.ts';
import type { PremiumTable, TableSource } from './premiumTable.ts';
import { TableBlend, type BlendReach, type TermPoint } from './tableBlend.ts';

/** Time may pass by this part before a table is made anew. */
const AGE_REACH = 0.05;
/** By less where rate or yield over the life, times this, is more than 1. */
const LONG_CARRY = 2.5;

/**
 * A put's premium that is nothing stays nothing while the yield moves by no more than this over its life, or by no more
 * than this part of itself.
 */
const NEGLIGIBLE_CARRY = 5e-6;
const NEGLIGIBLE_PART = 0.02;

/** What is kept for one key, and for which terms it can be used. */
interface Kept extends TableSource {
  readonly bytes: number;
  /** @returns false when the terms, with these dividends, are out of its reach. */
  accepts(terms: AmericanExpiryTerms, dividends: readonly CashDividend[]): boolean;
}

/** Tables by continuous yield. The carry of a put is the yield, that of a call its logarithm. */
class YieldTables implements Kept {
  private readonly first: AmericanExpiryTerms;
  private readonly blend: TableBlend | undefined;
  private table: EarlyExerciseTable | undefined;

  constructor(terms: AmericanExpiryTerms, ask: () => void) {
    this.first = terms;
    if (!hasEarlyExercise(asPut(terms))) return;
    const build = ({ logYears, carry }: TermPoint): Float64Array => {
      const dividendYield = isLogarithmic(terms) ? Math.exp(carry) : carry;
      return earlyExerciseValues(asPut({ ...terms, years: Math.exp(logYears), dividendYield }), ask);
    };
    const blend = new TableBlend(build, pointOf(terms), yieldReach(terms));
    this.blend = isNegligible(blend.values, terms.years) ? undefined : blend;
  }

  get bytes(): number {
    return this.blend?.bytes ?? 0;
  }

  accepts(terms: AmericanExpiryTerms, dividends: readonly CashDividend[]): boolean {
    const { first } = this;
    if (dividends.length > 0 || terms.right !== first.right || terms.rate !== first.rate) return false;
    const isCall = terms.right === 'C';
    // Without a table: early exercise was never worth anything, and is worth less with less time or, for calls, yield.
    if (!this.blend) {
      if (terms.years > first.years) return false;
      if (isCall) return terms.dividendYield <= first.dividendYield;
      const moved = Math.abs(terms.dividendYield - first.dividendYield);
      return moved < Math.max(NEGLIGIBLE_CARRY / first.years, NEGLIGIBLE_PART * first.dividendYield);
    }
    if (!hasEarlyExercise(asPut(terms)) || !this.blend.moveTo(pointOf(terms))) return false;
    this.table = new EarlyExerciseTable(this.blend.values, terms.years);
    return true;
  }

  at(): PremiumTable | undefined {
    return this.table;
  }
}

/** Whether premiums are nearly a power of the yield: a call's, but where rates are negative it is worth exercising without. */
function isLogarithmic({ right, rate }: AmericanExpiryTerms): boolean {
  return right === 'C' && rate >= 0;
}

function pointOf(terms: AmericanExpiryTerms): TermPoint {
  const { years, dividendYield } = terms;
  return { logYears: Math.log(years), carry: isLogarithmic(terms) ? Math.log(dividendYield) : dividendYield };
}

/** A table's reach in yield over what exercise gains a year, as a part of the strike: blends across more miss by cents. */
const PART_OF_GAIN = 0.2;

/** How far the carry of a table by continuous yield reaches: less for long lives, and least where yield and rate cross. */
function yieldReach(terms: AmericanExpiryTerms): BlendReach {
  const { right, years, rate, dividendYield } = terms;
  const logYears = -Math.log1p(-AGE_REACH / Math.max(1, LONG_CARRY * Math.max(rate, dividendYield) * years));
  if (isLogarithmic(terms)) {
    // Not on to where they cross from a point that is clear of it; with a rate of 0 they never do.
    const clear = 0.7 * (Math.abs(Math.log(dividendYield / rate)) - 0.27);
    return { logYears, carry: Math.max(0.02, Math.min(0.35, 0.035 / years, clear)) };
  }
  const isCrossing = Math.abs(rate - dividendYield) < 0.008;
  const most = isCrossing ? 0.0006 : Math.min(0.01, Math.max(0.001, 0.0002 / years));
  // What exercise gains goes with rate and negative yield: where both are next to nothing it ends within as little.
  if (right === 'P') return { logYears, carry: Math.min(most, PART_OF_GAIN * (rate + Math.max(0, -dividendYield))) };
  // A call at a negative rate: not on to where the yield is negative too, since there are two boundaries then.
  return { logYears, carry: Math.min(0.3 * most, PART_OF_GAIN * (dividendYield - rate), dividendYield) };
}

/** What a key keeps, and the expiry it gave last. */
interface Entry {
  kept: Kept;
  terms: AmericanExpiryTerms;
  expiry: AmericanExpiry;
  /** Of `kept`, as counted. */
  bytes: number;
}

function isSameTerms(a: AmericanExpiryTerms, b: AmericanExpiryTerms): boolean {
  const [ours, theirs] = [a.dividends ?? [], b.dividends ?? []];
  return (
    a.right === b.right &&
    a.years === b.years &&
    a.rate === b.rate &&
    a.dividendYield === b.dividendYield &&
    ours.length === theirs.length &&
    ours.every((dividend, i) => dividend.years === theirs[i]?.years && dividend.amount === theirs[i].amount)
  );
}

/**
 * The American expiries of a worker, kept from one valuation to the next. Premium tables by continuous yield (milliseconds to
 * make) are kept by key for a few points of time and yield; while time passes and the yield flickers, an expiry's table is a
 * blend of those (microseconds), within 1e-5 of the strike of a fresh one and usually 1e-6. With cash dividends `CashStrikes`
 * does the same strike by strike.
 * A table is made anew when 5 % of the time to expiry (less where yield or rate are high and lives long) or a tenth of the
 * time to the next dividend has passed, when the yield leaves its range (0.1 % either way for a year's put, more for short
 * lives, 0.05 % with cash dividends or where yield and rate cross, less where both are next to nothing), when the rate
 * changes, a dividend passes, or, with cash dividends, the spot moves by 3.75 %.
 * A key takes 25 to 63 KB by continuous yield, 4 to 12 KB a strike with cash dividends, next to nothing without a premium.
 */
export class AmericanTables {
  private readonly entries = new Map<string, Entry>();
  private readonly maxBytes: number;
  private readonly ask: () => void;
  private counted = 0;

  /**
   * @param maxBytes when the tables outgrow this, those not used for longest go.
   * @param ask called before every few milliseconds of work or less; may throw to end it, and the tables that are made by
   * then are kept.
   */
  constructor({
    maxBytes = 256 * 2 ** 20,
    ask = () => undefined,
  }: { maxBytes?: number | undefined; ask?: (() => void) | undefined } = {}) {
    this.maxBytes = maxBytes;
    this.ask = ask;
  }

  /** Of the tables that are kept. */
  get bytes(): number {
    return this.counted;
  }

  /**
   * The expiry of these terms, for use until the next call with the same key.
   * @param key names one expiry and right, for instance `SPY|SPY|2026-01-16|P`.
   * @throws RangeError as `AmericanExpiry`; whatever `ask` throws, here and when the expiry is used.
   */
  expiry(key: string, terms: AmericanExpiryTerms): AmericanExpiry {
    const known = this.entries.get(key);
    if (known && isSameTerms(known.terms, terms)) {
      this.keep(key, known);
      return known.expiry;
    }
    let kept = known?.kept;
    const expiry = new AmericanExpiry(terms, (wanted, dividends) => {
      if (!kept?.accepts(wanted, dividends)) {
        kept = dividends.length > 0 ? this.strikes(key, wanted, dividends) : new YieldTables(wanted, this.ask);
        if (!kept.accepts(wanted, dividends))
          throw new Error(`tables refuse their own terms: ${JSON.stringify(wanted)}`);
      }
      return kept;
    });
    if (kept) this.keep(key, { kept, terms, expiry, bytes: 0 });
    else this.forget(key);
    return expiry;
  }

  private strikes(key: string, terms: AmericanExpiryTerms, dividends: readonly CashDividend[]): CashStrikes {
    const onMade = (): void => {
      this.recount(key);
    };
    return new CashStrikes({ ...terms, isCall: terms.right === 'C', dividends }, { ask: this.ask, onMade });
  }

  /** As the one used last: the last in the map. */
  private keep(key: string, entry: Entry): void {
    this.forget(key);
    this.entries.set(key, { ...entry, bytes: 0 });
    this.recount(key);
    for (const oldest of this.entries.keys()) {
      if (this.counted <= this.maxBytes || this.entries.size === 1) return;
      this.forget(oldest);
    }
  }

  private forget(key: string): void {
    this.counted -= this.entries.get(key)?.bytes ?? 0;
    this.entries.delete(key);
  }

  /** After tables of a key have been made. */
  private recount(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.counted += entry.kept.bytes - entry.bytes;
    entry.bytes = entry.kept.bytes;
  }
}
