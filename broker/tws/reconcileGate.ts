import type { IBApi } from '@stoqey/ib';
import type { Clock, TimerHandle } from '../../scanner/domain/clock.ts';
import type { TwsLink } from './link.ts';
import type { RequestIds } from './orderIds.ts';

export const RECONCILE_PARTS = ['open orders', 'completed orders', 'executions', 'positions'] as const;
export type ReconcilePart = (typeof RECONCILE_PARTS)[number];

export interface ReconcileListener {
  /** All four have ended. */
  done(): void;
  /** These have not ended within the deadline and were asked again. Never taken for "empty". */
  late(missing: ReconcilePart[], attempt: number): void;
}

interface Part {
  ask: (api: IBApi) => void;
  ended: boolean;
}

/**
 * Keeps trading shut until open orders, completed orders, executions and positions have each returned their End.
 * A timeout is not "empty": what is missing is asked again, for ever. @source nautilus_trader #4230.
 * Three of the four Ends carry no request id, so rounds never overlap on one socket: a new one begins when TWS owes
 * nothing to the one before, or has not paid within the deadline; else an old End would count for the new round.
 */
export class ReconcileGate {
  readonly #deps: { link: TwsLink; clock: Clock; ids: RequestIds; deadlineMs: number };
  readonly #listener: ReconcileListener;
  #parts = new Map<ReconcilePart, Part>();
  #timer: TimerHandle | undefined;
  /** Asked in this round; an answer to any of them will do. */
  readonly #executionIds = new Set<number>();
  #attempt = 0;
  #running = false;
  /** A round waits for Ends of the one before. */
  #waiting = false;
  /** Ends without a request id that TWS owes on this socket. */
  readonly #owed = new Map<ReconcilePart, number>();

  constructor(deps: { link: TwsLink; clock: Clock; ids: RequestIds; deadlineMs: number }, listener: ReconcileListener) {
    this.#deps = deps;
    this.#listener = listener;
    deps.link.on('openOrderEnd', () => this.#ended('open orders'));
    deps.link.on('completedOrdersEnd', () => this.#ended('completed orders'));
    deps.link.on('execDetailsEnd', (id) => void (this.#executionIds.has(id) && this.#ended('executions')));
    deps.link.on('positionEnd', () => this.#ended('positions'));
    deps.link.onLost(() => this.#owed.clear());
  }

  /** Begins a round of its own, whatever became of the one before. */
  start(): void {
    this.stop();
    this.#running = true;
    this.#attempt = 0;
    this.#executionIds.clear();
    this.#parts = new Map<ReconcilePart, Part>([
      // Of all clients: an order of ours may have been placed under another client id before.
      ['open orders', { ended: false, ask: (api) => api.reqAllOpenOrders() }],
      ['completed orders', { ended: false, ask: (api) => api.reqCompletedOrders(false) }],
      ['executions', { ended: false, ask: (api) => this.#askExecutions(api) }],
      ['positions', { ended: false, ask: (api) => api.reqPositions() }],
    ]);
    if (this.#owed.size === 0) return this.#begin();
    this.#waiting = true;
    this.#timer = this.#deps.clock.setTimer(() => this.#begin(), this.#deps.deadlineMs);
  }

  /** What TWS may still owe to the round before is given up. */
  #begin(): void {
    this.#clearTimer();
    this.#waiting = false;
    this.#owed.clear();
    this.#ask();
  }

  stop(): void {
    this.#running = false;
    this.#waiting = false;
    this.#clearTimer();
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) this.#deps.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  get missing(): ReconcilePart[] {
    return [...this.#parts].filter(([, part]) => !part.ended).map(([name]) => name);
  }

  #ask(): void {
    const { link, clock, deadlineMs } = this.#deps;
    if (!link.isOpen) return;
    for (const [name, part] of this.#parts) {
      if (part.ended) continue;
      // An End with a request id needs no watching.
      if (name !== 'executions') this.#owed.set(name, (this.#owed.get(name) ?? 0) + 1);
      link.send('account', part.ask);
    }
    this.#timer = clock.setTimer(() => {
      if (!this.#running) return;
      this.#attempt++;
      this.#listener.late(this.missing, this.#attempt);
      this.#askAgain();
    }, deadlineMs);
  }

  #askExecutions(api: IBApi): void {
    const id = this.#deps.ids.next();
    this.#executionIds.add(id);
    api.reqExecutions(id, {});
  }

  /** Unless the listener has stopped the gate. */
  #askAgain(): void {
    if (this.#running) this.#ask();
  }

  #ended(name: ReconcilePart): void {
    const owed = (this.#owed.get(name) ?? 0) - 1;
    if (owed > 0) this.#owed.set(name, owed);
    else this.#owed.delete(name);
    if (this.#waiting) {
      if (this.#owed.size === 0) this.#begin();
      return;
    }
    const part = this.#parts.get(name);
    if (!this.#running || !part) return;
    part.ended = true;
    if (this.missing.length > 0) return;
    this.stop();
    this.#listener.done();
  }
}
