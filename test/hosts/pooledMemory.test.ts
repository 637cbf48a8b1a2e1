import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { giveBackPooledMemory, reducingCollection } from '../../electron/hosts/pooledMemory.ts';
import { fakeClock } from '../fakeClock.ts';

test('once a minute, in the first quiet moment, until it is ended', () => {
  const clock = fakeClock();
  let isQuiet = true;
  const collected: number[] = [];
  const collect = () => collected.push(clock.monotonic());
  const stop = giveBackPooledMemory({ clock, isQuiet: () => isQuiet, collect });
  clock.runTo(125_000);
  expect(collected).toEqual([60_000, 120_000]);
  isQuiet = false;
  clock.runTo(300_500);
  expect(collected).toHaveLength(2);
  isQuiet = true;
  clock.runTo(360_999);
  expect(collected.slice(2)).toEqual([301_000]);
  clock.runTo(361_000);
  expect(collected).toHaveLength(4);
  stop();
  clock.runTo(1_000_000);
  expect(collected).toHaveLength(4);
  expect(clock.pending()).toBe(0);
});

test('V8 keeps what a plain collection sets free, and gives it back in ours', () => {
  const file = resolve(import.meta.dirname, '../../electron/hosts/pooledMemory.ts');
  const script = `
    import { reducingCollection } from ${JSON.stringify(pathToFileURL(file).href)};
    let held = Array.from({ length: 3_000_000 }, (_, i) => ({ i, twice: [2 * i] }));
    held = undefined;
    gc();
    const plain = process.memoryUsage.rss() / 1e6;
    reducingCollection()();
    process.stdout.write(JSON.stringify({ plain, ours: process.memoryUsage.rss() / 1e6 }));
  `;
  const args = ['--expose-gc', '--input-type=module', '--eval', script];
  const { plain, ours } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Resident;
  expect(plain).toBeGreaterThan(200);
  expect(ours).toBeLessThan(0.6 * plain);
});

/** Megabytes of a process that has dropped some 300 MB of objects: after a plain collection, and after ours. */
interface Resident {
  plain: number;
  ours: number;
}

test('shows the collection to nobody else', () => {
  expect(reducingCollection()).toBeTypeOf('function');
  expect(globalThis.gc).toBeUndefined();
  expect(runInNewContext('globalThis.gc')).toBeUndefined();
});
