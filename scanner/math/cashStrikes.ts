import type { AmericanExpiryTerms, CashDividend } from './americanTerms.ts';
import { MOST_PAID } from './americanGrid.ts';
import { SAME_DAY } from './cashBaseline.ts';
import { CashNode, VOL_HIGH, VOL_LOW, type Tally } from './cashNode.ts';
import { CashPatch, found, INSIDE, MISSING, OUTSIDE } from './cashPatch.ts';
import {
  CARRIES,
  columnByVol,
  MOMENTS,
  NEARLY_CERTAIN,
  shiftRows,
  solveRows,
  widened,
  type CashBlend,
  type CashRow,
  type CashTerms,
  type Columns,
  type RowsOfVol,
} from './cashRow.ts';
import { certainPrice } from './certainPrice.ts';
import { FOUR } from './fourPoint.ts';
import { LANES } from './gridMoment.ts';
import type { OptionBlock } from './optionBlock.ts';
import {
  bentOneByOne,
  BY_VOL,
  BY_X,
  BY_XVOL,
  BY_XX,
  PREMIUM,
  type PremiumTable,
  type TableSource,
} from './premiumTable.ts';

/** A search that has no better idea begins here. */
const VOL_START = 0.3;
/**
 * Up to so many standard deviations, and as many more as the dividends are worth, an option can be read on both sides;
 * beyond, vol hardly matters.
 */
const FARTHEST = 6;
/** In standard deviations of the life, see `CashNode`. */
const MARGIN = 0.5;
/** Spots may move by this much in ln before all rows are solved anew. */
const SPOT_REACH = 0.0375;
/** Time may pass by this part of the life, or of the time to the first dividend: puts are not exercised shortly before one. */
const AGE_REACH = 0.05;
const DIVIDEND_REACH = 0.1;
/** Movements of time and yield that are this part of their reach are left alone. */
const NEGLIGIBLE = 1e-4;
/** What is missing is there after one or two rounds, and after as many again where values bend. */
const MOST_ROUNDS = 8;
/** No chain has as many. */
const MOST_STRIKES = 4096;

/** An option for which rows are missing. */
interface Wanted {
  /** Among those that are read together. */
  n: number;
  x: number;
  vol: number;
  /** Where it is read, and the first of its four rows. */
  node: CashNode;
  from: number;
  /** The columns that it needs, where its rows are there. */
  needed: Columns | undefined;
}

/** Whom a table asks and tells. */
export interface CashStrikesOptions {
  /** Asked between two solutions (milliseconds each); may throw, and what is solved by then is kept. */
  ask?: (() => void) | undefined;
  /** Called when there are more rows. */
  onMade?: (() => void) | undefined;
}

/**
 * American options of one expiry and right with cash dividends. Every strike is solved by finite differences for itself, as
 * `americanPrice` does, at a few vols around those that are asked for. Between vols there are cubics, between the spots that
 * one solution serves polynomials of degree 5, between now and 5 % of the life later parabolas, and so between a carry and
 * two others nearby.
 *
 * Nothing is interpolated across strikes: from one to the next it changes abruptly which dividends are worth exercising for.
 * It does so for some strikes from one moment, carry or vol to the next too: they are solved for just the moment and carry at
 * hand, and at vols an eighth as far from each other.
 */
export class CashStrikes implements TableSource, PremiumTable {
  readonly volLow = VOL_LOW;
  readonly volHigh = VOL_HIGH;
  readonly volStart = VOL_START;
  private readonly options: CashStrikesOptions;
  /** What the rows are solved for, and what they are read for: a moment and a carry nearby. */
  private first: CashTerms;
  private now: CashTerms;
  /** See `RowsOfVol`. */
  private columnByVol = NaN;
  private laterYears: readonly [number, number] = [NaN, NaN];
  /** ln(spot) in the middle of what the rows serve, and how far all dividends together lead from there; NaN before the first. */
  private logSpot = NaN;
  private logPaid = NaN;
  private readonly blend: CashBlend;
  /** Of a strike that is solved for just these terms. */
  private readonly alone: CashBlend;
  private spot = NaN;
  /** What spot, moment and carry together are called. */
  private pointName = 0;
  private tally: Tally = { bytes: 0 };
  private nodes: CashNode[] = [];
  private readonly keys = new Map<number, number>();
  private lastFound = 0;
  /** Where the last option without all of its rows was to be read. */
  private node = new CashNode({ strike: NaN, tally: { bytes: 0 }, margin: 0 });
  /** Of the option that was entered last; undefined when some of its rows are not there. */
  private patch: CashPatch | undefined;

