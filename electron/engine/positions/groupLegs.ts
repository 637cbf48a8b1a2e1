import type { OptionContract } from '../../../scanner/domain/option.ts';
import type { Strategy } from '../../../scanner/domain/strategy.ts';

/** A held option; `quantity` is signed, `averageCost` dollars per share. */
export interface HeldOption {
  account: string;
  conId: number;
  contract: OptionContract;
  quantity: number;
  averageCost: number;
}

/** Two legs that one of our own orders opened together; they are paired first. */
export interface TradedPair {
  account: string;
  shortConId: number;
  longConId: number;
  spreads: number;
  atMs: number;
}

/** A vertical, or a leg without partner. Quantities of the legs are this group's share of what is held. */
export interface LegGroup {
  id: string;
  account: string;
  strategy: Strategy | undefined;
  /** Short leg first. */
  legs: HeldOption[];
  /** Spreads, or contracts of a lone leg; always positive. */
  spreads: number;
  openedAtMs: number | undefined;
}

/** The vertical that a sold and a bought strike of one right make. */
function strategyOf(short: OptionContract, long: OptionContract): Strategy {
  if (short.right === 'P') return short.strike > long.strike ? 'bullPut' : 'bearPut';
  return short.strike < long.strike ? 'bearCall' : 'bullCall';
}

/**
 * Joins held legs to verticals: first as our own orders opened them, then each sold leg to the nearest bought strike
 * of its root, expiry and right. What finds no partner stays alone. Every contract is in exactly one group.
 */
export function groupLegs(held: readonly HeldOption[], traded: readonly TradedPair[]): LegGroup[] {
  const left = held.filter(({ quantity }) => quantity !== 0).map((leg) => ({ ...leg }));
  const groups = new Map<string, LegGroup>();
  for (const pair of [...traded].sort((a, b) => a.atMs - b.atMs)) {
    const short = left.find((leg) => leg.account === pair.account && leg.conId === pair.shortConId);
    const long = left.find((leg) => leg.account === pair.account && leg.conId === pair.longConId);
    if (short !== undefined && long !== undefined) join(groups, { short, long, most: pair.spreads, atMs: pair.atMs });
  }
  for (const { short, long } of nearestFirst(left)) join(groups, { short, long, most: Infinity, atMs: undefined });
  for (const leg of left.filter(({ quantity }) => quantity !== 0)) {
    const id = `${leg.account}|leg|${leg.conId}`;
    const spreads = Math.abs(leg.quantity);
    groups.set(id, { id, account: leg.account, strategy: undefined, legs: [leg], spreads, openedAtMs: undefined });
  }
  return [...groups.values()];
}

interface Match {
  short: HeldOption;
  long: HeldOption;
  most: number;
  atMs: number | undefined;
}

/** Takes as many spreads as both legs still hold, at most `most`, and adds them to their group. */
function join(groups: Map<string, LegGroup>, { short, long, most, atMs }: Match): void {
  const spreads = Math.min(-short.quantity, long.quantity, most);
  if (!(spreads > 0)) return;
  short.quantity += spreads;
  long.quantity -= spreads;
  const { account, contract } = short;
  const strategy = strategyOf(contract, long.contract);
  const strikes = `${contract.strike}|${long.contract.strike}`;
  const id = [account, contract.symbol, contract.root, contract.expiry, contract.right, strikes, strategy].join('|');
  const before = groups.get(id);
  const total = spreads + (before?.spreads ?? 0);
  groups.set(id, {
    id,
    account,
    strategy,
    legs: [
      { ...short, quantity: -total },
      { ...long, quantity: total },
    ],
    spreads: total,
    openedAtMs: before?.openedAtMs ?? atMs,
  });
}

function nearestFirst(legs: readonly HeldOption[]): { short: HeldOption; long: HeldOption }[] {
  const pairs = legs
    .filter(({ quantity }) => quantity < 0)
    .flatMap((short) => legs.filter((long) => canPair(short, long)).map((long) => ({ short, long })));
  const width = (pair: { short: HeldOption; long: HeldOption }) =>
    Math.abs(pair.short.contract.strike - pair.long.contract.strike);
  return pairs.sort((a, b) => width(a) - width(b) || a.short.contract.strike - b.short.contract.strike);
}

function canPair(short: HeldOption, long: HeldOption): boolean {
  const a = short.contract;
  const b = long.contract;
  return (
    long.quantity > 0 &&
    short.account === long.account &&
    a.symbol === b.symbol &&
    a.root === b.root &&
    a.expiry === b.expiry &&
    a.right === b.right &&
    a.multiplier === b.multiplier
  );
}
