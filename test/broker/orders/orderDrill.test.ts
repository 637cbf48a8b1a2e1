import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OrderWireEvent } from '../../../broker/gateway.ts';
import type { OrderDesk } from '../../../broker/orders/orderDesk.ts';
import { payloadHash } from '../../../broker/orders/payload.ts';
import { LONG_PUT, SHORT_PUT } from './orderFixtures.ts';
import { scriptedDesk } from './scriptedBroker.ts';
import { bullPutTicket } from './ticketFixtures.ts';

/** An order as the broker holds it: the truth to which the desk must come. */
interface Held {
  orderRef: string;
  orderId: number;
  permId: number;
  quantity: number;
  filled: number;
  fills: Extract<OrderWireEvent, { type: 'execution' }>[];
  status: 'Submitted' | 'Filled' | 'Cancelled';
}

/** What may happen next; numbers choose among the orders there are. */
type Step =
  | { do: 'send'; lost: boolean }
  | { do: 'acknowledge' | 'cancel' | 'brokerCancel' | 'repeat'; which: number }
  | { do: 'fill'; which: number; quantity: number; told: boolean }
  | { do: 'notice'; which: number; code: number }
  | { do: 'loseLink' | 'reconnect' | 'restart' | 'halt' | 'resume' | 'settle' };

const which = fc.nat(5);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), lost: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('acknowledge' as const, 'cancel' as const, 'brokerCancel' as const, 'repeat' as const),
      which,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ do: fc.constant('fill' as const), which, quantity: fc.integer({ min: 1, max: 5 }), told: fc.boolean() },
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('notice' as const), which, code: fc.constantFrom(399, 404, 10349, 2109) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(...(['loseLink', 'reconnect', 'restart', 'halt', 'resume', 'resume', 'settle'] as const)),
    }),
  },
);

/** Plays the steps on a desk and on the broker's truth beside it. */
class Drill {
  readonly made = scriptedDesk({
    limits: () => ({
      ...{ maxQuantity: 10, maxLossPerOrder: 5000, maxOpenRisk: 1e9, ordersPerMinute: 1e6, tradesPerDay: 1e6 },
      ...{ maxDailyLoss: 5000, maxQuoteAgeMs: 15_000, priceCollar: 0.1 },
    }),
  });
  desk: OrderDesk = this.made.desk;
  readonly held: Held[] = [];
  readonly #told: OrderWireEvent[] = [];
  /** Orders that a person has settled as not sent. */
  readonly settled = new Set<string>();
  #nextPermId = 900;
  #nextFill = 1;

  async play(step: Step): Promise<void> {
    const { broker, clock } = this.made;
    const online = broker.link.phase === 'ready';
    const order = 'which' in step ? this.held[step.which % Math.max(1, this.held.length)] : undefined;
    switch (step.do) {
      case 'send':
        return this.#send(step.lost);
      case 'acknowledge':
        if (order !== undefined && online) this.#say(...this.#about(order));
        return;
      case 'repeat':
        // Late and duplicated callbacks, as long as it is the connection that brought them.
        if (online) this.#say(...this.#told.slice(-4).reverse());
        return;
      case 'cancel':
        if (order !== undefined) this.#tryCancel(order);
        return;
      case 'brokerCancel':
        if (order?.status !== 'Submitted') return;
        order.status = 'Cancelled';
        if (online) this.#say(...this.#about(order));
        return;
      case 'fill':
        if (order?.status === 'Submitted') this.#fill(order, step.quantity, step.told && online);
        return;
      case 'notice':
        if (order !== undefined && online) {
          this.#say({ type: 'notice', orderId: order.orderId, code: step.code, message: 'text', atMs: clock.now() });
        }
        return;
      case 'loseLink':
        if (online) broker.loseLink();
        this.#told.length = 0;
        return;
      case 'reconnect':
        this.reconnect();
        return;
      case 'restart':
        this.#told.length = 0;
        this.desk = this.made.restart();
        return;
      case 'halt':
        this.desk.halt('drill');
        return;
      case 'resume':
        this.desk.resume();
        return;
      case 'settle':
        // A person looks in TWS, and only says of an order what is so.
        for (const { orderRef, phase } of this.desk.views()) {
          if (phase !== 'unknown' || this.held.some((order) => order.orderRef === orderRef)) continue;
          this.desk.resolveUnknown(orderRef, 'not-sent');
          this.settled.add(orderRef);
        }
        return;
      default:
        step satisfies never;
    }
  }

