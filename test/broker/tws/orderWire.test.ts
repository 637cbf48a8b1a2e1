import { expect, test, vi } from 'vitest';
import type { ComboOrder } from '../../../broker/gateway.ts';
import type { OptionContract } from '../../../scanner/domain/option.ts';
import { rig, until, type Rig } from '../../flow/brokerRig.ts';
import { scriptedTws, type ScriptedTws } from './scriptedTws.ts';

const UNSET = '1.7976931348623157E308';
const PLACE = '3';

const put = (strike: number, conId: number): OptionContract => ({
  ...{ symbol: 'SPY', root: 'SPY', expiry: '2026-12-18', right: 'P', multiplier: 100 },
  strike,
  conId,
});

function spread(change: Partial<ComboOrder> = {}): ComboOrder {
  return {
    ...{ orderRef: 'ref-1', account: 'DU1234567', symbol: 'SPY', quantity: 2, limitPrice: -0.1 - 0.2, tif: 'DAY' },
    legs: [
      { conId: 11, action: 'SELL', ratio: 1, contract: put(580, 11) },
      { conId: 12, action: 'BUY', ratio: 1, contract: put(575, 12) },
    ],
    ...change,
  };
}

async function connected(): Promise<Rig & { tws: ScriptedTws }> {
  const tws = await scriptedTws();
  const ours = rig({ whatIfMs: 400 });
  ours.connect(tws.port);
  await until(ours, ({ phase }) => phase === 'ready');
  return { ...ours, tws };
}

const placed = ({ tws }: { tws: ScriptedTws }): string[][] => tws.received.filter(([message]) => message === PLACE);

test('a combo goes out as a BAG with every field that TWS wants said, its price without binary dust', async () => {
  const ours = await connected();
  const id = ours.gateway.orders.reserveOrderId();
  ours.gateway.orders.place(spread(), id, ours.status().epoch);
  await vi.waitFor(() => expect(placed(ours)).toHaveLength(1));
  const fields = placed(ours)[0] ?? [];
  // Layout of message 3 at version 193. @source official ibapi, client.py placeOrder.
  expect(fields.slice(0, 5)).toEqual(['3', String(id), '', 'SPY', 'BAG']);
  expect(fields.slice(16, 27)).toEqual(['BUY', '2', 'LMT', '-0.3', '', 'DAY', '', 'DU1234567', '', '0', 'ref-1']);
  expect(fields[27]).toBe('1');
  const legs = fields.slice(fields.indexOf('11') - 1, fields.indexOf('11') + 16);
  expect(legs).toEqual([
    '2',
    ...['11', '1', 'SELL', 'SMART', '0', '0', '', '-1'],
    ...['12', '1', 'BUY', 'SMART', '0', '0', '', '-1'],
  ]);
});

/** Sells 570/565 puts and 600/610 calls. */
const condor = (): ComboOrder['legs'] => [
  { conId: 11, action: 'SELL', ratio: 1, contract: put(570, 11) },
  { conId: 12, action: 'BUY', ratio: 1, contract: put(565, 12) },
  { conId: 13, action: 'SELL', ratio: 1, contract: { ...put(600, 13), right: 'C' } },
  { conId: 14, action: 'BUY', ratio: 1, contract: { ...put(610, 14), right: 'C' } },
];

test('a condor is one BAG of four legs, each with its own side, bought at a negative limit', async () => {
  const ours = await connected();
  ours.gateway.orders.place(spread({ legs: condor(), limitPrice: -2.35 }), 1, ours.status().epoch);
  await vi.waitFor(() => expect(placed(ours)).toHaveLength(1));
  const fields = placed(ours)[0] ?? [];
  expect(fields.slice(16, 20)).toEqual(['BUY', '2', 'LMT', '-2.35']);
  const from = fields.indexOf('11') - 1;
  expect(fields.slice(from, from + 33)).toEqual([
    '4',
    ...['11', '1', 'SELL', 'SMART', '0', '0', '', '-1'],
    ...['12', '1', 'BUY', 'SMART', '0', '0', '', '-1'],
    ...['13', '1', 'SELL', 'SMART', '0', '0', '', '-1'],
    ...['14', '1', 'BUY', 'SMART', '0', '0', '', '-1'],
  ]);
});

