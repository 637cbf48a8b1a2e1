import { expect, test, vi } from 'vitest';
import type { AccountSummary, ComboOrder, PnlUpdate, PositionUpdate } from '../../../broker/gateway.ts';
import { ready, rig, until, type Rig } from '../../flow/brokerRig.ts';
import { scriptedTws, type ScriptedTws } from '../tws/scriptedTws.ts';

const UNSET = '1.7976931348623157E308';
const ACCOUNT = 'DU1234567';

interface Told {
  summaries: AccountSummary[];
  positions: PositionUpdate[];
  pnls: PnlUpdate[];
}

function listen({ gateway }: Rig): Told {
  const told: Told = { summaries: [], positions: [], pnls: [] };
  gateway.account.onSummary((summary) => void told.summaries.push(summary));
  gateway.account.onPosition((position) => void told.positions.push(position));
  gateway.account.onPnl((pnl) => void told.pnls.push(pnl));
  return told;
}

async function connected(): Promise<Rig & Told & { tws: ScriptedTws }> {
  const tws = await scriptedTws();
  const ours = rig();
  const told = listen(ours);
  ours.connect(tws.port);
  await until(ours, ({ phase }) => phase === 'ready');
  await vi.waitFor(() => expect(asked(tws, '62')).toHaveLength(1));
  return { ...ours, ...told, tws };
}

const asked = (tws: ScriptedTws, message: string): string[][] => tws.received.filter(([id]) => id === message);

/** position (message 61): an option held. */
function position(tws: ScriptedTws, conId: number, quantity: number): void {
  tws.send(61, 3, ACCOUNT, conId, 'SPY', 'OPT', '20261218', 580, 'P', 100, '', 'USD', 'SPY', 'SPY', quantity, 125);
}

test('summary fields that come one by one are told together', async () => {
  const { tws, summaries } = await connected();
  const id = asked(tws, '62')[0]?.[2] ?? '';
  tws.send(63, 1, id, ACCOUNT, 'NetLiquidation', '250000.5', 'USD');
  tws.send(63, 1, id, ACCOUNT, 'BuyingPower', '1000000', 'USD');
  tws.send(63, 1, id, ACCOUNT, 'MaintMarginReq', UNSET, 'USD');
  tws.send(63, 1, id, ACCOUNT, 'SomethingNew', '1', 'USD');
  await vi.waitFor(() => expect(summaries).toHaveLength(1));
  expect(summaries[0]).toMatchObject({
    account: ACCOUNT,
    netLiquidation: 250_000.5,
    buyingPower: 1_000_000,
    maintMargin: undefined,
  });
});

test('a position is told per share, with its option, and its P&L is followed', async () => {
  const { tws, positions } = await connected();
  position(tws, 11, -2);
  await vi.waitFor(() => expect(positions).toHaveLength(1));
  expect(positions[0]).toMatchObject({
    ...{ account: ACCOUNT, conId: 11, quantity: -2, averageCost: 1.25, secType: 'OPT' },
    contract: { symbol: 'SPY', root: 'SPY', expiry: '2026-12-18', right: 'P', strike: 580, multiplier: 100, conId: 11 },
  });
  await vi.waitFor(() => expect(asked(tws, '94').map((fields) => fields[4])).toEqual(['11']));
});

test('P&L of 1e308 is none, of the account and of a position (ib_insync #462)', async () => {
  const { tws, pnls } = await connected();
  await vi.waitFor(() => expect(asked(tws, '92')).toHaveLength(1));
  tws.send(94, asked(tws, '92')[0]?.[1] ?? '', -12.5, UNSET, UNSET);
  position(tws, 11, 1);
  await vi.waitFor(() => expect(asked(tws, '94')).toHaveLength(1));
  tws.send(95, asked(tws, '94')[0]?.[1] ?? '', 1, 3.5, UNSET, 0, 128.5);
  await vi.waitFor(() => expect(pnls).toHaveLength(2));
  expect(pnls).toEqual([
    expect.objectContaining({ conId: undefined, daily: -12.5, unrealised: undefined, realised: undefined }),
    expect.objectContaining({ conId: 11, daily: 3.5, unrealised: undefined, realised: 0, value: 128.5 }),
  ]);
});