  /** A new connection, in which TWS lists everything it holds. */
  reconnect(): void {
    const { broker } = this.made;
    if (broker.link.phase === 'ready') broker.loseLink();
    const everything = this.held.flatMap((order) => [...this.#about(order), ...order.fills]);
    broker.reconcile(...everything);
  }

  async #send(lost: boolean): Promise<void> {
    const { broker, clock } = this.made;
    clock.advance(10_000);
    if (broker.link.phase === 'ready') this.desk.arm();
    const { token } = await this.desk.preview(bullPutTicket());
    if (token === undefined) return;
    const before = broker.placed.length;
    const { orderRef } = this.desk.send(token);
    expect(broker.placed).toHaveLength(before + 1);
    if (lost) return void broker.loseLink();
    const { orderId } = broker.placed[before]!;
    const permId = this.#nextPermId++;
    this.held.push({ ...{ orderRef, orderId, permId, quantity: 5, filled: 0, fills: [] }, status: 'Submitted' });
  }

  #fill(order: Held, wanted: number, told: boolean): void {
    const quantity = Math.min(wanted, order.quantity - order.filled);
    order.filled += quantity;
    if (order.filled === order.quantity) order.status = 'Filled';
    const base = `e${this.#nextFill++}`;
    const report = (part: string, conId: number, price: number): Held['fills'][number] => ({
      type: 'execution',
      execution: {
        ...{ execId: `${base}.${part}.01`, orderId: order.orderId, permId: order.permId, orderRef: order.orderRef },
        ...{ account: 'SIM0001', conId, isComboSummary: conId === 0, side: conId === LONG_PUT ? 'BOT' : 'SLD' },
        ...{ quantity, price, atMs: this.made.clock.now() },
      },
    });
    const fills = [report('01', 0, -1.29), report('02', SHORT_PUT, 2.5), report('03', LONG_PUT, 1.21)];
    order.fills.push(...fills);
    if (told) this.#say(...fills, ...this.#about(order));
  }

  #tryCancel(order: Held): void {
    try {
      this.desk.cancel(order.orderRef, 'drill');
    } catch {
      // Offline, or over already: it says so, and changes nothing.
    }
  }

  #about(order: Held): OrderWireEvent[] {
    const { orderRef, orderId, permId, filled, quantity, status } = order;
    const atMs = this.made.clock.now();
    const event = {
      ...{ type: 'status' as const, orderId, permId, status, filled, remaining: quantity - filled },
      ...{ averagePrice: -1.29, whyHeld: '', atMs },
    };
    return [{ type: 'openOrder', orderRef, orderId, permId, account: 'SIM0001', status, atMs }, event];
  }

  #say(...events: OrderWireEvent[]): void {
    this.#told.push(...events);
    for (const event of events) this.made.broker.say(event);
  }
}

/** The truth that the desk must have come to once TWS was read to its end. */
function expectConverged(drill: Drill): void {
  const views = new Map(drill.desk.views().map((view) => [view.orderRef, view]));
  for (const { orderRef, status, filled, quantity } of drill.held) {
    const view = views.get(orderRef);
    const expected =
      status === 'Submitted' ? ['working', 'partial', 'cancelling'] : [status === 'Filled' ? 'filled' : 'cancelled'];
    expect(expected).toContain(view?.phase);
    expect(view?.filled).toBe(filled);
    expect(view?.quantity).toBe(quantity);
  }
  // What was written and never arrived is unknown, and never taken for cancelled or filled.
  for (const { order } of drill.made.broker.placed) {
    if (!drill.held.some(({ orderRef }) => orderRef === order.orderRef)) {
      expect(views.get(order.orderRef)?.phase).toBe(drill.settled.has(order.orderRef) ? 'not-sent' : 'unknown');
    }
  }
}

test('invariants 1, 2, 4, 8, 13, 15, 16 and 17: whatever happens in whatever order, one truth in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 30 }), async (steps) => {
      const drill = new Drill();
      const { broker, files } = drill.made;
      let halted = false;
      for (const step of steps) {
        const placedBefore = broker.placed.length;
        await drill.play(step);
        if (step.do === 'halt') halted = true;
        if (step.do === 'resume') halted = false;
        expect(drill.desk.safety().halted !== undefined).toBe(halted);
        if (halted) expect(broker.placed).toHaveLength(placedBefore);
      }
      drill.reconnect();
      expectConverged(drill);
      // Each frame has its own intent, its own id, and the payload that was previewed; no intent had two.
      const { journal } = files.current();
      const journalled = new Map(journal.load(0).map(({ intent }) => [intent.orderRef, intent]));
      const refs = broker.placed.map(({ order }) => order.orderRef);
      expect(new Set(refs).size).toBe(refs.length);
      expect(new Set(broker.placed.map(({ orderId }) => orderId)).size).toBe(refs.length);
      expect([...journalled.keys()].sort()).toEqual([...refs].sort());
      for (const { order } of broker.placed)
        expect(journalled.get(order.orderRef)?.payloadHash).toBe(payloadHash(order));
      expect(journal.verify().problem).toBeUndefined();
      files.current().close();
    }),
    { numRuns: 60 },
  );
}, 60_000);