  constructor(terms: CashTerms, options: CashStrikesOptions = {}) {
    this.options = options;
    this.first = terms;
    this.now = terms;
    const shared = { name: 0, isCall: terms.isCall, deviation: NaN, spot: NaN };
    this.blend = { ...shared, weights: new Float64Array(CARRIES * MOMENTS), parts: MOMENTS };
    this.alone = { ...shared, weights: Float64Array.of(1), parts: 1 };
    this.begin(terms);
  }

  /** Of all rows. */
  get bytes(): number {
    return this.tally.bytes;
  }

  /** Anew, from these terms on. */
  private begin(terms: CashTerms): void {
    const untilDividend = terms.dividends[0]?.years ?? terms.years;
    const age = Math.min(AGE_REACH * terms.years, DIVIDEND_REACH * untilDividend);
    this.first = terms;
    this.now = terms;
    this.columnByVol = columnByVol(terms.years, untilDividend);
    this.blend.deviation = Math.sqrt(terms.years) / this.columnByVol;
    this.alone.deviation = this.blend.deviation;
    this.laterYears = [0.5 * age, age];
    this.nodes = [];
    this.keys.clear();
    this.lastFound = 0;
    this.tally = { bytes: 0 };
    this.setWeights(0, 0);
  }

  /**
   * Turns to these terms.
   * @returns false, and changes nothing, when they are out of reach.
   */
  accepts(terms: AmericanExpiryTerms, dividends: readonly CashDividend[]): boolean {
    const { first, laterYears } = this;
    const isSame =
      (terms.right === 'C') === first.isCall &&
      terms.rate === first.rate &&
      dividends.length === first.dividends.length &&
      dividends.every((dividend, i) => {
        const other = first.dividends[i];
        const isSameDay = Math.abs(terms.years - dividend.years - first.years + (other?.years ?? NaN)) < SAME_DAY;
        return isSameDay && dividend.amount === other?.amount;
      });
    if (!isSame) return false;
    if (this.nodes.length === 0) {
      this.begin({ ...terms, isCall: first.isCall, dividends });
      return true;
    }
    const age = (first.years - terms.years) / laterYears[1];
    const shift = (terms.dividendYield - first.dividendYield) / this.carryReach;
    if (!(age >= -NEGLIGIBLE && age <= 1 && Math.abs(shift) <= 1)) return false;
    this.now = { ...terms, isCall: first.isCall, dividends };
    this.setWeights(age, shift);
    return true;
  }

  /** How far the yield may move either way. */
  private get carryReach(): number {
    return Math.max(0.0005, 0.0001 / this.first.years);
  }

  /** How much of the reach in time and carry has passed. */
  private setWeights(age: number, shift: number): void {
    const isShifted = Math.abs(shift) > NEGLIGIBLE;
    const { blend } = this;
    blend.parts = isShifted ? CARRIES * MOMENTS : MOMENTS;
    const moments = [2 * (age - 0.5) * (age - 1), 4 * age * (1 - age), 2 * age * (age - 0.5)];
    const carries = isShifted ? [1 - shift * shift, 0.5 * shift * (shift + 1), 0.5 * shift * (shift - 1)] : [1, 0, 0];
    for (const [carry, ofCarry] of carries.entries()) {
      for (const [moment, weight] of moments.entries()) blend.weights[carry * MOMENTS + moment] = weight * ofCarry;
    }
    blend.name++;
    this.pointName++;
  }

  at(spot: number): PremiumTable {
    if (spot !== this.spot) this.pointName++;
    this.spot = spot;
    const logSpot = Math.log(spot);
    if (!(Math.abs(logSpot - this.logSpot) <= SPOT_REACH) || this.nodes.length > MOST_STRIKES) {
      this.begin(this.now);
      this.logSpot = logSpot;
      this.blend.spot = spot;
      this.alone.spot = spot;
      this.logPaid = Math.log1p(this.first.dividends.reduce((sum, { amount }) => sum + amount, 0) / spot);
    }
    return this;
  }

