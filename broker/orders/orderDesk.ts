import type { TimerHandle } from '../../scanner/domain/clock.ts';
import { LegworkError, inputError } from '../../scanner/domain/errors.ts';
import { toMicros } from '../../scanner/domain/money.ts';
import { modeOfAccount } from '../../scanner/domain/tradingMode.ts';
import type { OrderWireEvent, Unsubscribe } from '../gateway.ts';
import { isStopped, stopWords } from '../risk/riskCheck.ts';
import { riskGate } from '../risk/riskGate.ts';
import type { OrderRisk, ProposedOrder, RiskWorld } from '../risk/riskWorld.ts';
import { lockedAccounts, sessionState } from '../risk/sessionChecks.ts';
import type { OrderDeskDeps, SafetyView } from './deskDeps.ts';
import type { OrderIntent, ResolvedOutcome } from './journal.ts';
import { OrderBook } from './orderBook.ts';
import type { OrderRecord } from './orderBook.ts';
import { OrderCancels } from './orderCancels.ts';
import type { CancelReport } from './orderCancels.ts';
import { orderError } from './orderError.ts';
import type { OrderOutcome } from './orderOutcome.ts';
import { orderRisk } from './orderRisk.ts';
import { ACKNOWLEDGE_MS, orderView } from './orderView.ts';
import type { OrderView } from './orderView.ts';
import { payloadHash } from './payload.ts';
import { figureChecks, figuresOf, makePreview, maxLossOf } from './preview.ts';
import type { Preview } from './preview.ts';
import { PREVIEW_LIFE_MS, PreviewTokens } from './previewTokens.ts';
import { SafetySwitches } from './safetySwitches.ts';
import { orderOfTicket } from './ticket.ts';
import type { Ticket } from './ticket.ts';
import { askWhatIf } from './whatIf.ts';
import { titleOf } from './words.ts';

type NotWritten = Extract<OrderWireEvent, { type: 'notWritten' }>;

interface Previewed {
  proposed: ProposedOrder;
  orderRef: string;
  hash: string;
}

/**
 * The order path: preview, send once, cancel, halt. Every caller (window, command line, programs) comes through here,
 * and every order passes the same gate at transmit and is on disk before its first byte. Nothing is ever sent again.
 */
export class OrderDesk {
  readonly #deps: OrderDeskDeps;
  readonly #book: OrderBook;
  readonly #switches: SafetySwitches;
  readonly #previews: PreviewTokens<Previewed>;
  readonly #listeners = new Set<() => void>();
  readonly #cancels: OrderCancels;
  readonly #views = new WeakMap<OrderRecord, OrderView>();
  readonly #timers = new Set<TimerHandle>();
  readonly #stopListening: Unsubscribe;
  /** During a halt: what was taken back from the wire, to be written down once the cancels are out. */
  #takenBack: NotWritten[] | undefined;

