import { expect, test } from 'vitest';
import type { PositionUpdate } from '../../../broker/gateway.ts';
import { maxLossOf } from '../../../broker/orders/preview.ts';
import { legsKey } from '../../../broker/orders/payload.ts';
import { onlyReduces, openRisk } from '../../../broker/risk/openRisk.ts';
import type { OrderRisk } from '../../../broker/risk/riskWorld.ts';
import { closingCondorTicket, condorTicket } from '../orders/ticketFixtures.ts';

/** The condor of the fixtures as held: 2.00 and 0.80 for its puts, 1.65 and 0.50 for its calls, 2.35 in all. */
function held(spreads: number, legs = [0, 1, 2, 3]): PositionUpdate[] {
  const prices = [2, 0.8, 1.65, 0.5];
  return legs.flatMap((i) => {
    const each = condorTicket().legs[i];
    if (each === undefined) return [];
    const quantity = (each.action === 'BUY' ? 1 : -1) * spreads;
    const { conId, contract } = each;
    return {
      account: 'SIM0001',
      conId,
      contract,
      symbol: 'AMD',
      secType: 'OPT',
      quantity,
      averageCost: prices[i] ?? 0,
    };
  });
}

/** A condor order of 2 of which so many have filled. */
function working(filled: number): OrderRisk {
  const { legs, quantity } = condorTicket();
  const remaining = quantity - filled;
  return {
    ...{ orderRef: 'LW-1', title: 'AMD iron condor', account: 'SIM0001', phase: 'partial', legs, remaining },
    ...{ legsKey: legsKey(condorTicket()), reserved: (maxLossOf(condorTicket()) * remaining) / quantity },
    ...{ createdAtMs: 0, doubled: false },
  };
}

test('a held condor risks its wider side once, not both sides', () => {
  const { held: on, reserved, unbounded } = openRisk(held(2), []);
  expect(on).toBeCloseTo(2 * (10 - 2.35) * 100, 9);
  expect([reserved, unbounded]).toEqual([0, []]);
});

test('of a condor that has filled by half, the half that is held and the half that may come both count', () => {
  const { held: on, reserved } = openRisk(held(1), [working(1)]);
  expect(on).toBeCloseTo((10 - 2.35) * 100, 9);
  expect(reserved).toBeCloseTo(maxLossOf(condorTicket({ quantity: 1 })), 9);
});

test('while only the put wing has been told, its own loss counts; a sold call alone has no bound and is said', () => {
  expect(openRisk(held(1, [0, 1]), []).held).toBeCloseTo((5 - 1.2) * 100, 9);
  expect(openRisk(held(1, [0, 1, 2]), []).unbounded).toEqual(['AMD 2023-09-15']);
});

test('two roots of one day do not cover each other', () => {
  const [short, long] = held(1, [0, 1]);
  const other = { ...long!, contract: { ...long!.contract!, root: 'AMD1' } };
  // The sold put alone: 100 * 100 less the 200 received; the bought one its cost.
  expect(openRisk([short!, other], []).held).toBeCloseTo(9800 + 80, 9);
});

test('a condor is closed as one only as far as all four legs are held and not already being closed', () => {
  const { legs } = closingCondorTicket();
  const reduces = (quantity: number, positions: PositionUpdate[], orders: OrderRisk[] = []) =>
    onlyReduces(legs, quantity, { positions, orders });
  expect(reduces(2, held(2))).toBe(true);
  expect(reduces(3, held(2))).toBe(false);
  expect(reduces(1, held(2, [0, 1, 2]))).toBe(false);
  const closing = { ...working(1), legs, phase: 'working' as const };
  expect(reduces(1, held(2), [closing])).toBe(true);
  expect(reduces(2, held(2), [closing])).toBe(false);
});
