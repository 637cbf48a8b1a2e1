import { exposureChecks } from './exposureChecks.ts';
import { legsCheck } from './legsCheck.ts';
import { priceChecks } from './priceChecks.ts';
import type { RiskCheck } from './riskCheck.ts';
import type { ProposedOrder, RiskWorld } from './riskWorld.ts';
import { sessionChecks } from './sessionChecks.ts';

/**
 * Everything that can stop an order, in the order in which a person would ask. One gate for every caller: window,
 * command line, programs. Pure; it is run for the preview and again, on the world as it is then, at transmit.
 */
export function riskGate(proposed: ProposedOrder, world: RiskWorld): RiskCheck[] {
  return [
    ...sessionChecks(proposed, world),
    legsCheck(proposed.ticket),
    ...priceChecks(proposed, world),
    ...exposureChecks(proposed, world),
  ];
}
