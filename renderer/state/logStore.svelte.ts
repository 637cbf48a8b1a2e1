import type { LogLine } from '../../electron/contract/desk.ts';
import type { StreamMessage } from '../../electron/contract/stream.ts';

const KEPT = 400;

/** Newest first; alerts and log apart. */
export class LogStore {
  alerts = $state.raw<readonly LogLine[]>([]);
  lines = $state.raw<readonly LogLine[]>([]);
  /** Alerts that came since the list was last looked at. */
  unseen = $state(0);

  receive(message: StreamMessage<LogLine, undefined>): void {
    const known = message.reset ? [] : [...this.alerts, ...this.lines];
    const removed = new Set(message.removes);
    const byId = new Map(known.filter((line) => !removed.has(line.id)).map((line) => [line.id, line]));
    for (const line of message.upserts) {
      if (line.kind === 'alert' && !message.reset && !byId.has(line.id)) this.unseen++;
      byId.set(line.id, line);
    }
    const newest = [...byId.values()].sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? 1 : -1));
    this.alerts = newest.filter((line) => line.kind === 'alert').slice(0, KEPT);
    this.lines = newest.filter((line) => line.kind === 'log').slice(0, KEPT);
  }

  seen(): void {
    this.unseen = 0;
  }
}
