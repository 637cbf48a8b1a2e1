import type { Strategy } from '../../scanner/domain/strategy.ts';

/** The payoff at expiry as a line in a box of 20 by 12: shape tells strategies apart, not colour. */
export const GLYPH_POINTS: Readonly<Record<Strategy, string>> = {
  bullPut: '1,10 6,10 12,2 19,2',
  bearCall: '1,2 8,2 14,10 19,10',
  bullCall: '1,10 8,10 14,2 19,2',
  bearPut: '1,2 6,2 12,10 19,10',
  ironCondor: '1,10 4,10 8,2 12,2 16,10 19,10',
  ironButterfly: '1,10 4,10 10,2 16,10 19,10',
};
