import type { Random } from '../../scanner/domain/clock.ts';

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/**
 * Pause before attempt `attempt` (0 is the first retry): doubling from 1 s to 1 min, of which a random half is cut so
 * that several programs do not knock together after a TWS restart.
 */
export function retryDelayMs(attempt: number, random: Random): number {
  const fullMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(fullMs * (0.5 + 0.5 * random()));
}
