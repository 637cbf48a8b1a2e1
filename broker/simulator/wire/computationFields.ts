import type { Computation } from '../core/quote.ts';

/**
 * iv, delta, price, dividends, gamma, vega, theta, spot. Absent values are -1, or -2 where -1 could be real; never
 * empty, which ib_async refuses. @source ibapi decoder.py processTickOptionComputationMsg
 */
export function computationFields(values: Computation | undefined, price: number | undefined): number[] {
  if (!values) return [-1, -2, price ?? -1, -1, -2, -2, -2, -1];
  const { iv, delta, dividends, gamma, vega, theta, spot } = values;
  return [iv, delta, values.price, dividends, gamma, vega, theta, spot];
}
