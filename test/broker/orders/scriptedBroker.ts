import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { ComboOrder, LinkStatus, OrderPort, OrderWireEvent, WhatIf } from '../../../broker/gateway.ts';
import { OrderDesk } from '../../../broker/orders/orderDesk.ts';
import type { DeskSurroundings } from '../../../broker/orders/deskDeps.ts';
import type { Ticket } from '../../../broker/orders/ticket.ts';
import type { Storage } from '../../../electron/storage/storage.ts';
import { LegworkError } from '../../../scanner/domain/errors.ts';
import { fakeClock } from '../../fakeClock.ts';
import { tempStorage } from '../../storage/openTemp.ts';
import { bullPutTicket } from './ticketFixtures.ts';

/** The far end of the order port, played by the test: records what would go on the wire and says what TWS would say. */
class ScriptedBroker implements OrderPort {
  readonly placed: { order: ComboOrder; orderId: number; epoch: number }[] = [];
  readonly cancelled: number[] = [];
  globalCancels = 0;
  nextId = 1;
  /** False holds frames back, as the pacer does at the message ceiling; `write` lets the oldest go. */
  writesAtOnce = true;
  readonly #waiting: { order: ComboOrder; orderId: number; epoch: number }[] = [];
  /** Calls of place, whatever came of them. */
  attempts = 0;
  /** Thrown by place. */
  placeError: Error | undefined;
  /** Called at the moment of writing. */
  onPlace: () => void = () => undefined;
  whatIfAnswer: () => Promise<WhatIf> = () => Promise.resolve(MARGIN);
  readonly #listeners = new Set<(event: OrderWireEvent) => void>();
  link: LinkStatus = { ...READY };

  whatIf(): Promise<WhatIf> {
    return this.whatIfAnswer();
  }

  reserveOrderId(): number {
    return this.nextId++;
  }

  place(order: ComboOrder, orderId: number, epoch: number): void {
    this.attempts++;
    this.onPlace();
    if (this.placeError !== undefined) throw this.placeError;
    this.placed.push({ order, orderId, epoch });
    this.#waiting.push({ order, orderId, epoch });
    if (this.writesAtOnce) this.write();
  }

  /** The oldest frame that waits goes out, if there is one. */
  write(): void {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.say({ type: 'written', orderRef: next.order.orderRef, orderId: next.orderId, epoch: next.epoch, atMs: 1 });
  }

  withdrawUnwritten(reason: string, orderId?: number): void {
    for (const frame of this.#waiting.filter((each) => orderId === undefined || each.orderId === orderId)) {
      this.#waiting.splice(this.#waiting.indexOf(frame), 1);
      const { order, epoch } = frame;
      const about = { orderRef: order.orderRef, orderId: frame.orderId, epoch };
      this.say({ type: 'notWritten', ...about, reason, atMs: 1 });
    }
  }

  cancel(orderId: number): void {
    this.cancelled.push(orderId);
  }

  cancelAll(): void {
    this.globalCancels++;
  }

  onEvent(listener: (event: OrderWireEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  say(event: OrderWireEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** The connection goes; a new one comes with the next `reconcile`. */
  loseLink(): void {
    this.link = { ...this.link, phase: 'offline' };
    this.say({ type: 'linkLost', epoch: this.link.epoch, atMs: 2 });
  }

  /** A new connection; `told` is what TWS lists before its Ends. */
  reconcile(...told: OrderWireEvent[]): void {
    this.link = { ...this.link, phase: 'reconciling', epoch: this.link.epoch + 1 };
    for (const event of told) this.say(event);
    this.link = { ...this.link, phase: 'ready' };
    this.say({ type: 'reconciled', epoch: this.link.epoch, atMs: 3 });
  }
}

const MARGIN: WhatIf = {
  ...{ initMarginChange: 2500, maintMarginChange: 2500, equityWithLoanAfter: 249_000, commission: 6.5 },
  ...{ minCommission: undefined, maxCommission: undefined, warning: undefined, source: 'broker' },
};

const READY: LinkStatus = {
  phase: 'ready',
  target: { host: '127.0.0.1', port: 7497, clientId: 1 },
  ...{ mode: 'simulated', accounts: ['SIM0001'], serverVersion: 193, epoch: 1, latencyMs: 1, clockSkewMs: 0 },
  ...{ upstreamOk: true, readOnlyApi: false, messagesPerSecond: 0, messageCeiling: 45, linesUsed: 0, lineBudget: 90 },
  ...{ retryAtMs: undefined, problem: undefined, sinceMs: 0 },
};

export function notSent(message: string): LegworkError {
  return new LegworkError({ kind: 'order', code: 'not-sent', message });
}

/** A token for a ticket that nothing stops. */
export async function token(desk: OrderDesk, ticket: Ticket = bullPutTicket()): Promise<string> {
  const preview = await desk.preview(ticket);
  if (preview.token === undefined) throw new Error(JSON.stringify(preview.risk.filter((c) => c.verdict === 'stop')));
  return preview.token;
}

export function phase(desk: OrderDesk, orderRef: string) {
  return desk.views().find((view) => view.orderRef === orderRef)?.phase;
}

/** A desk over a real SQLite file and a scripted far end, armed and ready. */
export function scriptedDesk(surroundings: Partial<DeskSurroundings> = {}) {
  const clock = fakeClock();
  const broker = new ScriptedBroker();
  const files = tempStorage();
  const log: string[] = [];
  const open = (storage: Storage): OrderDesk => {
    const desk = new OrderDesk({
      ...{ orders: broker, journal: storage.journal, safety: storage.safety, clock, newId: () => randomUUID() },
      log: (_, text) => void log.push(text),
      surroundings: {
        link: () => broker.link,
        limits: () => ({
          ...{ maxQuantity: 10, maxLossPerOrder: 5000, maxOpenRisk: 50_000, ordersPerMinute: 6, tradesPerDay: 40 },
          ...{ maxDailyLoss: 5000, maxQuoteAgeMs: 15_000, priceCollar: 0.1 },
        }),
        armMs: () => 15 * 60_000,
        quote: () => ({ natural: 1.21, mid: 1.29, best: 1.37, kind: 'live', atMs: clock.now() }),
        marketOpen: () => true,
        summary: (account) => ({
          ...{ account, netLiquidation: 250_000, buyingPower: 250_000, excessLiquidity: 250_000 },
          ...{ maintMargin: 0, cash: 250_000, atMs: clock.now() },
        }),
        pnl: (account) => ({
          ...{ account, conId: undefined, daily: 0, unrealised: 0, realised: 0, atMs: clock.now() },
        }),
        positions: () => [],
        ...surroundings,
      },
    });
    onTestFinished(() => desk.close());
    return desk;
  };
  const desk = open(files.storage);
  desk.setOrdersEnabled(true);
  desk.arm();
  return {
    ...{ desk, broker, clock, log, files, storage: files.storage },
    /** Another process on the same file: nothing is armed, and no connection of before counts. */
    restart: (): OrderDesk => {
      desk.close();
      broker.link = { ...READY, epoch: 0, phase: 'offline' };
      return open(files.reopen());
    },
  };
}
