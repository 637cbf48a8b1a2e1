import { readGroup, type Chain, type ChainGroup } from '../chain/chain.ts';
import { exactVendor } from '../chain/columns.ts';
import type { ExpiryMarket } from '../chain/expiryMarket.ts';
import { GREEKS, type Greek } from '../chain/groupGreeks.ts';
import type { ReadQuotes } from '../chain/modelColumns.ts';
import { inputError } from '../domain/errors.ts';
import type { Source } from '../domain/spread.ts';
import { blackGreeks } from '../math/blackGreeks.ts';
import { fitSmile, type Smile } from '../math/smile.ts';
import type { Profile, RangeFilter } from '../domain/profile.ts';
import { VERTICAL_SHAPES, type VerticalStrategy } from '../domain/strategy.ts';
import type { ColumnMemory } from './columnMemory.ts';
import { CopiedQuotes, type Prices } from './copiedQuotes.ts';
import { LegMeasures } from './legMeasures.ts';
import { isWithin, type ActiveRange } from './range.ts';
import { countByShort, type CreditAndDebit } from './tradeable.ts';
import type { UnderlyingFacts } from './scanRequest.ts';

/** A vol and Greeks by row, widened. */
type WideGreeks = Record<Greek, Float64Array>;

/** Tradeable pairs by short row, Int32[n], and all of them. */
interface PairsByShort extends CreditAndDebit<Int32Array> {
  pricing: Profile['pricing'];
  totals: CreditAndDebit<number>;
}

/** A pair of rows is kept in 32 bits. */
const MOST_ROWS = 65_536;

/** Writes a vol or Greek of the model for just these quotes, row by row. */
export type ModelOf = (quotes: ReadQuotes, greek: Greek, to: Float64Array) => void;

/** What both groups of an expiry are prepared with. */
export interface ExpiryFrame {
  market: ExpiryMarket;
  facts: UnderlyingFacts;
  source: Source;
  /** Where `source` is the model; absent: what the chain has is copied. */
  modelOf?: ModelOf | undefined;
}

interface GroupFrame extends ExpiryFrame {
  memory: ColumnMemory;
}

/**
 * One group's quotes, copied out of the shared chain at one instant, with what every filter needs per leg.
 * Arrays are Float64[n], ascending by strike; NaN is no value. Everything is made when first asked for, the copy too:
 * most expiries are shut out by a filter that does not look at quotes.
 */
export class PreparedGroup {
  readonly group: ChainGroup;
  readonly market: ExpiryMarket;
  facts: UnderlyingFacts;
  readonly source: Source;
  readonly n: number;
  readonly #chain: Chain;
  readonly #modelOf: ModelOf | undefined;
  readonly #memory: ColumnMemory;
  #copied: CopiedQuotes | undefined;
  #strike: Float64Array | undefined;
  #conId: Int32Array | undefined;
  #prices: Prices | undefined;
  #bidAskPercent: Float64Array | undefined;
  #openInterest: Float64Array | undefined;
  #volume: Float64Array | undefined;
  #wideGreeks: Partial<WideGreeks> = {};
  /** The other right of the same expiry, where there is one. */
  #twin: PreparedGroup | undefined;
  #smile: Smile | undefined;
  #atmIv: number | undefined;
  #absDelta: Float64Array | undefined;
  #legs: LegMeasures | undefined;
  #rowsWithin: Map<RangeFilter, ActiveRange & { passes: Uint8Array }> | undefined;
  #byShort: PairsByShort | undefined;
  #hasDecay = false;

  /** @param memory of its columns, which others may share: of all that live as long. */
  constructor(chain: Chain, group: ChainGroup, { market, facts, source, modelOf, memory }: GroupFrame) {
    this.group = group;
    this.market = market;
    this.facts = facts;
    this.source = source;
    this.n = group.rowCount;
    if (this.n > MOST_ROWS) {
      const name = `${group.symbol} ${group.expiry}`;
      throw inputError('chain', `${name} has ${this.n} strikes, which no listing has. Expected at most ${MOST_ROWS}.`);
    }
    this.#chain = chain;
    this.#memory = memory;
    this.#modelOf = source === 'model' ? modelOf : undefined;
  }

  /** Tells two groups that they are the calls and the puts of one expiry. */
  static pair(call: PreparedGroup, put: PreparedGroup): void {
    call.#twin = put;
    put.#twin = call;
  }