  find(strike: number): number {
    const next = this.lastFound + 1;
    if (this.nodes[next]?.strike === strike) return (this.lastFound = next);
    let key = this.keys.get(strike);
    if (key === undefined) {
      key = this.nodes.length;
      this.nodes.push(new CashNode({ strike, tally: this.tally, margin: this.margin }));
      this.keys.set(strike, key);
    }
    return (this.lastFound = key);
  }

  least(key: number): number {
    const node = this.nodeOf(key);
    if (node.leastName === this.pointName) return node.least;
    const { isCall, dividends } = this.now;
    const certain = certainPrice(
      { ...this.now, right: isCall ? 'C' : 'P', spot: this.spot, strike: node.strike },
      dividends,
    );
    node.leastName = this.pointName;
    return (node.least = certain > 0 ? certain + NEARLY_CERTAIN * node.strike : 0);
  }

  /** @throws RangeError for a key that `find` did not give since the spot moved away. */
  private nodeOf(key: number): CashNode {
    const node = this.nodes[key];
    if (!node) throw new RangeError(`no strike has the key ${key}`);
    return node;
  }

  columns(count: number, block: OptionBlock): void {
    let wanted: Wanted[] = [];
    for (let n = 0; n < count; n++) if (!this.into(n, block)) wanted.push(this.wanted(n, block));
    for (let round = 0; wanted.length > 0; round++) {
      this.solve(wanted, round);
      const still: Wanted[] = [];
      for (const { n } of wanted) if (!this.into(n, block)) still.push(this.wanted(n, block));
      wanted = still;
    }
  }

  /** What is missing of the option that was entered last. */
  private wanted(n: number, { xs, vols, logVols }: OptionBlock): Wanted {
    return this.wantedOf({ n, x: xs[n] ?? 0, vol: vols[n] ?? 0 }, logVols[n] ?? 0);
  }

  private wantedOf(option: Pick<Wanted, 'n' | 'x' | 'vol'>, logVol: number): Wanted {
    const { node } = this;
    return { ...option, node, from: node.firstRow(node.rowOf(logVol)), needed: this.patch && CashPatch.needed() };
  }

  /** One of `columns`. @returns false when rows are missing. */
  private into(n: number, { keys, xs, vols, logVols, premiums, byVol }: OptionBlock): boolean {
    const vol = vols[n] ?? 0;
    const entered = this.enter(keys[n] ?? 0, xs[n] ?? 0, vol, logVols[n] ?? 0);
    if (entered === MISSING) return false;
    premiums[n] = entered === INSIDE ? found.value : NaN;
    byVol[n] = entered === INSIDE ? (found.byY + found.byZ * found.positionByY) * this.yByVol(vol) : NaN;
    return true;
  }

  bentColumns(count: number, block: OptionBlock): void {
    bentOneByOne(this, count, block);
  }

  slopesInto(key: number, x: number, vol: number, out: Float64Array): boolean {
    const logVol = Math.log(vol);
    let entered = this.enter(key, x, vol, logVol);
    for (let round = 0; entered === MISSING; round++) {
      this.solve([this.wantedOf({ n: 0, x, vol }, logVol)], round);
      entered = this.enter(key, x, vol, logVol);
    }
    if (entered === OUTSIDE) return false;
    this.patch?.readBends();
    const { value, byY, byZ, byZZ, byZY, positionByY } = found;
    const positionByX = this.positionByX(vol);
    const yByVol = this.yByVol(vol);
    out[PREMIUM] = value;
    out[BY_X] = byZ * positionByX;
    out[BY_XX] = byZZ * positionByX * positionByX;
    out[BY_VOL] = (byY + byZ * positionByY) * yByVol;
    out[BY_XVOL] = positionByX * ((byZY + byZZ * positionByY) * yByVol - byZ / vol);
    return true;
  }

  /** Columns per ln(spot / strike). */
  private positionByX(vol: number): number {
    return 1 / (vol * this.columnByVol);
  }

  /** Rows per vol of the option that was entered last. */
  private yByVol(vol: number): number {
    return 1 / (vol * (this.patch?.rowStep ?? NaN));
  }

