import { expect, test } from 'vitest';
import { Watchdog } from '../../../broker/tws/watchdog.ts';
import { fakeClock } from '../../fakeClock.ts';

function watchdog(look: () => void): { clock: ReturnType<typeof fakeClock>; dog: Watchdog; complaints: string[] } {
  const clock = fakeClock();
  const complaints: string[] = [];
  const complain = (details: object): void => void complaints.push(String('err' in details ? details.err : ''));
  const log = { info: () => undefined, warn: () => undefined, error: complain };
  return { clock, dog: new Watchdog({ clock, log, everyMs: 1000 }, look), complaints };
}

test('Lean #246: a look that throws every time does not end the watch, and each throw is logged', () => {
  let looks = 0;
  const { clock, dog, complaints } = watchdog(() => {
    looks++;
    throw new Error('broken look');
  });
  dog.start();
  clock.advance(60_000);
  expect(looks).toBe(60);
  expect(complaints).toHaveLength(60);
});

test('stopped from inside its own look, it looks no more and holds no timer', () => {
  let looks = 0;
  const { clock, dog } = watchdog(() => {
    looks++;
    dog.stop();
  });
  dog.start();
  clock.advance(10_000);
  expect(looks).toBe(1);
  expect(clock.pending()).toBe(0);
});

test('started twice, it looks once a second', () => {
  let looks = 0;
  const { clock, dog } = watchdog(() => looks++);
  dog.start();
  dog.start();
  clock.advance(3_000);
  expect(looks).toBe(3);
});
