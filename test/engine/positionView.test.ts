import { describe, expect, test } from 'vitest';
import { groupLegs, type HeldOption } from '../../electron/engine/positions/groupLegs.ts';
import { positionView, type LegNews } from '../../electron/engine/positions/positionView.ts';
import type { Right } from '../../scanner/domain/option.ts';

const option = (strike: number, quantity: number, averageCost: number, right: Right = 'P'): HeldOption => {
  const contract = { symbol: 'AMD', root: 'AMD', expiry: '2026-12-18', right, strike, multiplier: 100, conId: strike };
  return { account: 'SIM1', conId: strike, contract, quantity, averageCost };
};
const pnl = (unrealised: number) => ({ account: 'SIM1', conId: 1, daily: 1, unrealised, realised: 0, atMs: 0 });
const news = (legs: HeldOption[], of: (leg: HeldOption) => Partial<LegNews>) => {
  const [group] = groupLegs(legs, []);
  if (group === undefined) throw new Error('no group');
  return positionView(
    group,
    (leg) => ({ quote: undefined, pnl: undefined, held: leg.quantity, ...of(leg) }),
    '2026-11-20',
  );
};

/** Sold 3 of the 100 put at 2.10, bought 3 of the 95 put at 1.00. */
const BULL_PUT = [option(100, -3, 2.1), option(95, 3, 1)];

describe('a credit spread', () => {
  test('entry is what was received, the extremes are those of the expiry', () => {
    expect(news(BULL_PUT, () => ({}))).toMatchObject({
      ...{ title: '100/95 bull put 18 Dec 2026', strategy: 'bullPut', quantity: -3, dte: 28 },
      ...{ entryCredit: 1.1, maxProfit: 330, maxLoss: 1170 },
    });
  });

  test('mark is what closing would pay; P&L and Greeks are sums of the legs', () => {
    const view = news(BULL_PUT, (leg) => ({
      quote:
        leg.quantity < 0
          ? { bid: 1.5, ask: 1.7, delta: -0.3, theta: -0.05, vega: 0.1, underlyingPrice: 104 }
          : { bid: 0.6, ask: 0.8, delta: -0.15, theta: -0.03, vega: 0.07 },
      pnl: pnl(leg.quantity < 0 ? 150 : -90),
    }));
    expect(view).toMatchObject({ mark: 0.9, unrealisedPnl: 60, dailyPnl: 2, netDelta: 45, netTheta: 6, netVega: -9 });
    expect(view.distancePercent).toBeCloseTo(4 / 104, 12);
  });

  test('of a contract that is in two groups each gets its share of the P&L', () => {
    const view = news(BULL_PUT, (leg) => ({ pnl: pnl(600), held: leg.quantity * 2 }));
    expect(view.unrealisedPnl).toBe(600);
  });

  test('a sum with an unknown part is unknown', () => {
    const view = news(BULL_PUT, (leg) => (leg.quantity < 0 ? { pnl: pnl(150), quote: { bid: 1, ask: 2 } } : {}));
    expect(view.unrealisedPnl).toBeUndefined();
    expect(view.mark).toBeUndefined();
    expect(view.legs[0]?.unrealisedPnl).toBe(150);
  });
});

test('a debit spread is named after the leg that was bought, and its entry is paid', () => {
  const view = news([option(100, 2, 3, 'C'), option(105, -2, 1.2, 'C')], () => ({}));
  expect(view).toMatchObject({
    ...{ title: '100/105 bull call 18 Dec 2026', strategy: 'bullCall', quantity: 2 },
    ...{ entryCredit: -1.8, maxProfit: 640, maxLoss: 360 },
  });
});

test('a leg without partner is shown as such, without extremes', () => {
  const view = news([option(100, -1, 2.1)], () => ({}));
  expect(view).toMatchObject({ title: '100 put 18 Dec 2026', strategy: 'leg', quantity: -1, entryCredit: 2.1 });
  expect(view.maxLoss).toBeUndefined();
});

describe('a condor', () => {
  /** Sold 2 of the 100 put and of the 120 call, bought the 95 put and the 130 call: 2.35 received. */
  const CONDOR = [option(100, -2, 2), option(95, 2, 0.8), option(120, -2, 1.65, 'C'), option(130, 2, 0.5, 'C')];

  test('has one entry, one largest loss (one side only) and its sold strikes in its name', () => {
    expect(news(CONDOR, () => ({}))).toMatchObject({
      ...{
        name: '100/95 · 120/130 iron condor',
        title: '100/95 · 120/130 iron condor 18 Dec 2026',
        strategy: 'ironCondor',
        quantity: -2,
      },
      ...{ entryCredit: 2.35, maxProfit: 470, maxLoss: 1530 },
    });
  });

  test('mark, P&L and Greeks are sums of four legs; the distance is that of the nearer sold strike', () => {
    const view = news(CONDOR, (leg) => ({
      quote: { bid: 0.9, ask: 1.1, delta: leg.contract.right === 'P' ? -0.1 : 0.2, underlyingPrice: 114 },
      pnl: pnl(leg.quantity < 0 ? 50 : -20),
    }));
    expect(view).toMatchObject({ mark: 0, unrealisedPnl: 60, netDelta: 0 });
    expect(view.distancePercent).toBeCloseTo(6 / 114, 12);
  });
});
