import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HistoricalPacer, type HistoricalRequest } from '../../../broker/pacing/historicalPacer.ts';
import { fakeClock } from '../../fakeClock.ts';

interface Sent {
  atMs: number;
  identity: string;
  contractKey: string;
  weight: number;
}

/** What TWS would complain of, counted over every window by brute force. */
function violations(sent: readonly Sent[]): string[] {
  const found: string[] = [];
  for (const [i, first] of sent.entries()) {
    const later = sent.slice(i);
    const within = (ms: number, only: (s: Sent) => boolean): number =>
      later.filter((s) => s.atMs < first.atMs + ms && only(s)).reduce((sum, s) => sum + s.weight, 0);
    if (later.filter((s) => s.atMs < first.atMs + 15_000 && s.identity === first.identity).length > 1)
      found.push('identical within 15 s');
    if (within(2_000, (s) => s.contractKey === first.contractKey) >= 6) found.push('6 of a contract within 2 s');
    if (within(600_000, () => true) > 60) found.push('more than 60 in 10 minutes');
  }
  return found;
}

test('different requests start at once', () => {
  const clock = fakeClock();
  const pacer = new HistoricalPacer(clock);
  let started = 0;
  for (let i = 0; i < 20; i++) pacer.submit({ identity: `r${i}`, contractKey: `c${i}`, start: () => started++ });
  expect(started).toBe(20);
});

test('an identical request waits 15 s', () => {
  const clock = fakeClock();
  const pacer = new HistoricalPacer(clock);
  const times: number[] = [];
  const request = (): HistoricalRequest => ({
    identity: 'SPY iv',
    contractKey: 'SPY',
    start: (done) => {
      times.push(clock.monotonic());
      done();
    },
  });
  pacer.submit(request());
  pacer.submit(request());
  expect(pacer.delayMs({ identity: 'SPY iv', contractKey: 'SPY' })).toBe(15_000);
  clock.advance(20_000);
  expect(times).toEqual([0, 15_000]);
});

test('a request that waited for the message ceiling counts from when it was written', () => {
  const clock = fakeClock();
  const pacer = new HistoricalPacer(clock);
  const written: number[] = [];
  const request = (waitMs: number): HistoricalRequest => ({
    identity: 'SPY iv',
    contractKey: 'SPY',
    start: (_done, sent) => {
      clock.setTimer(() => {
        written.push(clock.monotonic());
        sent();
      }, waitMs);
    },
  });
  pacer.submit(request(2_000));
  clock.advance(3_000);
  pacer.submit(request(0));
  clock.advance(30_000);
  expect(written).toEqual([2_000, 17_000]);
});

test('the 51st open request waits for an answer', () => {
  const pacer = new HistoricalPacer(fakeClock());
  const answers: (() => void)[] = [];
  for (let i = 0; i < 51; i++)
    pacer.submit({ identity: `r${i}`, contractKey: `c${i}`, start: (done) => answers.push(done) });
  expect(answers).toHaveLength(50);
  answers[7]?.();
  answers[7]?.();
  expect(answers).toHaveLength(51);
});

test('a withdrawn request never starts', () => {
  const clock = fakeClock();
  const pacer = new HistoricalPacer(clock);
  let started = 0;
  pacer.submit({ identity: 'a', contractKey: 'a', start: () => started++ });
  const withdraw = pacer.submit({ identity: 'a', contractKey: 'a', start: () => started++ });
  withdraw();
  clock.advance(60_000);
  expect(started).toBe(1);
});

test('property: no pattern of requests breaks a rule of TWS, and all are served', () => {
  const ask = fc.record({
    contract: fc.integer({ min: 0, max: 3 }),
    variant: fc.integer({ min: 0, max: 12 }),
    weight: fc.constantFrom<1 | 2>(1, 2),
    pauseMs: fc.constantFrom(0, 0, 0, 10, 700, 3000),
  });
  fc.assert(
    fc.property(fc.array(ask, { maxLength: 90 }), (asks) => {
      const clock = fakeClock();
      const pacer = new HistoricalPacer(clock);
      const sent: Sent[] = [];
      for (const { contract, variant, weight, pauseMs } of asks) {
        const request = { identity: `${contract}/${variant}/${weight}`, contractKey: `${contract}`, weight };
        pacer.submit({
          ...request,
          start: (done) => {
            sent.push({ ...request, atMs: clock.monotonic() });
            clock.setTimer(done, 300);
          },
        });
        clock.advance(pauseMs);
      }
      clock.advance(3_600_000);
      expect(violations(sent)).toEqual([]);
      expect(sent).toHaveLength(asks.length);
    }),
    { numRuns: 40 },
  );
});
