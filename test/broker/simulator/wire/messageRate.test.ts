import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageRate } from '../../../../broker/simulator/wire/messageRate.ts';
import { fakeClock } from '../../../fakeClock.ts';

/** Notes messages written at these instants, read by a thread that stands still within [from, to). */
function breachesOf(written: readonly number[], stall: { from: number; to: number }): number {
  const clock = fakeClock();
  const start = clock.monotonic();
  let turnedAt = start;
  const rate = new MessageRate(clock, () => turnedAt);
  for (const at of written) {
    const stalled = at >= stall.from && at < stall.to;
    const readAt = stalled ? stall.to : at;
    const wait = start + readAt - clock.monotonic();
    if (wait > 0) clock.advance(wait);
    turnedAt = start + (stalled ? stall.from : readAt);
    rate.note();
  }
  return rate.breaches;
}

const paced = Array.from({ length: 45 * 5 }, (_, i) => (i * 1000) / 45);

test('a client that keeps to 45 a second is never accused because this thread stood still', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 900 }), (from, length) => {
      expect(breachesOf(paced, { from, to: from + length })).toBe(0);
    }),
  );
});

test('a client that sends 45 at once every second is not accused, however long it takes to serve them', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 225, maxLength: 225 }), (serving) => {
      const clock = fakeClock();
      const start = clock.monotonic();
      let turnedAt = start;
      const rate = new MessageRate(clock, () => turnedAt);
      for (const [n, ms] of serving.entries()) {
        const burst = Math.floor(n / 45);
        if (n % 45 === 0) {
          // The wire brings each burst up to 40 ms sooner after the last than it was sent.
          const dueMs = start + burst * 1000 - (burst % 2) * 40;
          clock.advance(Math.max(0, dueMs - clock.monotonic()));
          turnedAt = Math.min(dueMs, clock.monotonic());
        }
        rate.note();
        clock.advance(ms);
      }
      expect(rate.breaches).toBe(0);
    }),
  );
});

test('51 messages at once are a breach, and so is a flood behind a short stall', () => {
  const burst = Array.from({ length: 51 }, () => 100);
  expect(breachesOf(burst, { from: 0, to: 0 })).toBe(1);
  const flood = Array.from({ length: 80 }, (_, i) => 100 + i);
  expect(breachesOf(flood, { from: 50, to: 200 })).toBe(1);
});
