import { EventName, IBApi } from '@stoqey/ib';
import type { Contract, Order } from '@stoqey/ib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSimulator } from '../../../broker/simulator/server.ts';
import type { RunningSimulator } from '../../../broker/simulator/server.ts';
import { realClock } from '../../../electron/hosts/realClock.ts';

/** A client that this project did not write, over real TCP in real time. */

let simulator: RunningSimulator;
let ib: IBApi;

beforeEach(async () => {
  simulator = await startSimulator({ port: 0, seed: 7, clock: realClock, hours: 'always' });
  ib = new IBApi({ host: '127.0.0.1', port: simulator.port, clientId: 5, maxReqPerSec: 1000 });
  const ready = next(EventName.nextValidId);
  ib.connect();
  await ready;
});

afterEach(async () => {
  ib.disconnect();
  await simulator.close();
});

type Listener = (...args: unknown[]) => void;

/** The library's own overloads take one literal event name at a time. */
function events(): { on(event: string, listener: Listener): unknown; off(event: string, listener: Listener): unknown } {
  return ib;
}

/** The first event of a kind that fits, as its arguments. */
function next(event: EventName, fits: (...args: unknown[]) => boolean = () => true): Promise<unknown[]> {
  return new Promise((resolve) => {
    const listener = (...args: unknown[]): void => {
      if (!fits(...args)) return;
      events().off(event, listener);
      resolve(args);
    };
    events().on(event, listener);
  });
}

/** Every event of a kind while `during` runs. */
async function gather<T>(
  event: EventName,
  pick: (...args: unknown[]) => T,
  during: () => Promise<unknown>,
): Promise<T[]> {
  const found: T[] = [];
  const listener = (...args: unknown[]): void => void found.push(pick(...args));
  events().on(event, listener);
  await during();
  events().off(event, listener);
  return found;
}

interface Details {
  contract: Contract & { conId: number; strike: number };
  marketRuleIds: string;
  validExchanges: string;
  minTick: number;
}

async function details(contract: Partial<Contract>): Promise<Details[]> {
  return gather(
    EventName.contractDetails,
    (_id, found) => found as Details,
    () => {
      const end = next(EventName.contractDetailsEnd);
      ib.reqContractDetails(1, contract);
      return end;
    },
  );
}

/** Third Friday's puts of SPY next month, ascending. */
async function puts(): Promise<Details[]> {
  const [spy] = await details({ symbol: 'SPY', secType: 'STK' as never, exchange: 'SMART', currency: 'USD' });
  const classes = await gather(
    EventName.securityDefinitionOptionParameter,
    (...args) => args,
    () => {
      const end = next(EventName.securityDefinitionOptionParameterEnd);
      ib.reqSecDefOptParams(2, 'SPY', '', 'STK', spy?.contract.conId ?? 0);
      return end;
    },
  );
  const [, , , , , expiries] = classes[0] as [number, string, number, string, number, string[]];
  const expiry = expiries[8];
  if (expiry === undefined) throw new Error('too few expiries');
  const found = await details({
    symbol: 'SPY',
    secType: 'OPT' as never,
    exchange: 'SMART',
    currency: 'USD',
    lastTradeDateOrContractMonth: expiry,
    right: 'P' as never,
    tradingClass: 'SPY',
  });
  return found.sort((a, b) => a.contract.strike - b.contract.strike);
}

test('it finds contracts, quotes them with Greeks, previews, trades and books a spread', async () => {
  const chain = await puts();
  expect(chain.length).toBeGreaterThan(100);
  const at = chain.findIndex((d) => d.contract.strike >= 560);
  const [short, long] = [chain[at], chain[at - 5]];
  if (!short || !long) throw new Error('no such strikes');
  expect(short.marketRuleIds.split(',')).toHaveLength(short.validExchanges.split(',').length);

  const model = next(EventName.tickOptionComputation, (id, type) => id === 10 && type === 13);
  const bid = next(EventName.tickPrice, (id, type) => id === 10 && type === 1);
  ib.reqMktData(10, { conId: short.contract.conId, exchange: 'SMART' }, '', false, false);
  const [, , , iv, delta] = (await model) as number[];
  expect(iv).toBeGreaterThan(0.05);
  expect(delta).toBeLessThan(0);
  expect(((await bid)[2] as number) > 0).toBe(true);

  const legs = [short, long].map(({ contract }, i) => ({
    conId: contract.conId,
    ratio: 1,
    action: i === 0 ? 'SELL' : 'BUY',
    exchange: 'SMART',
    openClose: 0,
    shortSaleSlot: 0,
    exemptCode: -1,
  }));
  const bag = {
    symbol: 'SPY',
    secType: 'BAG',
    currency: 'USD',
    exchange: 'SMART',
    comboLegs: legs,
  } as unknown as Contract;
  const order = {
    action: 'BUY',
    totalQuantity: 1,
    orderType: 'LMT',
    lmtPrice: -0.05,
    tif: 'DAY',
    account: 'SIM0000001',
    orderRef: 'one',
    transmit: true,
  } as unknown as Order;

  const preview = next(EventName.openOrder, (_id, _contract, o) => (o as Order).whatIf === true);
  ib.placeOrder(1, bag, { ...order, whatIf: true });
  const width = 100 * (short.contract.strike - long.contract.strike);
  expect(((await preview)[3] as { initMarginChange: number }).initMarginChange).toBe(width);

  const filled = next(EventName.orderStatus, (id, status) => id === 2 && status === 'Filled');
  const commissions = gather(
    EventName.commissionReport,
    (r) => r,
    () => next(EventName.position),
  );
  ib.reqPositions();
  ib.placeOrder(2, bag, order);
  expect((await filled)[4] as number).toBeLessThanOrEqual(-0.05);
  expect(await commissions).toHaveLength(2);
  expect(simulator.core.accounts.holdings('SIM0000001').map((h) => h.quantity)).toEqual([-1, 1]);
});

test('an unknown contract comes on `error`, a lost link (id -1) on `info`', async () => {
  const refused = next(EventName.error);
  ib.reqContractDetails(77, {
    symbol: 'NOPE',
    secType: 'STK',
    exchange: 'SMART',
    currency: 'USD',
  } as unknown as Contract);
  expect((await refused).slice(1, 3)).toEqual([200, 77]);
  const lost = next(EventName.info);
  simulator.faults.notify(1100, 'Connectivity between IB and TWS has been lost.');
  expect((await lost)[1]).toBe(1100);
});

test('a year of daily implied vol comes with its end mark', async () => {
  const bars = await gather(
    EventName.historicalData,
    (...args) => args,
    () => {
      const end = next(EventName.historicalData, (_id, date) => String(date).startsWith('finished'));
      ib.reqHistoricalData(
        3,
        { symbol: 'SPY', secType: 'STK', exchange: 'SMART', currency: 'USD' } as unknown as Contract,
        '',
        '1 Y',
        '1 day' as never,
        'OPTION_IMPLIED_VOLATILITY',
        1,
        1,
        false,
      );
      return end;
    },
  );
  expect(bars.length - 1).toBeGreaterThanOrEqual(250);
  const closes = bars.slice(0, -1).map((bar) => bar[5] as number);
  expect(Math.min(...closes)).toBeGreaterThan(0.04);
  expect(Math.max(...closes)).toBeLessThan(1);
});

test('sockets that are cut are noticed, and the client comes back to its orders', async () => {
  const gone = next(EventName.disconnected);
  simulator.faults.cutAll();
  await gone;
  const ready = next(EventName.nextValidId);
  ib.connect();
  await ready;
});
