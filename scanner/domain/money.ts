/** Integer micro-dollars (1e-6 dollar). Ledger values, P&L totals and everything stored. */
export type Micros = number;

const MICROS_PER_DOLLAR = 1_000_000;

/** Dollars to micro-dollars, rounded half away from zero. @throws RangeError if not finite or beyond 2^53. */
export function toMicros(dollars: number): Micros {
  const micros = Math.sign(dollars) * Math.round(Math.abs(dollars) * MICROS_PER_DOLLAR);
  if (!Number.isSafeInteger(micros)) throw new RangeError(`${dollars} dollars cannot be held in micro-dollars`);
  return micros === 0 ? 0 : micros;
}

export function fromMicros(micros: Micros): number {
  return micros / MICROS_PER_DOLLAR;
}

/** One step of a TWS market rule: from `lowEdge` (inclusive) prices move by `increment`. Dollars. */
export interface PriceIncrement {
  lowEdge: number;
  increment: number;
}

/** The increment in force at |price|. Rules are sorted by lowEdge; a negative combo price uses its size. */
export function incrementAt(rule: readonly PriceIncrement[], price: number): number {
  const size = Math.abs(price);
  let found = rule[0]?.increment;
  for (const step of rule) if (step.lowEdge <= size + 1e-9) found = step.increment;
  if (found === undefined || !(found > 0)) throw new RangeError('a market rule needs at least one positive increment');
  return found;
}

/**
 * The tick-aligned decimal nearest to `price` (or the next one down or up), made from integers so that the
 * wire never sees 0.30000000000000004. @throws RangeError if price is not finite.
 */
export function alignToTick(
  price: number,
  rule: readonly PriceIncrement[],
  direction: 'nearest' | 'down' | 'up' = 'nearest',
): number {
  if (!Number.isFinite(price)) throw new RangeError(`${price} is not a price`);
  const tickMicros = toMicros(incrementAt(rule, price));
  const ticks = toMicros(price) / tickMicros;
  const whole = direction === 'down' ? Math.floor(ticks) : direction === 'up' ? Math.ceil(ticks) : Math.round(ticks);
  return fromMicros(whole * tickMicros) + 0;
}

/** True when `price` lies on the grid of `rule`, to the micro-dollar. */
export function isOnTick(price: number, rule: readonly PriceIncrement[]): boolean {
  return Number.isFinite(price) && toMicros(price) % toMicros(incrementAt(rule, price)) === 0;
}
