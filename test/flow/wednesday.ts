import { realClock } from '../../electron/hosts/realClock.ts';
import type { Clock } from '../../scanner/domain/clock.ts';

const START_MS = Date.UTC(2026, 10, 18, 15, 30);

/** Real time that starts on a Wednesday morning in New York: the same market on whatever day the test runs. */
export const wednesday: Clock = { ...realClock, now: () => START_MS + Math.floor(performance.now()) };
