import type { Right } from './option.ts';

/** The four verticals. Names as in finance.md. */
export const STRATEGIES = ['bullPut', 'bearCall', 'bullCall', 'bearPut'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface StrategyShape {
  right: Right;
  /** Received at opening if true, paid otherwise. */
  credit: boolean;
  /** True when the sold strike is above the bought one. */
  shortIsHigher: boolean;
  /** In words, as a trader says it. */
  name: string;
}

export const STRATEGY_SHAPES: Readonly<Record<Strategy, StrategyShape>> = {
  bullPut: { right: 'P', credit: true, shortIsHigher: true, name: 'bull put' },
  bearCall: { right: 'C', credit: true, shortIsHigher: false, name: 'bear call' },
  bullCall: { right: 'C', credit: false, shortIsHigher: true, name: 'bull call' },
  bearPut: { right: 'P', credit: false, shortIsHigher: false, name: 'bear put' },
};
