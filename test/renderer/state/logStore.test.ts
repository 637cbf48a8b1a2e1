import { expect, test } from 'vitest';
import type { LogLine } from '../../../electron/contract/desk.ts';
import { LogStore } from '../../../renderer/state/logStore.svelte.ts';

const line = (id: string, atMs: number, kind: LogLine['kind']): LogLine => ({
  id,
  atMs,
  kind,
  level: 'info',
  text: id,
});
const message = (reset: boolean, upserts: LogLine[]) => ({ seq: 1, generation: 0, reset, upserts, removes: [] });

test('alerts and log stand apart, newest first, and only alerts that came later are new', () => {
  const log = new LogStore();
  log.receive(message(true, [line('a', 1, 'alert'), line('b', 3, 'log')]));
  expect(log.unseen).toBe(0);
  log.receive(message(false, [line('c', 2, 'alert'), line('d', 4, 'log')]));
  expect(log.alerts.map(({ id }) => id)).toEqual(['c', 'a']);
  expect(log.lines.map(({ id }) => id)).toEqual(['d', 'b']);
  expect(log.unseen).toBe(1);
  log.seen();
  expect(log.unseen).toBe(0);
});

test('a line that comes again is not counted twice', () => {
  const log = new LogStore();
  log.receive(message(false, [line('a', 1, 'alert')]));
  log.receive(message(false, [line('a', 1, 'alert')]));
  expect(log.alerts).toHaveLength(1);
  expect(log.unseen).toBe(1);
});
