import { strategyOfLegs, type SpreadLeg } from '../../../scanner/domain/spreadLegs.ts';
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

/** Legs that one of our own orders opened together, one of each a spread; they are joined first. */
export interface TradedCombo {
  account: string;
  legs: readonly { conId: number; sold: boolean }[];
  spreads: number;
  atMs: number;
}

/** A spread, or a leg without partner. Quantities of the legs are this group's share of what is held. */
export interface LegGroup {
  id: string;
  account: string;
  strategy: Strategy | undefined;
  /** Sold before bought; of a condor the puts before the calls. */
  legs: HeldOption[];
  /** Spreads, or contracts of a lone leg; always positive. */
  spreads: number;
  openedAtMs: number | undefined;
}

/** So many of one spread, taken out of what is held. */
interface Taken {
  strategy: Strategy;
  legs: HeldOption[];
  spreads: number;
  atMs: number | undefined;
}

/**
 * Joins held legs to spreads, first as our own orders opened them: two verticals that were opened apart stay apart, a
 * condor that was opened as one stays one. Of what no order of ours explains, each sold leg takes the nearest bought
 * strike of its root, expiry and right; a bull put and a bear call that come of that are one condor where they are the
 * only spreads of their expiry, and as many. What finds no partner stays alone. Every contract is in exactly one group.
 */
export function groupLegs(held: readonly HeldOption[], traded: readonly TradedCombo[]): LegGroup[] {
  const left = held.filter(({ quantity }) => quantity !== 0).map((leg) => ({ ...leg }));
  const taken: Taken[] = [];
  for (const { account, legs, spreads, atMs } of [...traded].sort((a, b) => a.atMs - b.atMs)) {
    const found = legs.map(({ conId, sold }) =>
      left.find((leg) => leg.account === account && leg.conId === conId && leg.quantity < 0 === sold),
    );
    taken.push(...take(found, spreads, atMs));
  }
  taken.push(...joinWings(nearestFirst(left).flatMap((pair) => take(pair, Infinity, undefined))));
  const groups = new Map<string, LegGroup>();
  for (const spread of taken) add(groups, spread);
  for (const leg of left.filter(({ quantity }) => quantity !== 0)) {
    const id = `${leg.account}|leg|${leg.conId}`;
    const spreads = Math.abs(leg.quantity);
    groups.set(id, { id, account: leg.account, strategy: undefined, legs: [leg], spreads, openedAtMs: undefined });
  }
  return [...groups.values()];
}

/** As many spreads as all the legs still hold, at most `most`; nothing where a leg is gone or they make no spread. */
function take(found: readonly (HeldOption | undefined)[], most: number, atMs: number | undefined): Taken[] {
  const legs = found.filter((leg) => leg !== undefined);
  const strategy = legs.length < found.length ? undefined : strategyOfLegs(legs.map(shapeOf));
  const spreads = Math.min(most, ...legs.map(({ quantity }) => Math.abs(quantity)));
  if (strategy === undefined || !(spreads > 0)) return [];
  const share = legs.map((leg) => ({ ...leg, quantity: Math.sign(leg.quantity) * spreads }));
  for (const leg of legs) leg.quantity -= Math.sign(leg.quantity) * spreads;
  return [{ strategy, legs: share.sort((a, b) => placeOf(a) - placeOf(b)), spreads, atMs }];
}

function shapeOf({ contract: { right, strike }, quantity }: HeldOption): SpreadLeg {
  return { right, strike, sold: quantity < 0 };
}

function placeOf({ contract, quantity }: HeldOption): number {
  return (contract.right === 'P' ? 0 : 2) + (quantity < 0 ? 0 : 1);
}

/** Puts a bull put and a bear call together where nothing else of their expiry could be meant. */
function joinWings(verticals: readonly Taken[]): Taken[] {
  const joined: Taken[] = [];
  const apart = new Set(verticals);
  for (const puts of verticals.filter(({ strategy }) => strategy === 'bullPut')) {
    const [calls, ...more] = verticals.filter((other) => other !== puts && keyOf(other) === keyOf(puts));
    if (calls?.spreads !== puts.spreads || more.length > 0) continue;
    const legs = [...puts.legs, ...calls.legs];
    const strategy = strategyOfLegs(legs.map(shapeOf));
    if (strategy === undefined) continue;
    for (const wing of [puts, calls]) apart.delete(wing);
    joined.push({ ...puts, strategy, legs });
  }
  return [...joined, ...apart];
}

/** What all legs of a spread have in common. */
function keyOf({ legs: [first] }: Taken): string {
  if (first === undefined) return '';
  const { symbol, root, expiry, multiplier } = first.contract;
  return [first.account, symbol, root, expiry, multiplier].join('|');
}

/** Adds to the group of the same spread, or starts it. */
function add(groups: Map<string, LegGroup>, { strategy, legs, spreads, atMs }: Taken): void {
  const [first] = legs;
  if (first === undefined) return;
  const { account, contract } = first;
  const [short, long, ...callWing] = legs.map((leg) => leg.contract.strike);
  const { symbol, root, expiry, right } = contract;
  const id = [account, symbol, root, expiry, right, short, long, strategy, ...callWing].join('|');
  const before = groups.get(id);
  groups.set(id, {
    id,
    account,
    strategy,
    legs: legs.map((leg, i) => ({ ...leg, quantity: leg.quantity + (before?.legs[i]?.quantity ?? 0) })),
    spreads: spreads + (before?.spreads ?? 0),
    openedAtMs: before?.openedAtMs ?? atMs,
  });
}

type Pair = readonly [short: HeldOption, long: HeldOption];

function nearestFirst(legs: readonly HeldOption[]): Pair[] {
  const pairs = legs
    .filter(({ quantity }) => quantity < 0)
    .flatMap((short) => legs.filter((long) => canPair(short, long)).map((long): Pair => [short, long]));
  const width = ([short, long]: Pair) => Math.abs(short.contract.strike - long.contract.strike);
  return pairs.sort((a, b) => width(a) - width(b) || a[0].contract.strike - b[0].contract.strike);
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
