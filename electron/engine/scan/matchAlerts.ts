import type { Clock } from '../../../scanner/domain/clock.ts';
import type { RankedSpread } from '../../../scanner/domain/spread.ts';
import { spreadTitle } from './spreadNames.ts';

/** A spread that comes and goes around a bound is told of once in this time. */
const COOLDOWN_MS = 10 * 60_000;
/** More than this at one time are counted, not listed. */
const LISTED = 2;

/** Says which matches of a scan are new. What is there when the scan has just begun is not news. */
export class MatchAlerts {
  readonly #clock: Clock;
  /** By spread id: monotonic time when it was last among the matches. */
  readonly #lastSeen = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The profile has changed: what matches it now is no news either. */
  restart(): void {
    this.#lastSeen.clear();
  }

  /** @param complete false until every symbol was loaded once. @returns lines to show, best match first. */
  take(rows: readonly RankedSpread[], profileName: string, complete: boolean): string[] {
    const now = this.#clock.monotonic();
    const fresh = complete ? rows.filter(({ id }) => now - (this.#lastSeen.get(id) ?? -Infinity) > COOLDOWN_MS) : [];
    for (const { id } of rows) this.#lastSeen.set(id, now);
    this.#forgetOld(now);
    const lines = fresh
      .slice(0, LISTED)
      .map((row) => `${spreadTitle(row)} is new in ${profileName}, score ${row.score.toFixed(2)}`);
    return fresh.length > LISTED ? [...lines, `${fresh.length - LISTED} more are new in ${profileName}`] : lines;
  }

  #forgetOld(now: number): void {
    for (const [id, seen] of this.#lastSeen) if (now - seen > COOLDOWN_MS) this.#lastSeen.delete(id);
  }
}
