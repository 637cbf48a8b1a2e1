import { SecType, type Contract, type Execution as WireExecution, type Order, type OrderState } from '@stoqey/ib';
import type { Clock } from '../../scanner/domain/clock.ts';
import { LegworkError } from '../../scanner/domain/errors.ts';
import type { BrokerLog, ComboOrder, OrderPort, OrderWireEvent, Unsubscribe, WhatIf } from '../gateway.ts';
import { comboContract, comboOrder } from './comboWire.ts';
import type { TwsEvents } from './events.ts';
import { notReady, type TwsLink } from './link.ts';
import { describeNotice } from './notices.ts';
import { FIRST_REQUEST_ID, type OrderIds } from './orderIds.ts';
import type { TwsSession } from './session.ts';
import { comboPrice, count, money, wireTimeMs } from './values.ts';
import type { WhatIfs } from './whatIfs.ts';

const PLACE_ORDER = 3;

export interface OrderWireDeps {
  link: TwsLink;
  session: TwsSession;
  orderIds: OrderIds;
  clock: Clock;
  log: BrokerLog;
  whatIfs: WhatIfs;
}

/**
 * Orders on the wire and nothing more: what may be sent is decided above, what became of it is folded above. Order
 * frames carry the epoch they were made for, are purged when the link goes, and are never written twice.
 */
export class OrderWire implements OrderPort {
  readonly #deps: OrderWireDeps;
  readonly #listeners = new Set<(event: OrderWireEvent) => void>();
  /** Order id of the last new-order frame that the library handed to the socket. */
  #lastOnSocket: number | undefined;
  /** By order id, what takes its frame back while that waits for the message ceiling. */
  readonly #waiting = new Map<number, (reason: string) => void>();

  constructor(deps: OrderWireDeps) {
    this.#deps = deps;
    const { link, session } = deps;
    link.on('openOrder', (id, contract, order, state) => this.#openOrder({ id, contract, order, state }));
    link.on('orderStatus', (...args) => this.#orderStatus(args));
    link.on('execDetails', (_, contract, execution) => this.#execution(contract, execution));
    link.on('commissionReport', (report) => {
      const commission = money(report.commission);
      if (!report.execId || commission === undefined) return;
      const realisedPnl = money(report.realizedPNL);
      this.#emit({ type: 'commission', execId: report.execId, commission, realisedPnl, atMs: deps.clock.now() });
    });
    link.on('completedOrder', (_, order, state) =>
      this.#emit({
        type: 'completed',
        orderRef: order.orderRef ?? '',
        permId: order.permId ?? 0,
        account: order.account ?? '',
        status: state.status,
        atMs: deps.clock.now(),
      }),
    );
    link.on('error', (error, code, id, json) => this.#noticed({ id, code, text: error.message, json }));
    link.on('sent', (tokens) => {
      if (tokens[0] === PLACE_ORDER) this.#lastOnSocket = Number(tokens[1]);
    });
    session.listen({
      linkLost: (epoch) => this.#emit({ type: 'linkLost', epoch, atMs: deps.clock.now() }),
      reconciled: (epoch) => this.#emit({ type: 'reconciled', epoch, atMs: deps.clock.now() }),
    });
  }

  onEvent(listener: (event: OrderWireEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  reserveOrderId(): number {
    if (!this.#deps.link.isOpen) throw notReady();
    return this.#deps.orderIds.reserve();
  }

  async whatIf(order: ComboOrder, signal?: AbortSignal): Promise<WhatIf> {
    this.#refuseUnlessReady(order.orderRef);
    return this.#deps.whatIfs.ask(order, signal);
  }

  place(order: ComboOrder, orderId: number, epoch: number): void {
    this.#refuseUnlessReady(order.orderRef);
    const { link, clock } = this.#deps;
    if (epoch !== link.epoch)
      throw notSent(order.orderRef, `it was made for connection ${epoch} and this is connection ${link.epoch}`);
    const contract = comboContract(order);
    const wire = comboOrder(order, false);
    const about = { orderRef: order.orderRef, orderId, epoch };
    const frame = { waits: true };
    const left = (): void => {
      frame.waits = false;
      this.#waiting.delete(orderId);
    };
    const drop = (reason: string): void => {
      left();
      this.#emit({ type: 'notWritten', ...about, reason, atMs: clock.now() });
    };
    const takeBack = link.send(
      'order',
      (api) => {
        left();
        if (link.epoch !== epoch) return drop('the connection was renewed before it could be written');
        this.#lastOnSocket = undefined;
        try {
          api.placeOrder(orderId, contract, wire);
        } finally {
          this.#written(about, drop);
        }
      },
      drop,
    );
    if (frame.waits) this.#waiting.set(orderId, takeBack);
  }

  withdrawUnwritten(reason: string, orderId?: number): void {
    for (const [id, takeBack] of [...this.#waiting]) if (orderId === undefined || id === orderId) takeBack(reason);
  }

  cancel(orderId: number): void {
    this.#deps.link.send('cancel', (api) => api.cancelOrder(orderId));
  }

  cancelAll(): void {
    this.#deps.link.send('cancel', (api) => api.reqGlobalCancel());
  }

  /** The library emits `sent` as it hands the bytes to the socket: the only proof that it did not keep the frame. */
  #written(about: { orderRef: string; orderId: number; epoch: number }, drop: (reason: string) => void): void {
    const { clock, session, log } = this.#deps;
    if (this.#lastOnSocket === about.orderId) return this.#emit({ type: 'written', ...about, atMs: clock.now() });
    log.error(
      about,
      'The TWS client library did not write an order at once; its connection is dropped with whatever it keeps.',
    );
    session.reconnect('The client library held back an order');
    drop('the client library did not write it');
  }

  #refuseUnlessReady(orderRef: string): void {
    const { phase, readOnlyApi, upstreamOk } = this.#deps.session.status();
    if (readOnlyApi)
      throw notSent(
        orderRef,
        'the API of TWS is read-only. Clear "Read-Only API" in TWS under Configuration, API, Settings',
      );
    if (!upstreamOk) throw notSent(orderRef, 'TWS has lost its connection to IBKR. Wait until it is back');
    if (phase !== 'ready')
      throw notSent(
        orderRef,
        phase === 'reconciling'
          ? 'orders are still being compared with TWS. Wait a moment'
          : 'there is no connection to TWS',
      );
  }

  #openOrder({ id, order, state }: { id: number; contract: Contract; order: Order; state: OrderState }): void {
    // A preview is no order; its answer goes to whoever asked.
    if (order.whatIf) return;
    const own = this.#isOwn(order.clientId);
    if (own) this.#deps.orderIds.seen(id);
    this.#emit({
      type: 'openOrder',
      orderRef: order.orderRef ?? '',
      // An order id means something under its own client id only.
      orderId: own ? id : 0,
      permId: order.permId ?? 0,
      account: order.account ?? '',
      status: state.status,
      atMs: this.#deps.clock.now(),
    });
  }

  #isOwn(clientId: number | undefined): boolean {
    return clientId === undefined || clientId === this.#deps.session.status().target?.clientId;
  }

  #orderStatus(args: TwsEvents['orderStatus']): void {
    const [id, status, filled, remaining, averagePrice, permId, , , clientId, whyHeld] = args;
    if (this.#deps.whatIfs.owns(id)) return;
    this.#emit({
      type: 'status',
      orderId: this.#isOwn(clientId) ? id : 0,
      permId: permId ?? 0,
      status,
      filled: count(filled) ?? 0,
      remaining: count(remaining) ?? 0,
      averagePrice: comboPrice(averagePrice) ?? 0,
      whyHeld: whyHeld ?? '',
      atMs: this.#deps.clock.now(),
    });
  }

