import type { ComboLeg, PositionUpdate } from '../gateway.ts';
import { isOpen } from '../orders/phase.ts';
import { worstCaseLoss } from './worstCase.ts';
import type { OptionLeg } from './worstCase.ts';
import type { OrderRisk } from './riskWorld.ts';

/**
 * True when every leg only brings a held position nearer to nothing, after all that other open orders (unknown ones
 * among them) may still take from it.
 */
export function onlyReduces(
  legs: readonly ComboLeg[],
  quantity: number,
  held: { positions: readonly PositionUpdate[]; orders: readonly OrderRisk[] },
): boolean {
  return legs.every((leg) => {
    const position = held.positions.find(({ conId }) => conId === leg.conId)?.quantity ?? 0;
    const closable = leg.action === 'BUY' ? -position : position;
    const taken = held.orders
      .filter(({ phase }) => isOpen(phase))
      .reduce((sum, order) => sum + contractsOn(order, leg), 0);
    return quantity * leg.ratio <= closable - taken;
  });
}

/** Contracts of this leg, on the same side, that an open order may still trade. */
function contractsOn(order: OrderRisk, leg: ComboLeg): number {
  return order.legs
    .filter(({ conId, action }) => conId === leg.conId && action === leg.action)
    .reduce((sum, { ratio }) => sum + ratio * order.remaining, 0);
}

export interface OpenRisk {
  /** Worst-case dollars at expiry of held options, root and expiry by root and expiry, cost included. */
  held: number;
  /** Worst-case dollars of what open orders may still fill. */
  reserved: number;
  /** What is held without a bound on its loss (sold calls against shares, for instance); counted nowhere. */
  unbounded: string[];
}

/** Risk that is on already, or may be at any moment. */
export function openRisk(positions: readonly PositionUpdate[], orders: readonly OrderRisk[]): OpenRisk {
  const groups = new Map<string, { legs: OptionLeg[]; cash: number }>();
  for (const { contract, quantity, averageCost } of positions) {
    if (contract === undefined || quantity === 0) continue;
    const key = [...new Set([contract.symbol, contract.root, contract.expiry])].join(' ');
    const group = groups.get(key) ?? { legs: [], cash: 0 };
    group.legs.push({ contract, quantity });
    group.cash -= quantity * averageCost * contract.multiplier;
    groups.set(key, group);
  }
  const risk: OpenRisk = { held: 0, reserved: 0, unbounded: [] };
  for (const [key, { legs, cash }] of groups) {
    const loss = worstCaseLoss(legs, cash);
    if (Number.isFinite(loss)) risk.held += loss;
    else risk.unbounded.push(key);
  }
  for (const { phase, reserved } of orders) if (isOpen(phase)) risk.reserved += reserved;
  return risk;
}
