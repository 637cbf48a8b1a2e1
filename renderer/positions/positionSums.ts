import type { PositionGroup } from '../../electron/contract/orders.ts';

/** Sum of what is known; undefined when nothing is, so that an unknown total never reads as zero. */
export function sumOf<Item>(items: readonly Item[], value: (item: Item) => number | undefined): number | undefined {
  let sum: number | undefined;
  for (const item of items) {
    const part = value(item);
    if (part !== undefined && Number.isFinite(part)) sum = (sum ?? 0) + part;
  }
  return sum;
}

export interface SymbolGroup {
  symbol: string;
  groups: PositionGroup[];
  dailyPnl: number | undefined;
  unrealisedPnl: number | undefined;
}

/** Held spreads under their underlying, in the order in which they come. */
export function bySymbol(groups: readonly PositionGroup[]): SymbolGroup[] {
  const found = new Map<string, PositionGroup[]>();
  for (const group of groups) found.set(group.symbol, [...(found.get(group.symbol) ?? []), group]);
  return [...found].map(([symbol, members]) => ({
    symbol,
    groups: members,
    dailyPnl: sumOf(members, (group) => group.dailyPnl),
    unrealisedPnl: sumOf(members, (group) => group.unrealisedPnl),
  }));
}

/** How much of the most that can be made is made, as a fraction. */
export function partOfMax(group: PositionGroup): number | undefined {
  const { unrealisedPnl, maxProfit } = group;
  return unrealisedPnl === undefined || maxProfit === undefined || maxProfit <= 0
    ? undefined
    : unrealisedPnl / maxProfit;
}