  #execution(contract: Contract, execution: WireExecution): void {
    const quantity = count(execution.shares);
    const price = comboPrice(execution.price);
    if (!execution.execId || quantity === undefined || price === undefined) return;
    const isComboSummary = contract.secType === SecType.BAG;
    const own = this.#isOwn(execution.clientId);
    this.#emit({
      type: 'execution',
      execution: {
        execId: execution.execId,
        orderId: own ? (execution.orderId ?? 0) : 0,
        permId: execution.permId ?? 0,
        orderRef: execution.orderRef ?? '',
        account: execution.acctNumber ?? '',
        conId: isComboSummary ? 0 : (contract.conId ?? 0),
        isComboSummary,
        side: execution.side === 'SLD' ? 'SLD' : 'BOT',
        quantity,
        price,
        atMs: wireTimeMs(execution.time) ?? this.#deps.clock.now(),
      },
    });
  }

  #noticed({ id, code, text, json }: { id: number; code: number; text: string; json: unknown }): void {
    if (!(id > 0) || id >= FIRST_REQUEST_ID || this.#deps.whatIfs.owns(id)) return;
    this.#emit({
      type: 'notice',
      orderId: id,
      code,
      message: describeNotice(code, text).message,
      ...(json === undefined ? {} : { rejectJson: typeof json === 'string' ? json : JSON.stringify(json) }),
      atMs: this.#deps.clock.now(),
    });
  }

  #emit(event: OrderWireEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#deps.log.error(
          { err: error, event: event.type },
          'A listener of order events threw; this is a bug in Legwork.',
        );
      }
    }
  }
}

function notSent(orderRef: string, reason: string): LegworkError {
  return new LegworkError({ kind: 'order', code: 'not-sent', orderRef, message: `The order was not sent: ${reason}.` });
}
