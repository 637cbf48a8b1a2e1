/** Where on the axes of time and carry a table stands. */
export interface TermPoint {
  /** ln(years to expiry): premiums are nearly a power of the time. */
  logYears: number;
  /** The yield, or its logarithm where premiums are nearly a power of it. */
  carry: number;
}

/** How far a blend reaches from its first point: backward in logYears (time only passes), both ways in carry. */
export interface BlendReach {
  logYears: number;
  carry: number;
}

/** Movements that change no price by as much as 1e-6 of the strike are left alone. */
const NEGLIGIBLE = 1e-4;

/**
 * Tables of numbers at a few points of time and carry, and what lies between them: linear in ln(years), quadratic in the
 * carry. Points are built when they are first needed, so that a chain valued once costs one table.
 */
export class TableBlend {
  private readonly build: (point: TermPoint) => Float64Array;
  private readonly first: TermPoint;
  private readonly span: BlendReach;
  private readonly middle: Float64Array;
  private later: Float64Array | undefined;
  private low: Float64Array | undefined;
  private high: Float64Array | undefined;
  /** The blend, in the layout of `build`; changed in place. */
  readonly values: Float64Array;
  private age = 0;
  private shift = 0;

  constructor(build: (point: TermPoint) => Float64Array, first: TermPoint, span: BlendReach) {
    this.build = build;
    this.first = first;
    this.span = span;
    this.middle = build(first);
    this.values = Float64Array.from(this.middle);
  }

  /** Of all that is kept. */
  get bytes(): number {
    const others = [this.later, this.low, this.high].filter((table) => table !== undefined);
    return (2 + others.length) * this.middle.byteLength;
  }

  /**
   * Sets `values` to a point.
   * @returns false, and changes nothing, when the point is out of reach.
   */
  moveTo({ logYears, carry }: TermPoint): boolean {
    const { first, span } = this;
    const age = (first.logYears - logYears) / span.logYears;
    const moved = carry - first.carry;
    const shift = moved === 0 ? 0 : moved / span.carry;
    if (!(age >= -NEGLIGIBLE && age <= 1 && Math.abs(shift) <= 1)) return false;
    if (Math.abs(age - this.age) < NEGLIGIBLE && Math.abs(shift - this.shift) < NEGLIGIBLE) return true;
    // May throw: what was built by then stays, and the blend as it was.
    this.buildFor(age, shift);
    this.age = age;
    this.shift = shift;
    this.blend();
    return true;
  }

  private buildFor(age: number, shift: number): void {
    const { first, span } = this;
    if (Math.abs(age) > NEGLIGIBLE) this.later ??= this.build({ ...first, logYears: first.logYears - span.logYears });
    if (Math.abs(shift) > NEGLIGIBLE) {
      this.low ??= this.build({ ...first, carry: first.carry - span.carry });
      this.high ??= this.build({ ...first, carry: first.carry + span.carry });
    }
  }

  private blend(): void {
    const { values, middle, age, shift } = this;
    const later = this.later ?? middle;
    const { low = middle, high = middle } = this;
    const towardsLow = 0.5 * shift * (shift - 1);
    const towardsHigh = 0.5 * shift * (shift + 1);
    const here = 1 - age - shift * shift;
    for (let i = 0; i < values.length; i++) {
      values[i] =
        here * (middle[i] ?? 0) + age * (later[i] ?? 0) + towardsLow * (low[i] ?? 0) + towardsHigh * (high[i] ?? 0);
    }
  }
}