test('a closed position ends its P&L', async () => {
  const { tws, positions } = await connected();
  position(tws, 11, 1);
  await vi.waitFor(() => expect(asked(tws, '94')).toHaveLength(1));
  position(tws, 11, 0);
  await vi.waitFor(() => expect(asked(tws, '95').map((fields) => fields[1])).toEqual([asked(tws, '94')[0]?.[1]]));
  expect(positions.map(({ quantity }) => quantity)).toEqual([1, 0]);
});

test('a position that was closed while we were away is told as closed', async () => {
  const { tws, positions, ...ours } = await connected();
  position(tws, 11, 1);
  position(tws, 12, 1);
  await vi.waitFor(() => expect(positions).toHaveLength(2));
  // After 1102 the list is asked for again, and this time names one of them only.
  tws.answer(61, () => [
    [61, 3, ACCOUNT, 12, 'SPY', 'OPT', '20261218', 580, 'P', 100, '', 'USD', 'SPY', 'SPY', 1, 125],
    [62, 1],
  ]);
  tws.send(4, 2, -1, 1102, 'restored', '');
  await until(ours, ({ phase, epoch }) => phase === 'ready' && epoch === 2);
  expect(positions.filter(({ quantity }) => quantity === 0).map(({ conId }) => conId)).toEqual([11]);
});

test('who listens late is told what is known', async () => {
  const ours = await connected();
  position(ours.tws, 11, 1);
  await vi.waitFor(() => expect(ours.positions).toHaveLength(1));
  expect(listen(ours).positions).toEqual(ours.positions);
});

test('a filled spread shows as two positions with P&L of their own, whose sum is the account', async () => {
  const ours = await ready();
  const told = listen(ours);
  const order = await fillable(ours);
  ours.gateway.orders.place(order, ours.gateway.orders.reserveOrderId(), ours.status().epoch);
  await vi.waitFor(() => expect(told.positions).toHaveLength(2), 8_000);
  expect(told.positions.map(({ quantity }) => quantity).sort((a, b) => a - b)).toEqual([-1, 1]);
  await vi.waitFor(() => {
    const latest = (conId: number | undefined): number =>
      told.pnls.filter((pnl) => pnl.conId === conId).at(-1)?.daily ?? NaN;
    const [a = 0, b = 0] = told.positions.map(({ conId }) => conId);
    // Told one after another while the market moves: within a few dollars.
    expect(Math.abs(latest(a) + latest(b) - latest(undefined))).toBeLessThan(10);
  }, 8_000);
});

/** A SPY put spread at a price that fills at once: 5 wide, sold for a cent. */
async function fillable({ gateway, status }: Rig): Promise<ComboOrder> {
  const spy = await gateway.reference.underlying('SPY');
  const [classes] = await gateway.reference.optionClasses(spy);
  const puts = await gateway.reference.contracts(spy, 'SPY', classes?.expiries.at(5) ?? '', 'P');
  const short = puts.at(Math.floor(puts.length / 2));
  const long = puts.find((put) => put.strike === (short?.strike ?? 0) - 5);
  if (!short?.conId || !long?.conId) throw new Error('the simulator lists no 5-wide SPY put spread');
  return {
    ...{
      orderRef: 'fill',
      account: status().accounts[0] ?? '',
      symbol: 'SPY',
      quantity: 1,
      limitPrice: -0.01,
      tif: 'DAY',
    },
    legs: [
      { conId: short.conId, action: 'SELL', ratio: 1, contract: short },
      { conId: long.conId, action: 'BUY', ratio: 1, contract: long },
    ],
  };
}