  /** The same quotes at another spot or another time, with what follows from quotes alone. */
  revalued(frame: ExpiryFrame): PreparedGroup {
    const group = new PreparedGroup(this.#chain, this.group, { ...frame, memory: this.#memory });
    group.#copied = this.#copied;
    group.#strike = this.#strike;
    group.#conId = this.#conId;
    group.#prices = this.#prices;
    group.#bidAskPercent = this.#bidAskPercent;
    group.#openInterest = this.#openInterest;
    group.#volume = this.#volume;
    group.#byShort = this.#byShort;
    return group;
  }

  /** Copies the quotes as they are now, unless they have been copied. */
  copy(): CopiedQuotes {
    return (this.#copied ??= this.#copyNow());
  }

  get strike(): Float64Array {
    return (this.#strike ??= this.#rowsOf(this.#chain.columns.strike));
  }

  get conId(): Int32Array {
    return (this.#conId ??= this.#rowsOf(this.#chain.columns.conId));
  }

  get bid(): Float64Array {
    return this.copy().bid;
  }

  get ask(): Float64Array {
    return this.copy().ask;
  }

  get quotedAtS(): Uint32Array {
    return this.copy().quotedAtS;
  }

  get mid(): Float64Array {
    return (this.#prices ??= this.copy().prices()).mid;
  }

  /** 1 where the leg has a positive ask and its bid is not above it. */
  get isQuoted(): Uint8Array {
    return (this.#prices ??= this.copy().prices()).isQuoted;
  }

  /** Rows whose leg is quoted, ascending. */
  get quotedRows(): Int32Array {
    return (this.#prices ??= this.copy().prices()).quotedRows;
  }

  /** (ask - bid) / mid as a fraction. */
  get bidAskPercent(): Float64Array {
    return (this.#bidAskPercent ??= this.#makeBidAskPercent());
  }

  get openInterest(): Float64Array {
    return (this.#openInterest ??= this.#widened(this.copy().openInterest));
  }

  get volume(): Float64Array {
    return (this.#volume ??= this.#widened(this.copy().volume));
  }

  get iv(): Float64Array {
    return this.#wide('iv');
  }

  get delta(): Float64Array {
    return this.#wide('delta');
  }

  get gamma(): Float64Array {
    return this.#wide('gamma');
  }

  get absDelta(): Float64Array {
    return (this.#absDelta ??= this.#absolute(this.delta));
  }

  get legs(): LegMeasures {
    return (this.#legs ??= new LegMeasures(this, this.#memory));
  }

  /** 1 for the rows whose value is in the range. Remembers the last range of each filter: a moved slider moves one. */
  rowsWithin(range: ActiveRange, values: Float64Array): Uint8Array {
    const ranges = (this.#rowsWithin ??= new Map<RangeFilter, ActiveRange & { passes: Uint8Array }>());
    const known = ranges.get(range.filter);
    if (known && known.low === range.low && known.high === range.high) return known.passes;
    // Whoever asked for another range is done with it: a thread does one scan at a time.
    const passes = known?.passes ?? this.#memory.take(Uint8Array, this.n);
    for (let i = 0; i < this.n; i++) passes[i] = isWithin(values[i] ?? NaN, range) ? 1 : 0;
    ranges.set(range.filter, { ...range, passes });
    return passes;
  }

  /** Tradeable pairs of a strategy by short row: Int32[n]. They depend on quotes and pricing only. */
  tradeableByShort(strategy: VerticalStrategy, pricing: Profile['pricing']): Int32Array {
    const byShort = this.#pairsByShort(pricing);
    return VERTICAL_SHAPES[strategy].credit ? byShort.credit : byShort.debit;
  }

  /** Tradeable pairs of the credit and of the debit strategy. */
  tradeableTotals(pricing: Profile['pricing']): CreditAndDebit<number> {
    return this.#pairsByShort(pricing).totals;
  }

  /** Vols of this expiry and right by strike. */
  get smile(): Smile {
    return (this.#smile ??= fitSmile({ strikes: this.strike, vols: this.iv }));
  }

  /** Vol at the spot: the mean of the calls' and the puts', or the one that is known. */
  get atmIv(): number {
    if (this.#atmIv === undefined) {
      const { spot } = this.market;
      const vols = [this.smile.volAt(spot), this.#twin?.smile.volAt(spot) ?? NaN].filter((vol) => vol > 0);
      this.#atmIv = vols.length === 0 ? NaN : vols.reduce((sum, vol) => sum + vol, 0) / vols.length;
    }
    return this.#atmIv;
  }

  /** Per calendar day. */
  get theta(): Float64Array {
    return this.#withDecay('theta');
  }

  /** Per vol point. */
  get vega(): Float64Array {
    return this.#withDecay('vega');
  }

  #pairsByShort(pricing: Profile['pricing']): PairsByShort {
    if (this.#byShort?.pricing === pricing) return this.#byShort;
    const column = (): Int32Array => this.#memory.take(Int32Array, this.n);
    const pairs = { credit: column(), debit: column() };
    countByShort(this, pairs, { right: this.group.right, pricing });
    const totals = { credit: sum(pairs.credit), debit: sum(pairs.debit) };
    return (this.#byShort = { pricing, ...pairs, totals });
  }

  #rowsOf<Column extends Float64Array | Int32Array>(column: Column): Column {
    const { firstRow, rowCount } = this.group;
    return column.subarray(firstRow, firstRow + rowCount) as Column;
  }

  #copyNow(): CopiedQuotes {
    const copied = new CopiedQuotes(this.#memory, this.n, this.#modelOf ? undefined : this.source);
    readGroup(this.#chain, this.group, (generation) => {
      copied.read(this.#chain, { firstRow: this.group.firstRow, generation });
    });
    return copied;
  }

  #makeBidAskPercent(): Float64Array {
    const { n, bid, ask, mid: mids } = this;
    const percent = this.#memory.take(Float64Array, n);
    for (let i = 0; i < n; i++) {
      const mid = mids[i] ?? 0;
      if (mid > 0) percent[i] = ((ask[i] ?? 0) - (bid[i] ?? 0)) / mid;
      else percent[i] = NaN;
    }
    return percent;
  }

  #wide(name: Greek): Float64Array {
    const known = this.#wideGreeks[name];
    if (known) return known;
    if (this.#modelOf) {
      const { group, market, strike } = this;
      const { bid, ask, generation } = this.copy();
      const wide = this.#memory.take(Float64Array, this.n);
      this.#modelOf({ group, market, strike, bid, ask, generation }, name, wide);
      return (this.#wideGreeks[name] = wide);
    }
    const { greeks } = this.copy();
    if (!greeks) throw new TypeError('a group has neither a model nor copies of the Greeks');
    const columnOf = (greek: Greek): Float64Array => {
      const at = GREEKS.indexOf(greek) * this.n;
      return this.#widened(greeks.subarray(at, at + this.n));
    };
    if (this.source === 'model') return (this.#wideGreeks[name] = columnOf(name));
    return (this.#wideGreeks = vendorGreeks(columnOf))[name];
  }

  #widened(values: Float32Array): Float64Array {
    const wide = this.#memory.take(Float64Array, this.n);
    wide.set(values);
    return wide;
  }

  #absolute(values: Float64Array): Float64Array {
    const sizes = this.#memory.take(Float64Array, this.n);
    for (let row = 0; row < this.n; row++) sizes[row] = Math.abs(values[row] ?? NaN);
    return sizes;
  }

  /** Quote files carry no theta and vega: Black's at the vendor's own vol stand in where it gave a vol. */
  #withDecay(name: 'theta' | 'vega'): Float64Array {
    const { spot, forward, years, discount } = this.market;
    if (this.#hasDecay || this.source === 'model' || !(years > 0)) return this.#wide(name);
    this.#hasDecay = true;
    const [iv, delta, theta, vega] = [this.iv, this.delta, this.#wide('theta'), this.#wide('vega')];
    const { right } = this.group;
    for (let i = 0; i < this.n; i++) {
      const vol = iv[i] ?? NaN;
      const strike = this.strike[i] ?? NaN;
      const isComplete = !Number.isNaN((theta[i] ?? NaN) + (vega[i] ?? NaN));
      if (!(vol > 0) || isComplete || Number.isNaN(delta[i])) continue;
      const black = blackGreeks({ right, spot, forward, strike, years, vol, discount });
      if (Number.isNaN(theta[i])) theta[i] = black.theta;
      if (Number.isNaN(vega[i])) vega[i] = black.vega;
    }
    return this.#wide(name);
  }
}

function sum(counts: Int32Array): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

/**
 * Columns as the vendor wrote them, less what it has not: its 0 for vol or delta is its way to say that it has no
 * Greeks for this option. Then no filter on any of them passes, whatever stands in the other columns (Cboe prints a
 * delta of 1 beside a vol of 0). A known vol stays on the smile. A gamma of 0 beside both is a real one, too small to
 * print. @source finance.md "Profile", last point
 */
function vendorGreeks(columnOf: (name: Greek) => Float64Array): WideGreeks {
  const exact = (name: Greek): Float64Array => {
    const column = columnOf(name);
    for (let i = 0; i < column.length; i++) column[i] = exactVendor(column[i] ?? NaN);
    return column;
  };
  const [iv, delta, gamma] = [exact('iv'), exact('delta'), exact('gamma')];
  const [theta, vega] = [exact('theta'), exact('vega')];
  for (let i = 0; i < iv.length; i++) {
    const hasVol = (iv[i] ?? NaN) > 0;
    if (!hasVol) iv[i] = NaN;
    if (hasVol && Math.abs(delta[i] ?? NaN) > 0) continue;
    for (const column of [delta, gamma, theta, vega]) column[i] = NaN;
  }
  return { iv, delta, gamma, theta, vega };
}
