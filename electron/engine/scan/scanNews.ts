import type { Clock } from '../../../scanner/domain/clock.ts';
import type { RankedSpread, ScanSummary } from '../../../scanner/domain/spread.ts';
import type { DeskLog } from '../desk/deskLog.ts';
import { spreadTitle } from './spreadNames.ts';

/** A spread that comes and goes around a bound is told of once in this time. */
const COOLDOWN_MS = 10 * 60_000;
/** In a moving market something is new every second; a person is told this often at most. */
const ALERT_EVERY_MS = 60_000;
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
  /** New since the last alert, best first where they are told. */
  #untold = new Map<string, RankedSpread>();
  #alertedAtMs = Number.NEGATIVE_INFINITY;
  #saidFound = false;
  #saidIncomplete = false;

  constructor(clock: Clock, log: DeskLog) {
    this.#clock = clock;
    this.#log = log;
  }

  /** The question has changed: what matches it now is no news either. */
  restart(): void {
    this.#lastSeen.clear();
    this.#untold.clear();
    this.#saidFound = false;
    this.#saidIncomplete = false;
  }

  tell({ name, rows, summary, complete }: ScanNewsInput): void {
    for (const row of this.#fresh(rows, this.#saidFound)) this.#untold.set(row.id, row);
    this.#alert(name);
    if (!complete || this.#saidFound) return;
    this.#saidFound = true;
    const { pairs, survivors, tookMs } = summary;
    this.#log.info(`Scan ${name}: ${whole(pairs)} spreads, ${whole(survivors)} match, ${whole(tookMs)} ms`);
  }

  /** Rows that had to be left out. */
  tellIncomplete(name: string, count: number): void {
    if (count === 0 || this.#saidIncomplete) return;
    this.#saidIncomplete = true;
    this.#log.error(`${count} spreads of ${name} lack a number that every spread has, and are left out.`);
  }

  #alert(name: string): void {
    const now = this.#clock.monotonic();
    if (this.#untold.size === 0 || now - this.#alertedAtMs < ALERT_EVERY_MS) return;
    this.#alertedAtMs = now;
    const fresh = [...this.#untold.values()].sort((a, b) => b.score - a.score);
    this.#untold.clear();
    for (const row of fresh.slice(0, LISTED)) {
      this.#log.alert(`${spreadTitle(row)} is new in ${name}, score ${row.score.toFixed(2)}`);
    }
    const more = fresh.length - LISTED;
    if (more > 0) this.#log.alert(`${more} more ${more === 1 ? 'is' : 'are'} new in ${name}`);
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
