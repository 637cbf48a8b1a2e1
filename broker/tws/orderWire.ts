import { SecType, type Contract, type Execution as WireExecution, type Order, type OrderState } from '@stoqey/ib';
import type { Clock, TimerHandle } from '../../scanner/domain/clock.ts';
import { LegworkError } from '../../scanner/domain/errors.ts';
import type { BrokerLog, ComboOrder, OrderPort, OrderWireEvent, Unsubscribe, WhatIf } from '../gateway.ts';
import { comboContract, comboOrder, widthMargin } from './comboWire.ts';
import type { TwsEvents } from './events.ts';
import { notReady, type TwsLink } from './link.ts';
import { classifyNotice, describeNotice } from './notices.ts';
import { FIRST_REQUEST_ID, type OrderIds } from './orderIds.ts';
import type { TwsSession } from './session.ts';
import { comboPrice, count, money, positivePrice, wireTimeMs } from './values.ts';

const PLACE_ORDER = 3;
const NO_WHAT_IF_FOR_COMBO = 360;

interface PendingWhatIf {
  order: ComboOrder;
  settle: (answer: WhatIf) => void;
  fail: (error: LegworkError) => void;
}

export interface OrderWireDeps {
  link: TwsLink;
  session: TwsSession;
  orderIds: OrderIds;
  clock: Clock;
  log: BrokerLog;
  whatIfMs: number;
}

/**
 * Orders on the wire and nothing more: what may be sent is decided above, what became of it is folded above. Order
 * frames carry the epoch they were made for, are purged when the link goes, and are never written twice.
 */
export class OrderWire implements OrderPort {
  readonly #deps: OrderWireDeps;
  readonly #listeners = new Set<(event: OrderWireEvent) => void>();
  readonly #whatIfs = new Map<number, PendingWhatIf>();
  /** Order id of the last new-order frame that the library handed to the socket. */
  #lastOnSocket: number | undefined;

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
    link.onLost((reason) => this.#failWhatIfs(reason));
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
    signal?.throwIfAborted();
    const wire = { contract: comboContract(order), order: comboOrder(order, true) };
    const id = this.#deps.orderIds.reserve();
    const { link, clock, whatIfMs } = this.#deps;
    return new Promise<WhatIf>((resolve, reject) => {
      let deadline: TimerHandle | undefined;
      const finish = (): void => {
        this.#whatIfs.delete(id);
        if (deadline !== undefined) clock.clearTimer(deadline);
        signal?.removeEventListener('abort', aborted);
      };
      const fail = (error: unknown): void => {
        finish();
        reject(error);
      };
      const aborted = (): void => fail(signal?.reason);
      const settle = (answer: WhatIf): void => {
        finish();
        resolve(answer);
      };
      this.#whatIfs.set(id, { order, settle, fail });
      signal?.addEventListener('abort', aborted, { once: true });
      const write = (): void => {
        deadline = clock.setTimer(() => fail(noAnswer(whatIfMs)), whatIfMs);
      };
      const drop = (reason: string): void => fail(notSent(order.orderRef, reason));
      link.send(
        'order',
        (api) => {
          if (!this.#whatIfs.has(id)) return;
          write();
          api.placeOrder(id, wire.contract, wire.order);
        },
        drop,
      );
    });
  }

  place(order: ComboOrder, orderId: number, epoch: number): void {
    this.#refuseUnlessReady(order.orderRef);
    const { link, clock } = this.#deps;
    if (epoch !== link.epoch)
      throw notSent(order.orderRef, `it was made for connection ${epoch} and this is connection ${link.epoch}`);
    const contract = comboContract(order);
    const wire = comboOrder(order, false);
    const about = { orderRef: order.orderRef, orderId, epoch };
    const drop = (reason: string): void => this.#emit({ type: 'notWritten', ...about, reason, atMs: clock.now() });
    link.send(
      'order',
      (api) => {
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
    if (order.whatIf) return this.#whatIfAnswer(id, state);
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
    if (this.#whatIfs.has(id)) return;
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

  #whatIfAnswer(id: number, state: OrderState): void {
    const pending = this.#whatIfs.get(id);
    const initMarginChange = money(state.initMarginChange);
    // The first of two answers may be all unset: the valid one has a margin. @source ib_insync #380.
    if (!pending || initMarginChange === undefined) return;
    pending.settle({
      initMarginChange,
      maintMarginChange: money(state.maintMarginChange),
      equityWithLoanAfter: money(state.equityWithLoanAfter),
      commission: positivePrice(state.commission),
      minCommission: positivePrice(state.minCommission),
      maxCommission: positivePrice(state.maxCommission),
      warning: state.warningText ? state.warningText : undefined,
      source: 'broker',
    });
  }

  #noticed({ id, code, text, json }: { id: number; code: number; text: string; json: unknown }): void {
    if (!(id > 0) || id >= FIRST_REQUEST_ID) return;
    const pending = this.#whatIfs.get(id);
    if (pending) return this.#whatIfRefused(pending, code, text);
    this.#emit({
      type: 'notice',
      orderId: id,
      code,
      message: describeNotice(code, text).message,
      ...(json === undefined ? {} : { rejectJson: typeof json === 'string' ? json : JSON.stringify(json) }),
      atMs: this.#deps.clock.now(),
    });
  }

  #whatIfRefused({ order, settle, fail }: PendingWhatIf, code: number, text: string): void {
    if (code === NO_WHAT_IF_FOR_COMBO) return settle(fromWidth(order, describeNotice(code, text).message));
    if (classifyNotice(code, 'whatIf') !== 'failRequest') return;
    fail(
      new LegworkError({
        kind: 'order',
        code: 'rejected',
        twsCode: code,
        orderRef: order.orderRef,
        message: `The preview was refused. ${describeNotice(code, text).message}`,
      }),
    );
  }

  #failWhatIfs(reason: string): void {
    for (const { order, fail } of [...this.#whatIfs.values()]) fail(notSent(order.orderRef, reason));
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

function fromWidth(order: ComboOrder, warning: string): WhatIf {
  const margin = widthMargin(order);
  return {
    initMarginChange: margin,
    maintMarginChange: margin,
    equityWithLoanAfter: undefined,
    commission: undefined,
    minCommission: undefined,
    maxCommission: undefined,
    warning,
    source: 'width',
  };
}

function notSent(orderRef: string, reason: string): LegworkError {
  return new LegworkError({ kind: 'order', code: 'not-sent', orderRef, message: `The order was not sent: ${reason}.` });
}

function noAnswer(deadlineMs: number): LegworkError {
  return new LegworkError({
    kind: 'data',
    code: 'timeout',
    message: `TWS gave no margin preview within ${Math.round(deadlineMs / 1000)} s. Try again; if it stays so, look for a dialog in TWS.`,
  });
}
