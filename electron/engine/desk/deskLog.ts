import type { LogLine } from '../../contract/desk.ts';
import type { Clock } from '../../../scanner/domain/clock.ts';
import type { EngineLog } from '../log.ts';

/** Lines that a window can look back on. */
const CAPACITY = 500;

type Listener = (line: LogLine, dropped: string | undefined) => void;

/** What a trader reads at the foot of the window: notices in plain words, scans, orders and alerts. */
export class DeskLog {
  readonly #lines: LogLine[] = [];
  readonly #listeners = new Set<Listener>();
  readonly #clock: Clock;
  readonly #file: EngineLog;
  #count = 0;

  constructor(clock: Clock, file: EngineLog) {
    this.#clock = clock;
    this.#file = file;
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  info(text: string): void {
    this.#file.info(text);
    this.#append('info', 'log', text);
  }

  warn(text: string): void {
    this.#file.warn(text);
    this.#append('warning', 'log', text);
  }

  error(text: string): void {
    this.#file.error(text);
    this.#append('error', 'log', text);
  }

  /** Something a trader asked to be told of. */
  alert(text: string): void {
    this.#file.info(text, { alert: true });
    this.#append('info', 'alert', text);
  }

  /** For an engineer's eyes: what a person has read already. */
  fileOnly(text: string): void {
    this.#file.info(text);
  }

  /** `dropped` is the id of the line that fell off the end. @returns what stops it. */
  onLine(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #append(level: LogLine['level'], kind: LogLine['kind'], text: string): void {
    const line: LogLine = { id: String(++this.#count), atMs: this.#clock.now(), level, kind, text };
    this.#lines.push(line);
    const dropped = this.#lines.length > CAPACITY ? this.#lines.shift()?.id : undefined;
    for (const listener of this.#listeners) listener(line, dropped);
  }
}
