import type { Right } from './option.ts';

/** Two legs of one right. Names as in finance.md. */
export const VERTICALS = ['bullPut', 'bearCall', 'bullCall', 'bearPut'] as const;
export type VerticalStrategy = (typeof VERTICALS)[number];

/** A bull put and a bear call of one expiry, sold together. */
export const CONDORS = ['ironCondor', 'ironButterfly'] as const;
export type CondorStrategy = (typeof CONDORS)[number];

export const STRATEGIES = [...VERTICALS, ...CONDORS] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface StrategyShape {
  /** The verticals that it is made of. */
  wings: readonly VerticalStrategy[];
  /** Received at opening if true, paid otherwise. */
  credit: boolean;
  /** In words, as a trader says it. */
  name: string;
}

export interface VerticalShape extends StrategyShape {
  right: Right;
  /** True when the sold strike is above the bought one. */
  shortIsHigher: boolean;
}

export interface CondorShape extends StrategyShape {
  wings: readonly ['bullPut', 'bearCall'];
  /** True when both sold legs have the same strike. */
  shortsMeet: boolean;
}

export const VERTICAL_SHAPES: Readonly<Record<VerticalStrategy, VerticalShape>> = {
  bullPut: { wings: ['bullPut'], right: 'P', credit: true, shortIsHigher: true, name: 'bull put' },
  bearCall: { wings: ['bearCall'], right: 'C', credit: true, shortIsHigher: false, name: 'bear call' },
  bullCall: { wings: ['bullCall'], right: 'C', credit: false, shortIsHigher: true, name: 'bull call' },
  bearPut: { wings: ['bearPut'], right: 'P', credit: false, shortIsHigher: false, name: 'bear put' },
};

export const CONDOR_SHAPES: Readonly<Record<CondorStrategy, CondorShape>> = {
  ironCondor: { wings: ['bullPut', 'bearCall'], credit: true, shortsMeet: false, name: 'iron condor' },
  ironButterfly: { wings: ['bullPut', 'bearCall'], credit: true, shortsMeet: true, name: 'iron butterfly' },
};

export const STRATEGY_SHAPES: Readonly<Record<Strategy, StrategyShape>> = { ...VERTICAL_SHAPES, ...CONDOR_SHAPES };

export function isVertical(strategy: Strategy): strategy is VerticalStrategy {
  return (VERTICALS as readonly Strategy[]).includes(strategy);
}

export function isCondor(strategy: Strategy): strategy is CondorStrategy {
  return !isVertical(strategy);
}
