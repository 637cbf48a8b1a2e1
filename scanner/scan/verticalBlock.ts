import type { Profile } from '../domain/profile.ts';
import { VERTICAL_SHAPES, type VerticalShape, type VerticalStrategy } from '../domain/strategy.ts';
import { BlockColumns, CandidateBlock, type Measure, type Wing } from './candidateBlock.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { clean } from './range.ts';
import { legPrices, type LegPrices } from './tradeable.ts';
import { VERTICAL_MEASURES, type TwoLegs } from './verticalMeasures.ts';

const LEGS = 2;

/** One group, one strategy of its right, and the profile that prices it. */
export interface VerticalFrame {
  group: PreparedGroup;
  strategy: VerticalStrategy;
  profile: Profile;
}

/** Candidates of two legs: row `short` is sold and row `long` is bought, both of one group. */
export class VerticalBlock extends CandidateBlock implements TwoLegs {
  readonly codesPerCandidate = 1;
  readonly short: Int32Array;
  readonly long: Int32Array;
  readonly group: PreparedGroup;
  readonly strategy: VerticalStrategy;
  readonly shape: VerticalShape;
  readonly fees: number;
  readonly prices: LegPrices;

  constructor({ group, strategy, profile }: VerticalFrame, columns = new BlockColumns()) {
    super(columns);
    this.short = columns.short;
    this.long = columns.long;
    this.group = group;
    this.strategy = strategy;
    this.shape = VERTICAL_SHAPES[strategy];
    this.fees = profile.feesPerLeg * LEGS;
    this.prices = legPrices(group, profile.pricing);
  }

  get market() {
    return this.group.market;
  }

  get facts() {
    return this.group.facts;
  }

  get isCredit(): boolean {
    return this.shape.credit;
  }

  get multiplier(): number {
    return this.group.group.multiplier;
  }

  wing(i: number): Wing {
    return { group: this.group, short: this.short[i] ?? 0, long: this.long[i] ?? 0 };
  }

  callWing(): undefined {
    return undefined;
  }

  /** Makes candidate `at` of two rows, whether or not it is tradeable. */
  set(at: number, short: number, long: number): void {
    const { strike } = this.group;
    const { sold, bought } = this.prices;
    this.short[at] = short;
    this.long[at] = long;
    this.width[at] = clean(Math.abs((strike[short] ?? NaN) - (strike[long] ?? NaN)));
    this.credit[at] = clean((sold[short] ?? NaN) - (bought[long] ?? NaN));
  }

  move(from: number, to: number): void {
    this.short[to] = this.short[from] ?? 0;
    this.long[to] = this.long[from] ?? 0;
    this.width[to] = this.width[from] ?? NaN;
    this.credit[to] = this.credit[from] ?? NaN;
  }

  codeOf(i: number): number {
    return ((this.short[i] ?? 0) << 16) | (this.long[i] ?? 0);
  }

  setCode(at: number, code: number): void {
    this.set(at, code >>> 16, code & 0xffff);
  }

  writeCodes(codes: Uint32Array, at: number): void {
    for (let i = 0; i < this.count; i++) codes[at + i] = this.codeOf(i);
  }

  readCodes(codes: Uint32Array, from: number, to: number): void {
    this.count = to - from;
    for (let i = from; i < to; i++) this.setCode(i - from, codes[i] ?? 0);
  }

  payoffs(out: Float64Array, at: number): void {
    const { expectedPayoff } = this.group.legs;
    for (let i = 0; i < this.count; i++) {
      out[at + i] = expectedPayoff.at(this.long[i] ?? 0) - expectedPayoff.at(this.short[i] ?? 0);
    }
  }

  measure(name: Measure, out: Float64Array, at = 0): void {
    VERTICAL_MEASURES[name](this, out, at);
  }
}
