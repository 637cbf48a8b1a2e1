import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastCurrentMs, type StreamFacts } from '../../../broker/tws/quoteAge.ts';

const WHOLE: StreamFacts = {
  ...{ subscribed: true, feedUp: true, tickedSinceBreak: true },
  ...{ heardAtMs: 1_000, feedHeardAtMs: 61_000 },
};

test('a quiet contract is as current as the newest tick of any line', () => {
  expect(lastCurrentMs(WHOLE)).toBe(61_000);
});

test.each([
  ['its line is refused or gone', { subscribed: false }],
  ['TWS has lost IB, or a farm is broken', { feedUp: false }],
  ['it has not ticked since a break', { tickedSinceBreak: false }],
])('its age counts from its own last tick when %s', (_, change) => {
  expect(lastCurrentMs({ ...WHOLE, ...change })).toBe(1_000);
});

test('a feed that stands still makes nothing current', () => {
  expect(lastCurrentMs({ ...WHOLE, feedHeardAtMs: 1_000 })).toBe(1_000);
});

test('never older than its own last tick, never newer than the newest tick there is', () => {
  const time = fc.integer({ min: 0, max: 1e6 });
  const [subscribed, feedUp, tickedSinceBreak] = [fc.boolean(), fc.boolean(), fc.boolean()];
  const facts = fc.record({ subscribed, feedUp, tickedSinceBreak, heardAtMs: time, feedHeardAtMs: time });
  fc.assert(
    fc.property(facts, (each) => {
      const atMs = lastCurrentMs(each);
      expect(atMs).toBeGreaterThanOrEqual(each.heardAtMs);
      expect(atMs).toBeLessThanOrEqual(Math.max(each.heardAtMs, each.feedHeardAtMs));
    }),
  );
});