test('"written" is told once the socket has it', async () => {
  const ours = await connected();
  ours.gateway.orders.place(spread(), 1, ours.status().epoch);
  await vi.waitFor(() => expect(placed(ours)).toHaveLength(1));
  expect(ours.events.filter(({ type }) => type === 'written')).toEqual([
    expect.objectContaining({ orderRef: 'ref-1', orderId: 1, epoch: 1 }),
  ]);
});

test.each([
  ['a price that is no number', { limitPrice: Number.NaN }],
  ['an endless price', { limitPrice: Number.NEGATIVE_INFINITY }],
  ['an unset price', { limitPrice: Number(UNSET) }],
  ['a price finer than any tick', { limitPrice: 0.12345678 }],
  ['half a spread', { quantity: 0.5 }],
  ['no spread', { quantity: 0 }],
  ['no account', { account: '' }],
  ['no reference', { orderRef: '' }],
  ['one leg', { legs: spread().legs.slice(0, 1) }],
  ['the same contract twice', { legs: [...spread().legs.slice(0, 1), ...spread().legs.slice(0, 1)] }],
] as const)('%s is refused before the wire', async (_, change) => {
  const ours = await connected();
  const order = spread({ ...change, ...('legs' in change ? { legs: [...change.legs] } : {}) } as Partial<ComboOrder>);
  expect(() => ours.gateway.orders.place(order, 1, ours.status().epoch)).toThrow(/was not sent/);
  expect(placed(ours)).toEqual([]);
});

test('a what-if waits for the answer that has a margin, and takes it once', async () => {
  const ours = await connected();
  ours.tws.answer(3, ([, id = '']) => [whatIfAnswer(id, UNSET), whatIfAnswer(id, '1000'), whatIfAnswer(id, '2000')]);
  const answer = await ours.gateway.orders.whatIf(spread());
  expect(answer).toMatchObject({ initMarginChange: 1000, source: 'broker', commission: 2.6 });
  expect(ours.events).toEqual([expect.objectContaining({ type: 'reconciled' })]);
});

test('code 360 falls back to the width, and says so', async () => {
  const ours = await connected();
  ours.tws.answer(3, ([, id = '']) => [[4, 2, id, 360, 'What-If is not supported for smart combo', '']]);
  const answer = await ours.gateway.orders.whatIf(spread());
  expect(answer).toMatchObject({ source: 'width', initMarginChange: 5 * 100 * 2 });
  expect(answer.warning).toContain('width');
});

test('a condor without a what-if needs its wider wing, one side only', async () => {
  const ours = await connected();
  ours.tws.answer(3, ([, id = '']) => [[4, 2, id, 360, '', '']]);
  const margin = async (legs: ComboOrder['legs']) =>
    (await ours.gateway.orders.whatIf(spread({ legs, limitPrice: -2.35 }))).initMarginChange;
  expect(await margin(condor())).toBe(10 * 100 * 2);
  const [shortPut, ...others] = condor();
  expect(await margin([shortPut!, { ...others[0]!, ratio: 2 }, others[1]!, others[2]!])).toBeUndefined();
  expect(await margin([{ ...shortPut!, contract: put(605, 11) }, ...others])).toBeUndefined();
});

test('a debit without a what-if costs what is paid', async () => {
  const ours = await connected();
  ours.tws.answer(3, ([, id = '']) => [[4, 2, id, 360, '', '']]);
  expect(await ours.gateway.orders.whatIf(spread({ limitPrice: 1.25 }))).toMatchObject({ initMarginChange: 250 });
});

test('a what-if that is refused fails with what TWS said', async () => {
  const ours = await connected();
  ours.tws.answer(3, ([, id = '']) => [[4, 2, id, 201, 'Order rejected - reason: no trading permission', '']]);
  await expect(ours.gateway.orders.whatIf(spread())).rejects.toMatchObject({
    error: {
      kind: 'order',
      code: 'rejected',
      twsCode: 201,
      message: expect.stringContaining('no trading permission') as string,
    },
  });
});

test('a what-if that is never answered ends at its deadline', async () => {
  const ours = await connected();
  await expect(ours.gateway.orders.whatIf(spread())).rejects.toMatchObject({
    error: { kind: 'data', code: 'timeout' },
  });
});

