import { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';

/** A TWS client that knows nothing but framing: what it sends and gets are lists of fields. */
export interface RawClient {
  /** Every message so far, without the handshake. */
  readonly messages: string[][];
  readonly serverVersion: number;
  readonly closed: boolean;
  readonly stream: Duplex;
  send(...fields: (string | number)[]): void;
  /** Messages of one kind. */
  of(id: number): string[][];
  /** The errors as [request id, code, text]. */
  errors(): [number, number, string][];
  clear(): void;
}

export function frame(fields: readonly (string | number)[]): Buffer {
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(''));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

export function greeting(maxVersion: number, { minVersion = 100, options = '' } = {}): Buffer {
  const range = Buffer.from(`v${minVersion}..${maxVersion}${options && ` ${options}`}`);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(range.length);
  return Buffer.concat([Buffer.from('API\0'), head, range]);
}

/** Lets everything that is on its way through streams arrive. Virtual time stands still meanwhile. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export interface RawClientOptions {
  maxVersion?: number;
  clientId?: number;
  start?: boolean;
  /** Sent after the version range. */
  options?: string;
}

/** Connects, shakes hands and, unless told otherwise, starts the API. */
export async function rawClient(
  stream: Duplex,
  { maxVersion = 193, clientId = 1, start = true, options = '' }: RawClientOptions = {},
): Promise<RawClient> {
  let held = Buffer.alloc(0);
  let version = 0;
  let closed = false;
  const messages: string[][] = [];
  stream.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
      const end = 4 + held.readUInt32BE(0);
      const fields = held.subarray(4, end).toString('utf8').split('\0').slice(0, -1);
      held = held.subarray(end);
      if (version === 0) version = Number(fields[0]);
      else messages.push(fields);
    }
  });
  stream.on('error', () => undefined);
  for (const name of ['close', 'end'] as const) stream.on(name, () => void (closed = true));
  const send = (...fields: (string | number)[]): void => void stream.write(frame(fields));
  stream.write(greeting(maxVersion, { options }));
  await settle();
  if (start) {
    send(71, 2, clientId, '');
    await settle();
  }
  return {
    messages,
    stream,
    send,
    get serverVersion() {
      return version;
    },
    get closed() {
      return closed;
    },
    of: (id) => messages.filter((fields) => fields[0] === String(id)),
    errors: () =>
      messages
        .filter((f) => f[0] === '4')
        .map((f) => [Number(f[2]), Number(f[3]), f[4] ?? ''] as [number, number, string]),
    clear: () => void messages.splice(0),
  };
}

/** conId, symbol, secType, expiry, strike, right, multiplier, exchange, primary, currency, local symbol, class. */
export function contract(fields: {
  conId?: number;
  symbol?: string;
  secType?: string;
  expiry?: string;
  strike?: number;
  right?: string;
  exchange?: string;
  tradingClass?: string;
}): (string | number)[] {
  const { conId = 0, symbol = '', secType = '', expiry = '', strike = 0, right = '', tradingClass = '' } = fields;
  return [conId, symbol, secType, expiry, strike, right, '', fields.exchange ?? 'SMART', '', 'USD', '', tradingClass];
}

export interface OrderInput {
  orderId: number;
  contract: (string | number)[];
  /** conId, ratio, action; makes it a combo. */
  legs?: readonly (readonly [conId: number, ratio: number, action: 'BUY' | 'SELL'])[];
  action?: 'BUY' | 'SELL';
  quantity?: number;
  type?: string;
  limit?: number | '';
  tif?: string;
  account?: string;
  orderRef?: string;
  transmit?: boolean;
  whatIf?: boolean;
  parentId?: number;
  ocaGroup?: string;
  algoStrategy?: string;
  goodAfterTime?: string;
  allOrNone?: boolean;
  minQty?: number;
  discretionary?: number;
  /** PriceCondition on this contract id; ib_async's fields of it. */
  conditionConId?: number;
  /** The five fields of an order pegged to a benchmark. */
  benchmark?: readonly [conId: number, decrease: number, change: number, reference: number, exchange: string];
  /** Server version; before 177 the order has one field more. */
  version?: number;
}

/**
 * Message 3 field by field as ib_async writes it.
 * @source ib_async client.py placeOrder
 */
export function placeOrder(order: OrderInput): (string | number)[] {
  const { legs, action = 'BUY', quantity = 1, type = 'LMT', limit = '', tif = 'DAY' } = order;
  const combo = legs
    ? [legs.length, ...legs.flatMap(([conId, ratio, side]) => [conId, ratio, side, 'SMART', 0, 0, '', -1]), 0, 0]
    : [];
  return [
    ...[3, order.orderId, ...order.contract, '', '', action, quantity, type, limit, '', tif, order.ocaGroup ?? ''],
    ...[
      order.account ?? 'SIM0000001',
      '',
      0,
      order.orderRef ?? '',
      order.transmit === false ? 0 : 1,
      order.parentId ?? 0,
      0,
      0,
      0,
      0,
      0,
      0,
    ],
    ...combo,
    ...['', order.discretionary ?? 0, order.goodAfterTime ?? '', '', '', '', ''], // sharesAllocation ... faPercentage
    ...((order.version ?? 193) < 177 ? [''] : []), // faProfile
    ...['', 0, '', -1], // modelCode, shortSaleSlot, designatedLocation, exemptCode
    ...[0, '', '', order.allOrNone ? 1 : 0, order.minQty ?? ''], // ocaType ... minQty
    ...['', 0, 0, '', 0, '', '', '', '', '', 0], // percentOffset ... overridePercentageConstraints
    ...['', '', '', ''], // volatility, volatilityType, deltaNeutralOrderType, deltaNeutralAuxPrice
    ...[0, '', '', '', '', '', ''], // continuousUpdate ... scalePriceIncrement
    ...['', '', '', ''], // scaleTable, activeStartTime, activeStopTime, hedgeType
    ...[0, '', '', 0, 0], // optOut, clearing, notHeld, delta-neutral contract
    ...(order.algoStrategy ? [order.algoStrategy, 1, 'adaptivePriority', 'Normal'] : ['']),
    ...['', order.whatIf ? 1 : 0, '', 0, 0, 0], // algoId, whatIf, miscOptions, solicited, randomize
    ...(order.benchmark ?? []),
    ...(order.conditionConId ? [1, 1, 'a', 1, 500, order.conditionConId, 'SMART', 0, 0, 0] : [0]),
    ...['', '', '', '', '', '', 0, '', '', '', ''], // adjusted order, extOperator, tier, cashQty
    ...['', '', '', '', 0, 0, 0, '', '', '', 0, '', ''], // mifid ... manualOrderTime
  ];
}