  constructor(deps: OrderDeskDeps) {
    this.#deps = deps;
    this.#previews = new PreviewTokens(deps.clock);
    this.#switches = new SafetySwitches({
      store: deps.safety,
      clock: deps.clock,
      onChange: () => this.#changed(),
      onStorageProblem: (what) => deps.log('error', what),
    });
    this.#book = new OrderBook({
      journal: deps.journal,
      clock: deps.clock,
      epoch: () => deps.surroundings.link().epoch,
      onChange: (record, before) => this.#orderChanged(record, before),
    });
    this.#cancels = new OrderCancels(deps, this.#book);
    this.#stopListening = deps.orders.onEvent((event) => this.#onWire(event));
  }

  /** Stops listening and disarms. Cancels nothing. */
  close(): void {
    this.#stopListening();
    this.#switches.disarm();
    this.#previews.clear();
    this.#listeners.clear();
    for (const timer of this.#timers) this.#deps.clock.clearTimer(timer);
    this.#timers.clear();
  }

  /** Called after any change of orders or switches. */
  onChange(listener: () => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** All orders that may still matter, oldest first. */
  views(): OrderView[] {
    return this.#book.records().map((record) => this.#view(record));
  }

  /** A record never changes, so its view is made once; but for one that waits for its acknowledgement. */
  #view(record: OrderRecord): OrderView {
    const made = this.#views.get(record);
    if (made !== undefined) return made;
    const view = orderView(record, this.#deps.clock.now());
    if (record.outcome.phase !== 'sent') this.#views.set(record, view);
    return view;
  }

  /** For grouping positions by the order that opened them. */
  records(): OrderRecord[] {
    return this.#book.records();
  }

  safety(): SafetyView {
    const { state, armedUntilMs } = this.#switches;
    const orders = this.#orderRisks();
    const world = this.#sessionWorld(orders);
    const stops = [...sessionState(world, false), ...lockedAccounts(world)].filter(({ verdict }) => verdict === 'stop');
    return {
      ordersEnabled: state.ordersEnabled,
      ...(armedUntilMs === undefined ? {} : { armedUntilMs }),
      ...(state.halted === undefined ? {} : { halted: state.halted }),
      unlockedAccounts: [...state.unlockedAccounts],
      unknownOrders: orders.filter(({ phase }) => phase === 'unknown').length,
      blocks: stops.map(({ text }) => text),
    };
  }

  /**
   * What-if, risk gate and words for a ticket; with a token to send it, unless the gate says stop.
   * Sends no order. Never rejects for what a gate or TWS says: that is in the preview.
   */
  async preview(asked: Ticket, signal?: AbortSignal): Promise<Preview> {
    // What the caller does to its ticket from here on changes nothing that is shown or sent.
    const ticket = structuredClone(asked);
    const orderRef = `LW-${this.#deps.newId()}`;
    const maxLoss = maxLossOf(ticket);
    const before: ProposedOrder = { ticket, maxLoss, whatIf: undefined };
    const checks = riskGate(before, this.#world(ticket));
    const { whatIf, warning } = await askWhatIf({ ticket, orderRef, checks, orders: this.#deps.orders, signal });
    const proposed: ProposedOrder = { ...before, whatIf };
    const world = this.#world(ticket);
    const figures = figuresOf(proposed, world);
    const risk = [...riskGate(proposed, world), ...figureChecks(figures)];
    let token: string | undefined;
    if (!isStopped(risk)) {
      token = this.#deps.newId();
      const hash = payloadHash(orderOfTicket(ticket, orderRef));
      this.#previews.put(token, { proposed, orderRef, hash });
    }
    const expiresAtMs = this.#deps.clock.now() + PREVIEW_LIFE_MS;
    return makePreview({ proposed, world, figures, risk, token, expiresAtMs, warning });
  }

  /**
   * Sends exactly what was previewed, once. The token is spent whatever comes of it.
   * @returns our reference of the order; its fate shows in the views.
   * @throws LegworkError order/preview-expired, order/blocked, order/not-sent (nothing left), order/unknown-outcome
   *   (it may have left), data/storage (nothing left, since it could not be journalled).
   */
  send(token: string): { orderRef: string } {
    const { proposed, orderRef, hash } = this.#previews.take(token);
    const { ticket } = proposed;
    const risk = riskGate(proposed, this.#world(ticket));
    if (isStopped(risk)) throw orderError('blocked', `Not sent. ${stopWords(risk)}`, orderRef);
    const order = orderOfTicket(ticket, orderRef);
    if (payloadHash(order) !== hash) throw new Error(`order ${orderRef} differs from its preview; nothing was sent`);
    const { orders, journal, clock, surroundings } = this.#deps;
    const link = surroundings.link();
    if (link.mode === undefined) throw orderError('not-sent', 'Not sent: the account is not known yet.', orderRef);
    const orderId = Math.max(orders.reserveOrderId(), journal.orderIdHighWater() + 1);
    const intent: OrderIntent = {
      ...{ orderRef, orderId, order, payloadHash: hash, effect: ticket.effect, mode: link.mode },
      title: titleOf(ticket),
      maxLossMicros: toMicros(proposed.maxLoss),
      verdict: risk,
      era: this.#book.era(),
      createdAtMs: clock.now(),
    };
    journal.commitIntent(intent);
    this.#book.enter(intent);
    this.#place(intent, link.epoch);
    this.#lookAgainWhenOverdue();
    return { orderRef };
  }

  /** An order that TWS does not acknowledge changes nothing by itself; a person is told. */
  #lookAgainWhenOverdue(): void {
    const timer = this.#deps.clock.setTimer(() => {
      this.#timers.delete(timer);
      this.#changed();
    }, ACKNOWLEDGE_MS);
    this.#timers.add(timer);
  }

  /** The only call that puts an order on the wire. */
  #place({ order, orderId, orderRef }: OrderIntent, epoch: number): void {
    try {
      this.#deps.orders.place(order, orderId, epoch);
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      const atMs = this.#deps.clock.now();
      if (thrown instanceof LegworkError && thrown.error.kind === 'order' && thrown.error.code === 'not-sent') {
        this.#book.applyOwn(orderRef, { type: 'notWritten', orderRef, orderId, epoch, reason, atMs });
        throw orderError('not-sent', `Not sent: ${reason}`, orderRef);
      }
      this.#book.applyOwn(orderRef, { type: 'maybeWritten', reason, atMs });
      throw orderError('unknown-outcome', `It may or may not have been sent: ${reason}`, orderRef);
    }
  }

  /**
   * Takes the order back while its frame waits to be written: then it is not sent. Else asks TWS to cancel every live
   * copy of it. Allowed always: halted, disarmed, without a working disk.
   * @throws LegworkError order/not-found, order/blocked when there is nothing left to cancel, connection/not-ready.
   */
  cancel(orderRef: string, by = 'you'): void {
    this.#cancels.cancel(orderRef, by);
  }

  /**
   * Blocks new orders at once, spends every preview, disarms, takes back what was not written yet, and cancels what
   * works: all that TWS can reach, and each order of ours by its id. In memory first, then on the wire, then on disk: a
   * disk that hangs delays no cancel.
   */
  halt(reason: string, by = 'you'): CancelReport {
    this.#switches.halt({ atMs: this.#deps.clock.now(), by, reason });
    this.#previews.clear();
    const takenBack = this.#takeBack(`halted by ${by} before it left`);
    const report = this.#cancels.cancelAll(new Set(takenBack.map(({ orderRef }) => orderRef)));
    for (const event of takenBack) this.#book.applyWire(event);
    this.#switches.keepHalt();
    this.#deps.log('warning', `Halted by ${by}: ${reason}.`);
    return report;
  }

  /** Orders that waited for the message ceiling and now never leave. Nothing of it is journalled yet. */
  #takeBack(reason: string): NotWritten[] {
    const takenBack: NotWritten[] = [];
    this.#takenBack = takenBack;
    try {
      this.#deps.orders.withdrawUnwritten(reason);
    } catch (thrown) {
      this.#deps.log(
        'error',
        `Orders that wait could not be taken back: ${String(thrown)}. They are cancelled instead.`,
      );
    }
    this.#takenBack = undefined;
    return takenBack;
  }

  /** Lifts a halt. Only ever because a person said so; the session stays disarmed. */
  resume(by = 'you'): void {
    this.#switches.resume();
    this.#deps.log('warning', `Resumed by ${by}.`);
  }

  /** @throws LegworkError order/blocked while orders are off or there is no connection. */
  arm(): { armedUntilMs: number } {
    const { surroundings } = this.#deps;
    if (!this.#switches.state.ordersEnabled) {
      throw orderError('blocked', 'Not armed: orders are switched off. Switch them on first.');
    }
    if (surroundings.link().phase !== 'ready') {
      throw orderError('blocked', 'Not armed: not connected, or not yet compared with TWS. Connect first.');
    }
    return { armedUntilMs: this.#switches.arm(surroundings.armMs()) };
  }

  disarm(): void {
    this.#switches.disarm();
  }

  setOrdersEnabled(enabled: boolean): void {
    if (!enabled) {
      this.#previews.clear();
      this.#deps.orders.withdrawUnwritten('orders were switched off before it left');
    }
    this.#switches.setOrdersEnabled(enabled);
    this.#deps.log('info', enabled ? 'Orders switched on.' : 'Orders switched off.');
  }

  /** @throws LegworkError input/invalid unless `typed` repeats the id of a live account of this connection. */
  unlockLive({ account, typed }: { account: string; typed: string }): void {
    const { accounts } = this.#deps.surroundings.link();
    if (!accounts.includes(account)) {
      throw inputError(
        'account',
        `Account ${account} is not one of this connection's (${accounts.join(', ') || 'none'}).`,
      );
    }
    if (modeOfAccount(account) !== 'live') {
      throw inputError('account', `Account ${account} is not live: it needs no unlock.`);
    }
    if (typed.trim() !== account) {
      throw inputError('typed', `"${typed}" is not ${account}. Type the account id exactly to unlock real money.`);
    }
    this.#switches.unlock(account);
    this.#deps.log('warning', `Live account ${account} unlocked.`);
  }

  lockLive(account: string): void {
    this.#previews.clear();
    this.#deps.orders.withdrawUnwritten(`account ${account} was locked before it left`);
    this.#switches.lock(account);
    this.#deps.log('info', `Live account ${account} locked.`);
  }

  /** A person's word on an order whose outcome TWS never told. TWS's own word, should it come, still counts more. */
  resolveUnknown(orderRef: string, outcome: ResolvedOutcome, by = 'you'): void {
    const record = this.#book.record(orderRef);
    if (record === undefined) throw orderError('not-found', `There is no order ${orderRef}.`, orderRef);
    if (record.outcome.phase !== 'unknown') {
      const message = `The outcome of ${record.intent.title} is known: it is ${record.outcome.phase}.`;
      throw orderError('blocked', message, orderRef);
    }
    this.#book.applyOwn(orderRef, { type: 'resolved', outcome, by, atMs: this.#deps.clock.now() });
  }

  #onWire(event: OrderWireEvent): void {
    if (event.type === 'notWritten' && this.#takenBack !== undefined) {
      this.#takenBack.push(event);
      return;
    }
    if (event.type === 'linkLost') {
      this.#switches.disarm();
      this.#previews.clear();
    }
    if (event.type === 'written') this.#checkFrame(event);
    this.#book.applyWire(event);
    const { halted } = this.#switches.state;
    // A halt is sticky: what it could not reach while offline is cancelled now. Only that: what was sent to close
    // something since, or by hand in TWS, is meant.
    if (event.type === 'reconciled' && halted !== undefined) this.#cancels.cancelOwn(halted.atMs);
    if (event.type === 'linkLost' || event.type === 'reconciled') this.#changed();
  }

  /**
   * Orders that leave are checked against orders that were entered: one frame each, under its own id. Anything else
   * is a bug that trades, and halts. @source Knight Capital, 2012.
   */
  #checkFrame({ orderRef, orderId }: Extract<OrderWireEvent, { type: 'written' }>): void {
    const record = this.#book.record(orderRef);
    if (record?.state.writtenEra === 0 && record.intent.orderId === orderId) return;
    const what = record === undefined ? 'that is not in the journal' : 'that was sent before, or under another id';
    this.#deps.log('error', `An order frame left ${what} (${orderRef}, order ${orderId}). This is a bug in Legwork.`);
    this.halt(`an order frame left ${what}`, 'Legwork');
  }

  #orderChanged({ intent, outcome }: OrderRecord, before: OrderOutcome | undefined): void {
    if (outcome.livePermIds.length > 1 && (before?.livePermIds.length ?? 0) <= 1) {
      const permIds = outcome.livePermIds.join(' and ');
      this.#deps.log('error', `${intent.title} is working twice at IB (permIds ${permIds}). New orders are stopped.`);
    }
    if (outcome.phase !== before?.phase) this.#deps.log('info', `${intent.title}: ${outcome.phase}.`);
    this.#changed();
  }

  #orderRisks(): OrderRisk[] {
    return this.#book.records().map(orderRisk);
  }

  #sessionWorld(orders: readonly OrderRisk[]) {
    const { surroundings, journal } = this.#deps;
    return {
      ...this.#switches.state,
      armed: this.#switches.armed,
      link: surroundings.link(),
      storageProblem: journal.problem(),
      orders,
    };
  }

  #world(ticket: Ticket): RiskWorld {
    const { surroundings, clock } = this.#deps;
    return {
      ...this.#sessionWorld(this.#orderRisks()),
      nowMs: clock.now(),
      limits: surroundings.limits(),
      quote: surroundings.quote(ticket),
      marketOpen: surroundings.marketOpen(),
      summary: surroundings.summary(ticket.account),
      pnl: surroundings.pnl(ticket.account),
      positions: surroundings.positions(ticket.account),
    };
  }

  /** A listener that throws must not keep a halt or a cancel from going on. */
  #changed(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (thrown) {
        this.#deps.log(
          'error',
          `Showing a change of orders failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
        );
      }
    }
  }
}
