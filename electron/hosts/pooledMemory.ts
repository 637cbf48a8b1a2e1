import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from '../../scanner/domain/clock.ts';

const PERIOD_MS = 60_000;
/** Until it is asked again whether all is quiet. */
const RETRY_MS = 1_000;

/**
 * V8 keeps the pages that its collections set free in a pool of their thread, resident, and gives them back only in a
 * collection that is told to. Of itself it never makes one while a desk ticks, so that every burst of rows would leave its
 * peak behind for good: up to a tenth of all memory an hour. The first thread has one once a minute instead; it pauses for
 * some 60 ms, twice as long on a busy machine, so that it waits for a moment in which this harms nobody.
 * @returns what ends it.
 */
export function giveBackPooledMemory({ clock, isQuiet, collect = reducingCollection() }: GivingBack): () => void {
  const later = (delayMs: number) =>
    clock.setTimer(() => {
      const isNow = isQuiet();
      if (isNow) collect?.();
      timer = later(isNow ? PERIOD_MS : RETRY_MS);
    }, delayMs);
  let timer = later(PERIOD_MS);
  return () => {
    clock.clearTimer(timer);
  };
}

interface GivingBack {
  clock: Clock;
  isQuiet: () => boolean;
  collect?: (() => void) | undefined;
}

/**
 * What collects everything and gives the pool of this thread back. Electron cannot be started with `--expose-gc`, but V8 shows
 * its collection to every context that is made after the flag is set.
 * @returns undefined where it does not.
 */
export function reducingCollection(): (() => void) | undefined {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('globalThis.gc') as NodeJS.GCFunction | undefined;
  setFlagsFromString('--no-expose-gc');
  return (
    gc &&
    (() => {
      gc({ type: 'major', flavor: 'last-resort' });
    })
  );
}
