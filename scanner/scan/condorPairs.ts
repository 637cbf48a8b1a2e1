import type { PreparedGroup } from './preparedGroup.ts';

/** Which short strikes of a put and of a call wing make a condor: apart, or meeting in a butterfly. */
export interface CondorShorts {
  puts: PreparedGroup;
  calls: PreparedGroup;
  shortsMeet: boolean;
}

/**
 * Number of condors that can be made of so many put wings and call wings by short row, in linear time: the put's short
 * strike lies below the call's, or on it for a butterfly. Exact up to 2^53.
 * @param putWings Float64 or Int32[rows of the puts]; `callWings` alike of the calls.
 */
export function countPairs(
  { puts, calls, shortsMeet }: CondorShorts,
  putWings: ArrayLike<number>,
  callWings: ArrayLike<number>,
): number {
  let pairs = 0;
  let beyond = 0;
  let call = calls.n - 1;
  for (let put = puts.n - 1; put >= 0; put--) {
    const strike = puts.strike[put] ?? NaN;
    while (call >= 0 && (calls.strike[call] ?? NaN) > strike) beyond += callWings[call--] ?? 0;
    if (!shortsMeet) pairs += (putWings[put] ?? 0) * beyond;
    else if (calls.strike[call] === strike) pairs += (putWings[put] ?? 0) * (callWings[call] ?? 0);
  }
  return pairs;
}

/** Pairs of rows by short row: a bull put buys any lower row, a bear call any higher one. */
export function allPairs({ puts, calls }: CondorShorts): { putWings: Float64Array; callWings: Float64Array } {
  return {
    putWings: new Float64Array(puts.n).map((_, row) => row),
    callWings: new Float64Array(calls.n).map((_, row) => calls.n - 1 - row),
  };
}
