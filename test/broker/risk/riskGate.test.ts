import { describe, expect, test } from 'vitest';
import type { PositionUpdate } from '../../../broker/gateway.ts';
import { legsKey } from '../../../broker/orders/payload.ts';
import { maxLossOf } from '../../../broker/orders/preview.ts';
import type { Ticket } from '../../../broker/orders/ticket.ts';
import { isStopped } from '../../../broker/risk/riskCheck.ts';
import { riskGate } from '../../../broker/risk/riskGate.ts';
import type { OrderRisk, ProposedOrder, RiskWorld } from '../../../broker/risk/riskWorld.ts';
import { LONG_PUT, SHORT_PUT, leg, option } from '../orders/orderFixtures.ts';
import { bullPutTicket, closingCondorTicket, closingTicket, condorTicket } from '../orders/ticketFixtures.ts';

const NOW = Date.UTC(2023, 7, 20, 18, 0);

/** A world in which the bull put of the fixtures may go. */
function world(changes: Partial<RiskWorld> = {}): RiskWorld {
  return {
    nowMs: NOW,
    limits: {
      ...{ maxQuantity: 10, maxLossPerOrder: 5000, maxOpenRisk: 50_000, ordersPerMinute: 6, tradesPerDay: 40 },
      ...{ maxDailyLoss: 5000, maxQuoteAgeMs: 15_000, priceCollar: 0.1 },
    },
    link: { phase: 'ready', mode: 'simulated', accounts: ['SIM0001'], upstreamOk: true, readOnlyApi: false },
    ordersEnabled: true,
    armed: true,
    halted: undefined,
    unlockedAccounts: [],
    storageProblem: undefined,
    quote: { natural: 1.21, mid: 1.29, best: 1.37, kind: 'live', atMs: NOW - 400 },
    marketOpen: true,
    summary: {
      ...{ account: 'SIM0001', netLiquidation: 251_806.42, buyingPower: 183_257.1, excessLiquidity: 183_257.1 },
      ...{ maintMargin: 14_900, cash: 250_000, atMs: NOW },
    },
    pnl: { account: 'SIM0001', conId: undefined, daily: 426.5, unrealised: 0, realised: 0, atMs: NOW - 500 },
    positions: [],
    orders: [],
    ...changes,
  };
}

function proposed(ticket: Ticket = bullPutTicket(), margin: number | undefined = 2500): ProposedOrder {
  const whatIf = {
    ...{ initMarginChange: margin, maintMarginChange: margin, equityWithLoanAfter: undefined, commission: 6.5 },
    ...{ minCommission: undefined, maxCommission: undefined, warning: undefined, source: 'broker' as const },
  };
  return { ticket, maxLoss: maxLossOf(ticket), whatIf };
}

function order(changes: Partial<OrderRisk> = {}): OrderRisk {
  const legs = [leg('SELL', 90, 2001), leg('BUY', 85, 2002)];
  return {
    ...{ orderRef: 'LW-0', title: 'AMD 90/85 bull put', account: 'SIM0001', phase: 'working' as const, legs },
    ...{ legsKey: legsKey({ account: 'SIM0001', legs }), remaining: 1, reserved: 400, createdAtMs: NOW - 3_600_000 },
    ...{ doubled: false },
    ...changes,
  };
}

function held(conId: number, strike: number, quantity: number, averageCost = 1): PositionUpdate {
  const contract = option(strike, 'P', conId);
  return { account: 'SIM0001', conId, contract, symbol: 'AMD', secType: 'OPT', quantity, averageCost };
}

/** Ids of the checks that stop. */
function stops(checks: ReturnType<typeof riskGate>): string[] {
  return checks.filter(({ verdict }) => verdict === 'stop').map(({ id }) => id);
}

