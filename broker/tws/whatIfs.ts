import type { OrderState } from '@stoqey/ib';
import type { Clock, TimerHandle } from '../../scanner/domain/clock.ts';
import { LegworkError } from '../../scanner/domain/errors.ts';
import type { ComboOrder, WhatIf } from '../gateway.ts';
import { abortReason } from '../pacing/abortable.ts';
import { comboContract, comboOrder, widthMargin } from './comboWire.ts';
import type { TwsLink } from './link.ts';
import { classifyNotice, describeNotice } from './notices.ts';
import type { OrderIds } from './orderIds.ts';
import { money, positivePrice } from './values.ts';

const NO_WHAT_IF_FOR_COMBO = 360;

interface Pending {
  order: ComboOrder;
  settle: (answer: WhatIf) => void;
  fail: (error: Error) => void;
}

/** Margin previews: order frames that place nothing, each with an order id of its own and a deadline. */
export class WhatIfs {
  readonly #deps: { link: TwsLink; orderIds: OrderIds; clock: Clock; deadlineMs: number };
  readonly #pending = new Map<number, Pending>();
  /** Every order id that was used for a preview: what comes for it later is still no order. */
  readonly #used = new Set<number>();

  constructor(deps: { link: TwsLink; orderIds: OrderIds; clock: Clock; deadlineMs: number }) {
    this.#deps = deps;
    deps.link.on('openOrder', (id, _contract, order, state) => {
      if (order.whatIf) this.#answered(id, state);
    });
    deps.link.on('error', (error, code, id) => this.#refused(id, code, error.message));
    deps.link.onLost((reason) => {
      for (const { fail } of [...this.#pending.values()]) fail(noPreview(`the connection to TWS went (${reason})`));
      // Order ids of another epoch are told apart by what TWS lists then.
      this.#used.clear();
    });
  }

  /** True for an order id that carries a preview. */
  owns(orderId: number): boolean {
    return this.#used.has(orderId);
  }

  /** @throws LegworkError when TWS refuses or does not answer; the signal's reason when aborted. */
  ask(order: ComboOrder, signal?: AbortSignal): Promise<WhatIf> {
    const { link, clock, orderIds, deadlineMs } = this.#deps;
    const contract = comboContract(order);
    const wire = comboOrder(order, true);
    return new Promise<WhatIf>((resolve, reject) => {
      if (signal?.aborted) return reject(abortReason(signal));
      const id = orderIds.reserve();
      let deadline: TimerHandle | undefined;
      const finish = (): void => {
        this.#pending.delete(id);
        if (deadline !== undefined) clock.clearTimer(deadline);
        signal?.removeEventListener('abort', aborted);
      };
      const fail = (error: Error): void => {
        finish();
        reject(error);
      };
      const aborted = (): void => fail(abortReason(signal));
      const settle = (answer: WhatIf): void => {
        finish();
        resolve(answer);
      };
      this.#used.add(id);
      this.#pending.set(id, { order, settle, fail });
      signal?.addEventListener('abort', aborted, { once: true });
      link.send(
        'order',
        (api) => {
          if (!this.#pending.has(id)) return;
          deadline = clock.setTimer(() => fail(noAnswer(deadlineMs)), deadlineMs);
          api.placeOrder(id, contract, wire);
        },
        (reason) => fail(noPreview(reason)),
      );
    });
  }

  #answered(id: number, state: OrderState): void {
    const initMarginChange = money(state.initMarginChange);
    // The first of two answers may be all unset: the valid one has a margin. @source ib_insync #380.
    if (initMarginChange === undefined) return;
    this.#pending.get(id)?.settle({
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

  #refused(id: number, code: number, text: string): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    const { message } = describeNotice(code, text);
    if (code === NO_WHAT_IF_FOR_COMBO) return pending.settle(fromWidth(pending.order, message));
    if (classifyNotice(code, 'whatIf') !== 'failRequest') return;
    const { orderRef } = pending.order;
    const words = `The preview was refused. ${message}`;
    pending.fail(new LegworkError({ kind: 'order', code: 'rejected', twsCode: code, orderRef, message: words }));
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

function noPreview(reason: string): LegworkError {
  const message = `There is no margin preview: ${reason}. Try again when the connection is back.`;
  return new LegworkError({ kind: 'connection', code: 'lost', message });
}

function noAnswer(deadlineMs: number): LegworkError {
  const message = `TWS gave no margin preview within ${Math.ceil(deadlineMs / 1000)} s. Try again; if it stays so, look for a dialog in TWS.`;
  return new LegworkError({ kind: 'data', code: 'timeout', message });
}
