import type { Clock } from '../../../scanner/domain/clock.ts';
import type { RankedSpread, ScanSummary } from '../../../scanner/domain/spread.ts';
import type { DeskLog } from '../desk/deskLog.ts';
import { spreadTitle } from './spreadNames.ts';

/** A spread that comes and goes around a bound is told of once in this time. */
const COOLDOWN_MS = 10 * 60_000;
/** More than this at one time are counted, not listed. */
const LISTED = 2;

export interface ScanNewsInput {
  /** The profile's. */
  name: string;
  /** Best first. */
  rows: readonly RankedSpread[];
  summary: ScanSummary;
  /** False until every symbol was loaded once; what is there by then is no news. */
  complete: boolean;
}

/** What a scan has to say beside its rows: which matches are new, and once what it found. */
export class ScanNews {
  readonly #clock: Clock;
  readonly #log: DeskLog;
  /** By spread id: monotonic time when it was last among the matches. */
  readonly #lastSeen = new Map<string, number>();
  #saidFound = false;
  #saidIncomplete = false;

  constructor(clock: Clock, log: DeskLog) {
    this.#clock = clock;
    this.#log = log;
  }

  /** The question has changed: what matches it now is no news either. */
  restart(): void {
    this.#lastSeen.clear();
    this.#saidFound = false;
    this.#saidIncomplete = false;
  }

  tell({ name, rows, summary, complete }: ScanNewsInput): void {
    const fresh = this.#fresh(rows, this.#saidFound);
    for (const row of fresh.slice(0, LISTED)) {
      this.#log.alert(`${spreadTitle(row)} is new in ${name}, score ${row.score.toFixed(2)}`);
    }
    if (fresh.length > LISTED) this.#log.alert(`${fresh.length - LISTED} more are new in ${name}`);
    if (!complete || this.#saidFound) return;
    this.#saidFound = true;
    const { pairs, survivors, tookMs } = summary;
    this.#log.info(`Scan ${name}: ${whole(pairs)} pairs, ${whole(survivors)} match, ${whole(tookMs)} ms`);
  }

  /** Rows that had to be left out. */
  tellIncomplete(name: string, count: number): void {
    if (count === 0 || this.#saidIncomplete) return;
    this.#saidIncomplete = true;
    this.#log.error(`${count} spreads of ${name} lack a number that every spread has, and are left out.`);
  }

  #fresh(rows: readonly RankedSpread[], isNews: boolean): RankedSpread[] {
    const now = this.#clock.monotonic();
    for (const [id, seen] of this.#lastSeen) if (now - seen > COOLDOWN_MS) this.#lastSeen.delete(id);
    const fresh = isNews ? rows.filter(({ id }) => !this.#lastSeen.has(id)) : [];
    for (const { id } of rows) this.#lastSeen.set(id, now);
    return fresh;
  }
}

/** `517,844` */
function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
