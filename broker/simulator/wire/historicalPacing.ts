import type { Clock } from '../../../scanner/domain/clock.ts';

const IDENTICAL_MS = 15_000;
const SAME_CONTRACT_MS = 2000;
const SAME_CONTRACT_LIMIT = 6;
const WINDOW_MS = 600_000;
const WINDOW_LIMIT = 60;

/** TWS's rules for small historical requests. @source TWS API, "Pacing violations for small bars" */
export class HistoricalPacing {
  readonly #clock: Clock;
  #past: { atMs: number; request: string; contract: string; weight: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns what was violated, or undefined; refused requests count as well. */
  violation(contract: string, { request, weight }: { request: string; weight: number }): string | undefined {
    const now = this.#clock.monotonic();
    this.#past = this.#past.filter((p) => now - p.atMs < WINDOW_MS);
    const identical = this.#past.some((p) => p.request === request && now - p.atMs < IDENTICAL_MS);
    const recent = this.#past.filter((p) => p.contract === contract && now - p.atMs < SAME_CONTRACT_MS).length;
    const total = this.#past.reduce((sum, p) => sum + p.weight, 0);
    this.#past.push({ atMs: now, request, contract, weight });
    if (identical) return 'Historical data request pacing violation: identical request within 15 seconds';
    if (recent + 1 >= SAME_CONTRACT_LIMIT)
      return 'Historical data request pacing violation: six requests for one contract within 2 seconds';
    if (total + weight > WINDOW_LIMIT)
      return 'Historical data request pacing violation: more than 60 requests in 10 minutes';
    return undefined;
  }
}
