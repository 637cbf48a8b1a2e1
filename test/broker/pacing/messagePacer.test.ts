import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LANES, MessagePacer, type Lane } from '../../../broker/pacing/messagePacer.ts';
import { fakeClock } from '../../fakeClock.ts';

/** The most times that fall into any half-open second. Slow on purpose, and independent of the pacer. */
function worstSecond(times: readonly number[]): number {
  return Math.max(0, ...times.map((start) => times.filter((t) => t >= start && t < start + 1000).length));
}

test('a cancel overtakes 100 queued data requests', () => {
  const clock = fakeClock();
  const pacer = new MessagePacer(clock, { ceiling: 45 });
  const sent: string[] = [];
  for (let i = 0; i < 100; i++) pacer.send('data', () => sent.push('data'));
  pacer.send('cancel', () => sent.push('cancel'));
  clock.runTo(0);
  expect(sent[0]).toBe('cancel');
});

test('a cancel behind a full window leaves within two spacings', () => {
  const clock = fakeClock();
  const pacer = new MessagePacer(clock, { ceiling: 45 });
  for (let i = 0; i < 1000; i++) pacer.send('scan', () => {});
  clock.advance(5000);
  const askedMs = clock.monotonic();
  let sentMs = Number.NaN;
  pacer.send('cancel', () => (sentMs = clock.monotonic()));
  clock.advance(1000);
  expect(sentMs - askedMs).toBeLessThanOrEqual(2000 / 45);
});

test('lanes leave in order of priority', () => {
  const clock = fakeClock();
  const pacer = new MessagePacer(clock, { ceiling: 3, burst: 1 });
  pacer.count(3);
  const sent: Lane[] = [];
  for (const lane of [...LANES].reverse()) pacer.send(lane, () => sent.push(lane));
  clock.advance(5000);
  expect(sent).toEqual([...LANES]);
});

test('within a lane frames keep their order', () => {
  const clock = fakeClock();
  const pacer = new MessagePacer(clock, { ceiling: 45 });
  const sent: number[] = [];
  for (let i = 0; i < 200; i++) pacer.send('scan', () => sent.push(i));
  clock.advance(6000);
  expect(sent).toEqual(Array.from({ length: 200 }, (_, i) => i));
});

test('data is spread over the second instead of leaving in one burst', () => {
  const clock = fakeClock();
  const pacer = new MessagePacer(clock, { ceiling: 45, burst: 5 });
  const times: number[] = [];
  for (let i = 0; i < 90; i++) pacer.send('data', () => times.push(clock.monotonic()));
  clock.runTo(0);
  expect(times).toHaveLength(5);
  clock.advance(500);
  expect(times.length).toBeLessThanOrEqual(5 + Math.ceil(500 / (1000 / 45)));
  expect(times.length).toBeGreaterThan(20);
});

test('a saturated pacer reaches its ceiling', () => {
  const clock = fakeClock();
  const pacer = new MessagePacer(clock, { ceiling: 45 });
  let sent = 0;
  for (let i = 0; i < 1000; i++) pacer.send('scan', () => sent++);
  clock.advance(10_000);
  expect(sent).toBeGreaterThanOrEqual(44 * 10);
  expect(pacer.inLastSecond()).toBeGreaterThanOrEqual(43);
});

test('what waits when the link goes is dropped, never sent, and said to be so', () => {
  const clock = fakeClock();
  const pacer = new MessagePacer(clock, { ceiling: 2 });
  const sent: string[] = [];
  const dropped: string[] = [];
  for (const name of ['a', 'b', 'c'])
    pacer.send(
      'order',
      () => sent.push(name),
      (why) => dropped.push(`${name}: ${why}`),
    );
  pacer.purge('link lost');
  clock.advance(10_000);
  expect(sent).toEqual(['a', 'b']);
  expect(dropped).toEqual(['c: link lost']);
});

test('a write that throws does not hold up the next one', () => {
  const clock = fakeClock();
  const pacer = new MessagePacer(clock, { ceiling: 45 });
  let after = false;
  pacer.send('data', () => {
    throw new Error('socket gone');
  });
  pacer.send('data', () => (after = true));
  expect(() => clock.runTo(0)).toThrow('socket gone');
  clock.advance(100);
  expect(after).toBe(true);
});

test('a closed pacer holds no timer', () => {
  const clock = fakeClock();
  const pacer = new MessagePacer(clock, { ceiling: 45 });
  for (let i = 0; i < 50; i++) pacer.send('data', () => {});
  pacer.close();
  expect(clock.pending()).toBe(0);
});

test.each([0, -1, 2.5, Number.NaN])('a ceiling of %d is refused', (ceiling) => {
  expect(() => new MessagePacer(fakeClock(), { ceiling })).toThrow(RangeError);
});

test('property: never above the ceiling in any rolling second, whatever is asked when and in which lane', () => {
  const step = fc.record({
    lane: fc.constantFrom(...LANES),
    frames: fc.integer({ min: 1, max: 80 }),
    pauseMs: fc.integer({ min: 0, max: 1500 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.array(step, { maxLength: 12 }), (ceiling, steps) => {
      const clock = fakeClock();
      const pacer = new MessagePacer(clock, { ceiling });
      const times: number[] = [];
      let asked = 0;
      for (const { lane, frames, pauseMs } of steps) {
        for (let i = 0; i < frames; i++) pacer.send(lane, () => times.push(clock.monotonic()));
        asked += frames;
        clock.advance(pauseMs);
      }
      clock.advance(2000 + (asked / ceiling) * 1100);
      expect(worstSecond(times)).toBeLessThanOrEqual(ceiling);
      expect(times).toHaveLength(asked);
    }),
    { numRuns: 60 },
  );
});

test('property: a thread that is held up around its writes never has more leave in a second than the ceiling', () => {
  const ms = fc.oneof(
    { weight: 30, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 300 }) },
  );
  const hold = fc.record({ before: ms, after: ms });
  fc.assert(
    fc.property(fc.array(hold, { minLength: 200, maxLength: 200 }), (holds) => {
      const clock = fakeClock();
      let heldMs = 0;
      const monotonic = (): number => clock.monotonic() + heldMs;
      const pacer = new MessagePacer({ ...clock, monotonic }, { ceiling: 45 });
      const left: number[] = [];
      for (const { before, after } of holds)
        pacer.send('data', () => {
          heldMs += before;
          left.push(monotonic());
          heldMs += after;
        });
      clock.advance(10_000);
      expect(left).toHaveLength(holds.length);
      expect(worstSecond(left)).toBeLessThanOrEqual(45);
    }),
  );
});

test('a frame that is taken back while it waits is dropped once and never written; a written one stays written', () => {
  const clock = fakeClock();
  const pacer = new MessagePacer(clock, { ceiling: 2 });
  const told: string[] = [];
  const send = (name: string): ((reason: string) => void) =>
    pacer.send(
      'order',
      () => told.push(`${name} written`),
      (reason) => told.push(`${name} dropped: ${reason}`),
    );
  const [first, , third] = [send('first'), send('second'), send('third'), send('fourth')];
  first('too late');
  third('halt');
  third('halt again');
  clock.advance(5000);
  third('long gone');
  expect(told).toEqual(['first written', 'second written', 'third dropped: halt', 'fourth written']);
  expect(pacer.total).toBe(3);
});
