import { expect, test } from 'vitest';
import type { ComboLeg } from '../../broker/gateway.ts';
import { orderOutcome } from '../../broker/orders/orderOutcome.ts';
import { newOrderState, reduceOrder } from '../../broker/orders/orderState.ts';
import { groupLegs, type HeldOption } from '../../electron/engine/positions/groupLegs.ts';
import { tradedCombos } from '../../electron/engine/positions/tradedCombos.ts';
import { bullPutIntent, bullPutOrder, stamped, summaryFill } from '../broker/orders/orderFixtures.ts';
import { condorTicket, turned } from '../broker/orders/ticketFixtures.ts';

const CONDOR = condorTicket().legs;
const PUTS = CONDOR.slice(0, 2);
let orders = 0;

/** An order of these legs of which so many have filled. */
function order(effect: 'open' | 'close', legs: readonly ComboLeg[], filled: number, createdAtMs: number) {
  const listed = [...(effect === 'open' ? legs : legs.map(turned))];
  const intent = bullPutIntent({
    effect,
    createdAtMs,
    order: bullPutOrder({ orderRef: `LW-${orders++}`, legs: listed }),
  });
  const state = newOrderState(intent);
  const after = filled === 0 ? state : reduceOrder(state, stamped(1, summaryFill('a.01.01', filled)));
  return { intent, outcome: orderOutcome(after) };
}

/** So many of each leg held. */
function held(legs: readonly ComboLeg[], spreads: number): HeldOption[] {
  return legs.map(({ conId, contract, action }) => ({
    ...{ account: 'SIM0001', conId, contract, averageCost: 1 },
    quantity: action === 'SELL' ? -spreads : spreads,
  }));
}
const groups = (holdings: HeldOption[], ...trades: ReturnType<typeof order>[]) =>
  groupLegs(holdings, tradedCombos(trades)).map(({ strategy, spreads }) => `${spreads} ${strategy ?? 'leg'}`);

test('what was opened and what of it was closed again, whole or in part', () => {
  const combos = tradedCombos([
    order('close', CONDOR, 1, 30),
    order('open', CONDOR, 2, 10),
    order('open', PUTS, 1, 5),
    order('close', PUTS, 1, 6),
    order('open', CONDOR, 0, 7),
  ]);
  expect(combos).toEqual([
    {
      account: 'SIM0001',
      legs: CONDOR.map(({ conId, action }) => ({ conId, sold: action === 'SELL' })),
      spreads: 1,
      atMs: 10,
    },
  ]);
});

test('a vertical that was opened and closed does not take the puts of a condor that came later', () => {
  const past = [order('open', PUTS, 1, 1), order('close', PUTS, 1, 2)];
  expect(groups(held(CONDOR, 1), ...past, order('open', CONDOR, 1, 3))).toEqual(['1 ironCondor']);
});

test('a vertical that was opened beside a condor and closed again leaves the condor whole', () => {
  const trades = [order('open', CONDOR, 1, 1), order('open', PUTS, 1, 2), order('close', PUTS, 1, 3)];
  expect(groups(held(CONDOR, 1), ...trades)).toEqual(['1 ironCondor']);
});

test('a condor that was closed leaves the vertical beside it', () => {
  const trades = [order('open', CONDOR, 1, 1), order('open', PUTS, 1, 2), order('close', CONDOR, 1, 3)];
  expect(groups(held(PUTS, 1), ...trades)).toEqual(['1 bullPut']);
});

test('wings that were closed apart from their condor, and more than was ever opened, are no debt', () => {
  expect(tradedCombos([order('close', PUTS, 3, 1), order('open', PUTS, 1, 2)])).toMatchObject([
    { spreads: 1, atMs: 2 },
  ]);
  const trades = [order('open', CONDOR, 1, 1), order('close', PUTS, 1, 2)];
  expect(groups(held(CONDOR.slice(2), 1), ...trades)).toEqual(['1 bearCall']);
});