  /** Turns to an option and reads it: from closer rows where the others are too far from each other. */
  private enter(key: number, x: number, vol: number, logVol: number): typeof OUTSIDE | typeof MISSING | typeof INSIDE {
    const positionByX = this.positionByX(vol);
    const position = x * positionByX;
    if (!(Math.abs(position) <= this.lastColumn(positionByX))) return OUTSIDE;
    const node = this.nodeOf(key);
    const entered = this.enterNode(node, position, logVol);
    return entered === INSIDE && found.bends ? this.enterNode(node.close, position, logVol) : entered;
  }

  private enterNode(node: CashNode, position: number, logVol: number): typeof OUTSIDE | typeof MISSING | typeof INSIDE {
    if (node.exact) node.keepUp(this.now);
    const y = node.rowOf(logVol);
    const from = node.firstRow(y);
    const patch = node.patch(from, node.exact ? this.alone : this.blend, this.now);
    this.patch = patch;
    const entered = patch ? patch.enter(position, y - from) : MISSING;
    if (entered === INSIDE) patch?.read();
    else this.node = node;
    return entered;
  }

  /** Solves what is missing for these options: first the rows, then, where an edge was not where it was expected, wider ones. */
  private solve(options: readonly Wanted[], round: number): void {
    const [first] = options;
    if (first && round > MOST_ROUNDS) {
      throw new Error(`rows of ${first.node.strike} at ${first.vol} do not hold what they were made for`);
    }
    const open = new Map<number, { blended: Set<CashRow>; alone: Set<CashRow> }>();
    for (const option of options) {
      const { node, x, vol, from, needed } = option;
      const around = this.around(x, vol, node.strike);
      const { parts } = node.exact ? this.alone : this.blend;
      for (let j = from; j < from + FOUR; j++) {
        const row = node.row(j, needed, around);
        if (row.solved >= parts) continue;
        const rowVol = node.volOf(j);
        const there = open.get(rowVol) ?? { blended: new Set(), alone: new Set() };
        open.set(rowVol, there);
        there[node.exact ? 'alone' : 'blended'].add(row);
      }
    }
    for (const [vol, { blended, alone }] of open) {
      this.solveTogether(vol, [...alone], (task) => {
        solveRows(this.now, { ...task, laterYears: [] });
      });
      this.solveBlended(vol, [...blended]);
    }
    this.options.onMade?.();
  }

  private solveBlended(vol: number, rows: readonly CashRow[]): void {
    const { first, carryReach } = this;
    const isNew = (row: CashRow): boolean => row.solved === 0;
    this.solveTogether(vol, rows.filter(isNew), (task) => {
      solveRows(first, task);
    });
    if (this.blend.parts === MOMENTS) return;
    const carries = [first.dividendYield + carryReach, first.dividendYield - carryReach];
    this.solveTogether(vol, rows, (task) => {
      shiftRows(first, carries, task);
    });
  }

  private solveTogether(vol: number, rows: readonly CashRow[], solve: (task: RowsOfVol) => void): void {
    const { laterYears } = this;
    for (let k = 0; k < rows.length; k += LANES) {
      this.options.ask?.();
      const together = rows.slice(k, k + LANES);
      const bytes = (): number => together.reduce((sum, row) => sum + row.bytes, 0);
      const before = bytes();
      solve({ rows: together, vol, laterYears, columnByVol: this.columnByVol });
      this.tally.bytes += bytes() - before;
    }
  }

  /** The columns of the spots that an option of this strike may have, at a vol of about this. */
  private around(x: number, vol: number, strike: number): Columns {
    const middle = this.logSpot - Math.log(strike);
    const [low, high] = [Math.min(x, middle - SPOT_REACH), Math.max(x, middle + SPOT_REACH)];
    const positionByX = this.positionByX(vol);
    const last = this.lastColumn(positionByX);
    const first = Math.floor(Math.max(-last, low * positionByX));
    const count = Math.ceil(Math.min(last, high * positionByX)) + 1 - first;
    return widened({ first, count }, this.margin);
  }

  private get margin(): number {
    return Math.ceil(MARGIN * this.blend.deviation);
  }

  private lastColumn(positionByX: number): number {
    const { deviation } = this.blend;
    return FARTHEST * deviation + Math.min(MOST_PAID * deviation, this.logPaid * positionByX);
  }
}
