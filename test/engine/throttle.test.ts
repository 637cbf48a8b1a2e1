import { expect, test } from 'vitest';
import { Throttle } from '../../electron/engine/desk/throttle.ts';
import { Broadcast } from '../../electron/engine/streams/broadcast.ts';
import { fakeClock } from '../fakeClock.ts';

test('the first request runs at once, a burst is one run per pause, and none is lost', () => {
  const clock = fakeClock();
  const ranAt: number[] = [];
  const throttle = new Throttle(clock, 400, () => ranAt.push(clock.monotonic()));
  for (let ms = 0; ms <= 1000; ms += 10) {
    clock.runTo(ms);
    throttle.request();
  }
  clock.advance(5000);
  expect(ranAt).toEqual([0, 400, 800, 1200]);
});

test('after a quiet time the next request runs at once', () => {
  const clock = fakeClock();
  let runs = 0;
  const throttle = new Throttle(clock, 400, () => runs++);
  throttle.request();
  clock.advance(10_000);
  throttle.request();
  clock.advance(0);
  expect(runs).toBe(2);
});

test('stopped, it runs nothing more and leaves no timer', () => {
  const clock = fakeClock();
  let runs = 0;
  const throttle = new Throttle(clock, 400, () => runs++);
  throttle.request();
  throttle.stop();
  clock.advance(10_000);
  expect(runs).toBe(0);
  expect(clock.pending()).toBe(0);
});

test('a broadcast without listeners costs no timer; with them, each is told once per pause', () => {
  const clock = fakeClock();
  const broadcast = new Broadcast(clock, 250);
  broadcast.request();
  expect(clock.pending()).toBe(0);
  const told: string[] = [];
  const stop = broadcast.listen(() => told.push('a'));
  broadcast.listen(() => told.push('b'));
  for (let i = 0; i < 10; i++) broadcast.request();
  clock.advance(100);
  expect(told).toEqual(['a', 'b']);
  stop();
  broadcast.request();
  clock.advance(1000);
  expect(told).toEqual(['a', 'b', 'b']);
});