test('0 nothing stops an order within every limit, and every check says what it found', () => {
  const checks = riskGate(proposed(), world());
  expect(checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  expect(checks.map(({ text }) => text)).toContain('Credit has the right sign: you receive.');
  expect(checks.map(({ text }) => text)).toContain('1,861.50 at risk, limit 5,000.00.');
});

const halted = { atMs: NOW, by: 'you', reason: 'news' };

describe('1 the session', () => {
  test.each<[string, Partial<RiskWorld>]>([
    ['ordersEnabled', { ordersEnabled: false }],
    ['armed', { armed: false }],
    ['halt', { halted }],
    ['link', { link: { ...world().link, phase: 'offline' } }],
    ['link', { link: { ...world().link, phase: 'connecting' } }],
    ['link', { link: { ...world().link, phase: 'reconciling' } }],
    ['link', { link: { ...world().link, upstreamOk: false } }],
    ['readOnlyApi', { link: { ...world().link, readOnlyApi: true } }],
    ['account', { link: { ...world().link, accounts: ['SIM0002'] } }],
    ['storage', { storageProblem: 'The disk is full.' }],
    ['unknownOrders', { orders: [order({ phase: 'unknown' })] }],
    ['doubledOrder', { orders: [order({ doubled: true })] }],
  ])('%s stops', (id, changes) => expect(stops(riskGate(proposed(), world(changes)))).toEqual([id]));

  test('the account decides what is paper, not the port; live needs its own unlock', () => {
    const on = (account: string, unlockedAccounts: string[] = []) => {
      const link = { ...world().link, mode: 'live' as const, accounts: [account] };
      return stops(riskGate(proposed(bullPutTicket({ account })), world({ link, unlockedAccounts })));
    };
    expect(on('DU1234567')).toEqual([]);
    expect(on('DF1234567')).toEqual([]);
    expect(on('U7719204')).toEqual(['unlock']);
    expect(on('F7719204')).toEqual(['unlock']);
    expect(on('U7719204', ['U1111111'])).toEqual(['unlock']);
    expect(on('U7719204', ['U7719204'])).toEqual([]);
  });
});

describe('2 the price', () => {
  test.each<[string, Partial<Ticket>, Partial<RiskWorld>]>([
    ['tick', { credit: 1.295 }, {}],
    ['tick', { increments: [{ lowEdge: 0, increment: 0.05 }] }, {}],
    ['tick', { increments: [] }, {}],
    ['sign', { credit: 0 }, { quote: { ...world().quote!, natural: -0.05 } }],
    ['width', { credit: 5 }, {}],
    ['width', { credit: 5.01 }, {}],
    ['quote', {}, { quote: undefined }],
    ['quote', {}, { quote: { ...world().quote!, atMs: NOW - 15_001 } }],
    ['quote', {}, { quote: { ...world().quote!, atMs: NOW + 3_600_000 } }],
    ['collar', {}, { quote: { ...world().quote!, natural: undefined } }],
    ['collar', { credit: 1.1 }, {}],
  ])('%s stops %o %o', (id, ticket, changes) =>
    expect(stops(riskGate(proposed(bullPutTicket(ticket)), world(changes)))).toEqual([id]),
  );

  test.each([NaN, Infinity, -Infinity])('invariant 11: %d is no price', (credit) =>
    expect(stops(riskGate(proposed(bullPutTicket({ credit })), world()))).toContain('price'),
  );

  test('a debit for a credit spread is the wrong sign, and so is a credit for a debit spread', () => {
    const quote = { natural: -2, mid: -1.9, best: -1.8, kind: 'live' as const, atMs: NOW };
    expect(stops(riskGate(proposed(bullPutTicket({ credit: -1.29 })), world({ quote })))).toEqual(['sign']);
    const legs = [leg('BUY', 100, SHORT_PUT), leg('SELL', 95, LONG_PUT)];
    const bearPut = bullPutTicket({ strategy: 'bearPut', legs });
    expect(stops(riskGate(proposed({ ...bearPut, credit: 1.29 }), world()))).toEqual(['sign']);
    expect(stops(riskGate(proposed({ ...bearPut, credit: -1.9 }), world({ quote })))).toEqual([]);
  });

  test('a condor is measured against its wider wing, and its credit has a sign like any other', () => {
    const quote = { natural: 2.3, mid: 2.35, best: 2.4, kind: 'live' as const, atMs: NOW };
    const of = (ticket: Ticket) => stops(riskGate(proposed(ticket), world({ quote })));
    expect(of(condorTicket())).toEqual([]);
    expect(of(condorTicket({ credit: 9.99 }))).toEqual([]);
    expect(of(condorTicket({ credit: 10 }))).toEqual(['width']);
    expect(of(condorTicket({ credit: -2.35 }))).toEqual(expect.arrayContaining(['sign', 'collar']));
    expect(of(condorTicket({ legs: closingCondorTicket().legs }))).toContain('legs');
  });

  test('the collar is inclusive: exactly 0.10 past natural may go', () => {
    expect(stops(riskGate(proposed(bullPutTicket({ credit: 1.11 })), world()))).toEqual([]);
  });

  test('delayed quotes and limits that nobody quotes are warnings', () => {
    const quote = { ...world().quote!, kind: 'delayed' as const };
    const checks = riskGate(proposed(bullPutTicket({ credit: 1.5 })), world({ quote }));
    expect(checks.filter(({ verdict }) => verdict === 'warn').map(({ id }) => id)).toEqual(['quote', 'collar']);
  });
});

describe('3 the exposure', () => {
  const limits = world().limits;
  const same = { legsKey: legsKey(bullPutTicket()), legs: bullPutTicket().legs };

  test.each<[string, Partial<Ticket>, Partial<RiskWorld>]>([
    ['quantity', { quantity: 0 }, {}],
    ['quantity', { quantity: 1.5 }, {}],
    ['quantity', { quantity: 11 }, { summary: { ...world().summary!, cash: 1e6 } }],
    ['duplicate', {}, { orders: [order({ ...same, createdAtMs: NOW - 9_999 })] }],
    ['duplicate', {}, { orders: [order({ ...same, phase: 'filled', createdAtMs: NOW - 10 })] }],
    [
      'ordersPerMinute',
      {},
      { limits: { ...limits, ordersPerMinute: 1 }, orders: [order({ createdAtMs: NOW - 59_000 })] },
    ],
    ['marketHours', {}, { marketOpen: false }],
    ['maxLoss', {}, { limits: { ...limits, maxLossPerOrder: 1861.49 } }],
    ['openRisk', {}, { limits: { ...limits, maxOpenRisk: 1861.49 } }],
    ['tradesPerDay', {}, { limits: { ...limits, tradesPerDay: 1 }, orders: [order({ phase: 'cancelled' })] }],
    ['dailyLoss', {}, { pnl: undefined }],
    ['dailyLoss', {}, { pnl: { ...world().pnl!, daily: undefined } }],
    ['dailyLoss', {}, { pnl: { ...world().pnl!, daily: -5000 } }],
    ['dailyLoss', {}, { pnl: { ...world().pnl!, atMs: NOW - 120_001 }, positions: [held(1, 50, 1)] }],
    ['margin', {}, { summary: { ...world().summary!, excessLiquidity: 2499 } }],
  ])('%s stops %o', (id, ticket, changes) =>
    expect(stops(riskGate(proposed(bullPutTicket(ticket)), world(changes)))).toContain(id),
  );

  test('a loss without a bound never goes', () => {
    const naked = bullPutTicket({
      strategy: undefined,
      legs: [{ ...leg('SELL', 100, 1), contract: option(100, 'C', 1) }],
    });
    expect(stops(riskGate(proposed(naked), world()))).toContain('maxLoss');
  });

  test('invariant 12: in-flight and unknown orders reserve their worst-case loss', () => {
    const roomy = { ...limits, maxOpenRisk: 1861.5 + 400 };
    const at = (phase: OrderRisk['phase'], reserved: number) =>
      stops(riskGate(proposed(), world({ limits: roomy, orders: [order({ phase, reserved })] })));
    expect(at('sent', 400)).toEqual([]);
    expect(at('sent', 400.01)).toEqual(['openRisk']);
    expect(at('draft', 400.01)).toEqual(['openRisk']);
    expect(at('cancelling', 400.01)).toEqual(['openRisk']);
    expect(at('unknown', 400.01)).toContain('openRisk');
    expect(at('cancelled', 400.01)).toEqual([]);
  });

  test('held spreads count with their worst case, cost included', () => {
    // A 90/85 bull put sold at 1.00: (5 - 1) * 100 = 400 each.
    const positions = [held(2001, 90, -1, 2), held(2002, 85, 1, 1)];
    const at = (maxOpenRisk: number) =>
      stops(riskGate(proposed(), world({ limits: { ...limits, maxOpenRisk }, positions })));
    expect(at(1861.5 + 400)).toEqual([]);
    expect(at(1861.5 + 399)).toEqual(['openRisk']);
  });

  test('an order that was never sent counts in no limit', () => {
    const orders = [order({ ...same, phase: 'not-sent', createdAtMs: NOW - 10 })];
    expect(
      stops(riskGate(proposed(), world({ limits: { ...limits, ordersPerMinute: 1, tradesPerDay: 1 }, orders }))),
    ).toEqual([]);
  });

  test('margin that TWS did not give is a warning, not a zero', () => {
    const checks = riskGate({ ...proposed(), whatIf: undefined }, world());
    expect(checks.find(({ id }) => id === 'margin')?.verdict).toBe('warn');
  });
});

describe('4 an order that only closes what is held', () => {
  const positions = [held(SHORT_PUT, 100, -5), held(LONG_PUT, 95, 5)];
  const quote = { natural: -0.55, mid: -0.51, best: -0.47, kind: 'live' as const, atMs: NOW - 400 };
  const closing = (changes: Partial<RiskWorld> = {}, ticket: Partial<Ticket> = {}) =>
    riskGate(proposed(closingTicket(ticket)), world({ positions, quote, ...changes }));

  test('passes the limits on new risk, with a warning where one would have stopped', () => {
    const harsh: Partial<RiskWorld> = {
      ...{ halted, marketOpen: false, pnl: undefined, orders: [order({ phase: 'unknown' })] },
      limits: {
        ...world().limits,
        maxQuantity: 1,
        maxLossPerOrder: 1,
        maxOpenRisk: 1,
        tradesPerDay: 1,
        ordersPerMinute: 1,
      },
    };
    const checks = closing(harsh);
    expect(stops(checks)).toEqual([]);
    expect(checks.filter(({ verdict }) => verdict === 'warn').map(({ id }) => id)).toEqual(
      expect.arrayContaining(['halt', 'unknownOrders', 'quantity', 'marketHours']),
    );
  });

  test.each<[string, Partial<RiskWorld>, Partial<Ticket>]>([
    ['ordersEnabled', { ordersEnabled: false }, {}],
    ['armed', { armed: false }, {}],
    ['link', { link: { ...world().link, phase: 'reconciling' } }, {}],
    ['storage', { storageProblem: 'The disk is full.' }, {}],
    ['tick', {}, { credit: -0.505 }],
    ['collar', {}, { credit: -0.66 }],
    ['width', {}, { credit: -5.5, increments: [{ lowEdge: 0, increment: 0.5 }] }],
  ])('does not pass the mechanical ones: %s', (id, changes, ticket) =>
    expect(stops(closing(changes, ticket))).toContain(id),
  );

  test('more than is held is no close', () => {
    expect(stops(closing({}, { quantity: 6 }))).toContain('reduces');
    expect(stops(closing({ positions: [] }))).toContain('reduces');
    expect(stops(closing({ positions: [held(SHORT_PUT, 100, -5)] }))).toContain('reduces');
    expect(stops(closing({ positions: [held(SHORT_PUT, 100, 5), held(LONG_PUT, 95, -5)] }))).toContain('reduces');
  });

  test('what another close, even an unknown one, may still take is not there to be closed twice', () => {
    const legs = closingTicket().legs;
    const other = (phase: OrderRisk['phase'], remaining: number) =>
      closing(
        { orders: [order({ phase, remaining, legs, legsKey: legsKey(closingTicket()), reserved: 0 })] },
        { quantity: 3 },
      );
    expect(stops(other('working', 2))).toEqual([]);
    expect(stops(other('working', 3))).toContain('reduces');
    expect(stops(other('unknown', 3))).toContain('reduces');
    expect(stops(other('filled', 3))).toEqual([]);
  });

  test('an order that calls itself a close without being one meets every limit', () => {
    expect(isStopped(closing({ positions: [], halted }))).toBe(true);
    expect(stops(closing({ positions: [], halted }))).toContain('halt');
  });
});
