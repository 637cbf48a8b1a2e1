import type { PriceIncrement } from '../../scanner/domain/money.ts';
import { widthOfLegs, type SpreadLeg } from '../../scanner/domain/spreadLegs.ts';
import type { Strategy } from '../../scanner/domain/strategy.ts';
import type { ComboLeg, ComboOrder, MarketDataKind } from '../gateway.ts';
import { limitOfCredit } from './payload.ts';

/** What a person asks to trade: one combo, opened or closed, at a credit or a debit. */
export interface Ticket {
  effect: 'open' | 'close';
  account: string;
  symbol: string;
  /** The spread that is opened or closed; its sign decides whether credit or debit is right. Undefined for a lone leg. */
  strategy: Strategy | undefined;
  /** As they are traded now: to close a spread, the legs of the spread with their actions reversed. */
  legs: readonly ComboLeg[];
  /** Combos. */
  quantity: number;
  /** Limit in dollars per share: > 0 received, < 0 paid. */
  credit: number;
  tif: ComboOrder['tif'];
  /** Dollars per leg per contract. */
  feesPerLeg: number;
  /** Price grid of the combo. */
  increments: readonly PriceIncrement[];
}

/** Live prices of the combo as listed on a ticket, as credits in dollars per share. Absent is undefined. */
export interface ComboQuote {
  /** Crossing the market at once. */
  natural: number | undefined;
  mid: number | undefined;
  /** The most one could hope for. */
  best: number | undefined;
  kind: MarketDataKind;
  /** When the older leg was last known to be current, ms since 1970. */
  atMs: number;
}

/** The order that a ticket puts on the wire: the combo is bought as listed, so a credit is a negative limit. */
export function orderOfTicket(ticket: Ticket, orderRef: string): ComboOrder {
  return {
    orderRef,
    account: ticket.account,
    symbol: ticket.symbol,
    legs: [...ticket.legs],
    quantity: ticket.quantity,
    limitPrice: limitOfCredit(ticket.credit),
    tif: ticket.tif,
  };
}

/** Contracts in one combo: one of each leg times its ratio. */
export function contractsPerCombo(ticket: Pick<Ticket, 'legs'>): number {
  return ticket.legs.reduce((sum, { ratio }) => sum + ratio, 0);
}

/** The legs as they are traded now, for what looks at their shape only. */
function legShapes(legs: readonly ComboLeg[]): SpreadLeg[] {
  return legs.map(({ action, contract: { right, strike } }) => ({ right, strike, sold: action === 'SELL' }));
}

/** The legs of the spread that a ticket opens or closes, as they are (or were) opened. */
export function openedLegs({ legs, effect }: Pick<Ticket, 'legs' | 'effect'>): SpreadLeg[] {
  return legShapes(legs).map((leg) => (effect === 'open' ? leg : { ...leg, sold: !leg.sold }));
}

/**
 * Distance between the strikes of a vertical, of a condor that of its wider wing, in dollars per share; undefined for
 * anything else.
 */
export function widthOf(legs: readonly ComboLeg[]): number | undefined {
  const [first] = legs;
  const isOneExpiry = legs.every(
    ({ contract }) => contract.root === first?.contract.root && contract.expiry === first.contract.expiry,
  );
  return isOneExpiry ? widthOfLegs(legShapes(legs)) : undefined;
}

/** Shares per contract of the combo. */
export function multiplierOf(legs: readonly ComboLeg[]): number {
  return legs[0]?.contract.multiplier ?? 100;
}