test('an aborted what-if ends at once', async () => {
  const ours = await connected();
  const abort = new AbortController();
  const answer = ours.gateway.orders.whatIf(spread(), abort.signal);
  abort.abort(new Error('the ticket was closed'));
  await expect(answer).rejects.toThrow('the ticket was closed');
});

test('an order id of another client is not taken for ours', async () => {
  const ours = await connected();
  ours.tws.send(3, 5, 'Submitted', 0, 1, 0, 99001, 0, 0, 42, '', 0);
  ours.tws.send(3, 5, 'Submitted', 0, 1, 0, 99002, 0, 0, 7, '', 0);
  await vi.waitFor(() => expect(ours.events.filter(({ type }) => type === 'status')).toHaveLength(2));
  const ids = ours.events.flatMap((event) => (event.type === 'status' ? [[event.permId, event.orderId]] : []));
  expect(ids).toEqual([
    [99001, 0],
    [99002, 5],
  ]);
});

test('a commission of 1e308 realised is no realised P&L (ib_insync #462)', async () => {
  const ours = await connected();
  ours.tws.send(59, 1, 'exec-1', 1.3, 'USD', UNSET, UNSET, 0);
  await vi.waitFor(() => expect(ours.events.at(-1)?.type).toBe('commission'));
  expect(ours.events.at(-1)).toMatchObject({ execId: 'exec-1', commission: 1.3, realisedPnl: undefined });
});

test('a cancel and a cancel of everything go out', async () => {
  const ours = await connected();
  ours.gateway.orders.cancel(9);
  ours.gateway.orders.cancelAll();
  // The heartbeat (49) goes on between them and after them.
  const sent = (): string[][] =>
    ours.tws.received.filter(([code]) => code !== '49').map((fields) => fields.slice(0, 2));
  await vi.waitFor(() =>
    expect(sent().slice(-2)).toEqual([
      ['4', '9'],
      ['58', ''],
    ]),
  );
});

/** openOrder (message 5) of a what-if at version 193. @source official ibapi, decoder.py and orderdecoder.py. */
function whatIfAnswer(orderId: string, initMargin: string): string[] {
  const contract = ['0', 'SPY', 'BAG', '', '0', '', '', 'SMART', 'USD', 'SPY', 'COMB'];
  const order = [
    'BUY',
    '2',
    'LMT',
    '-0.3',
    '0',
    'DAY',
    '',
    'DU1234567',
    'O',
    '0',
    'ref-1',
    '7',
    '0',
    '0',
    '0',
    '0',
    '',
  ];
  const allocation = ['', '', '', '', '', '', '', '', '0', '', '-1'];
  const auction = ['0', '', '', '', '', '', '', '0', '0', '0', '', '0', '0', '0', '', '0', '0'];
  const vol = ['', '0', 'None', '', '0', '', '', '', '?', '0', '0', '', '0', '0', '', '', '', ''];
  const legs = [
    '11|-1,12|1',
    '2',
    ...['11', '1', 'SELL', 'SMART', '0', '0', '', '-1'],
    ...['12', '1', 'BUY', 'SMART', '0', '0', '', '-1'],
  ];
  const rest = ['0', '0', ...['', '', '', ''], '0', '', 'IB', '0', '0', '', '0'];
  const margins = [UNSET, UNSET, UNSET, initMargin, initMargin, UNSET, UNSET, UNSET, UNSET];
  const state = ['1', 'PreSubmitted', ...margins, initMargin === UNSET ? UNSET : '2.6', UNSET, UNSET, 'USD', ''];
  const adjusted = ['0', '0', '0', '', UNSET, UNSET, UNSET, UNSET, UNSET, UNSET, '0'];
  const last = ['', '', '', '', '0', '0', '0', '0', '2147483647', '2147483647', '0', '', '', UNSET, UNSET, UNSET];
  const newest = ['', '0', '', '0', '', '2147483647'];
  return [
    '5',
    orderId,
    ...contract,
    ...order,
    '',
    ...allocation,
    ...auction,
    ...vol,
    ...legs,
    ...rest,
    ...state,
    ...adjusted,
    ...last,
    ...newest,
  ];
}
