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
 */
export class ReconcileGate {
  readonly #deps: { link: TwsLink; clock: Clock; ids: RequestIds; deadlineMs: number };
  readonly #listener: ReconcileListener;
  #parts = new Map<ReconcilePart, Part>();
  #timer: TimerHandle | undefined;
  #executionsId = 0;
  #attempt = 0;
  #running = false;

  constructor(deps: { link: TwsLink; clock: Clock; ids: RequestIds; deadlineMs: number }, listener: ReconcileListener) {
    this.#deps = deps;
    this.#listener = listener;
    deps.link.on('openOrderEnd', () => this.#ended('open orders'));
    deps.link.on('completedOrdersEnd', () => this.#ended('completed orders'));
    deps.link.on('execDetailsEnd', (id) => void (id === this.#executionsId && this.#ended('executions')));
    deps.link.on('positionEnd', () => this.#ended('positions'));
  }

  start(): void {
    this.stop();
    this.#running = true;
    this.#attempt = 0;
    this.#parts = new Map<ReconcilePart, Part>([
      // Of all clients: an order of ours may have been placed under another client id before.
      ['open orders', { ended: false, ask: (api) => api.reqAllOpenOrders() }],
      ['completed orders', { ended: false, ask: (api) => api.reqCompletedOrders(false) }],
      [
        'executions',
        { ended: false, ask: (api) => api.reqExecutions((this.#executionsId = this.#deps.ids.next()), {}) },
      ],
      ['positions', { ended: false, ask: (api) => api.reqPositions() }],
    ]);
    this.#ask();
  }

  stop(): void {
    this.#running = false;
    if (this.#timer !== undefined) this.#deps.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  get missing(): ReconcilePart[] {
    return [...this.#parts].filter(([, part]) => !part.ended).map(([name]) => name);
  }

  #ask(): void {
    const { link, clock, deadlineMs } = this.#deps;
    if (!link.isOpen) return;
    for (const part of this.#parts.values()) if (!part.ended) link.send('account', part.ask);
    this.#timer = clock.setTimer(() => {
      if (!this.#running) return;
      this.#attempt++;
      this.#listener.late(this.missing, this.#attempt);
      this.#askAgain();
    }, deadlineMs);
  }

  /** Unless the listener has stopped the gate. */
  #askAgain(): void {
    if (this.#running) this.#ask();
  }

  #ended(name: ReconcilePart): void {
    const part = this.#parts.get(name);
    if (!this.#running || !part) return;
    part.ended = true;
    if (this.missing.length > 0) return;
    this.stop();
    this.#listener.done();
  }
}
