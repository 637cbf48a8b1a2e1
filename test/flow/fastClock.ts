import { wednesday } from './wednesday.ts';
import type { rig } from './brokerRig.ts';
import type { Clock } from '../../scanner/domain/clock.ts';

/** A rig whose time runs so many times as fast, while TWS has as long as ever to greet and to answer. */
export function hurried(times: number): Parameters<typeof rig> {
  const session = {
    ...{ handshakeMs: 1_500 * times, reconcileMs: 400 * times, upstreamPatienceMs: 60_000 * times },
    heartbeat: { everyMs: 150 * times, deadlineMs: 1_000 * times },
  };
  return [{ session, requestMs: 5_000 * times }, { clock: fastClock(times) }];
}

/** The Wednesday clock, so many times as fast: for rules that wait ten seconds. Its waits are real, only shorter. */
function fastClock(times: number): Clock {
  const startMs = wednesday.now();
  const monotonic = (): number => wednesday.monotonic() * times;
  const offsetMs = startMs - monotonic();
  return {
    now: () => Math.floor(offsetMs + monotonic()),
    monotonic,
    setTimer: (run, delayMs) => wednesday.setTimer(run, delayMs / times),
    clearTimer: (handle) => wednesday.clearTimer(handle),
  };
}
