import type { IBApi } from '@stoqey/ib';
import type { Clock, TimerHandle } from '../../scanner/domain/clock.ts';
import { LegworkError, type AppError } from '../../scanner/domain/errors.ts';
import { abortReason } from '../pacing/abortable.ts';
import type { Lane } from '../pacing/messagePacer.ts';
import type { TwsEvents } from './events.ts';
import type { TwsLink } from './link.ts';
import { classifyNotice, describeNotice } from './notices.ts';
import type { RequestIds } from './orderIds.ts';

/** Events that answer a request and carry its id first. */
const ANSWERS = [
  'contractDetails',
  'contractDetailsEnd',
  'symbolSamples',
  'securityDefinitionOptionParameter',
  'securityDefinitionOptionParameterEnd',
  'historicalData',
  'execDetails',
  'execDetailsEnd',
] as const;
type Answer = (typeof ANSWERS)[number];
type AfterId<A extends unknown[]> = A extends [number, ...infer Rest] ? Rest : never;

export type AnswerHandlers<T> = {
  [A in Answer]?: (done: (value: T) => void, ...args: AfterId<TwsEvents[A]>) => void;
};

export interface TwsRequest<T> {
  /** For messages: "contract details of SPY". */
  name: string;
  lane: Lane;
  deadlineMs: number;
  signal?: AbortSignal | undefined;
  write: (api: IBApi, requestId: number) => void;
  /** Sent when the request is given up, where TWS has a cancel for it. */
  cancel?: (api: IBApi, requestId: number) => void;
  on: AnswerHandlers<T>;
  /** Turns a refusal into a value instead of an error; undefined keeps the error. */
  refused?: (code: number) => T | undefined;
}

interface Pending {
  name: string;
  on: AnswerHandlers<never>;
  fail: (error: AppError) => void;
  refuse: (code: number, text: string) => void;
}

/**
 * Requests that end: each has an id of its own, a deadline that starts when its frame is written, an abort signal, and
 * fails in plain words when TWS refuses it or the link goes.
 */
export class TwsRequests {
  readonly #link: TwsLink;
  readonly #clock: Clock;
  readonly #ids: RequestIds;
  readonly #pending = new Map<number, Pending>();

  constructor(deps: { link: TwsLink; clock: Clock; ids: RequestIds }) {
    this.#link = deps.link;
    this.#clock = deps.clock;
    this.#ids = deps.ids;
    for (const answer of ANSWERS) this.#route(answer);
    deps.link.on('error', (error, code, reqId) => this.#pending.get(reqId)?.refuse(code, error.message));
    deps.link.onLost((reason) => this.#failAll(reason));
  }

  /** Requests under way. */
  get open(): number {
    return this.#pending.size;
  }

  /** @throws LegworkError connection, data or pacing; the signal's reason when aborted. */
  run<T>(request: TwsRequest<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (request.signal?.aborted) return reject(abortReason(request.signal));
      const id = this.#ids.next();
      let deadline: TimerHandle | undefined;
      let written = false;
      let takeBack: ((reason: string) => void) | undefined;
      const finish = (): boolean => {
        if (!this.#pending.delete(id)) return false;
        if (deadline !== undefined) this.#clock.clearTimer(deadline);
        request.signal?.removeEventListener('abort', aborted);
        return true;
      };
      const fail = (error: AppError): void => void (finish() && reject(new LegworkError(error)));
      const giveUp = (): void => {
        if (written && request.cancel && this.#link.isOpen)
          this.#link.send(request.lane, (api) => request.cancel?.(api, id));
      };
      const aborted = (): void => {
        if (!finish()) return;
        takeBack?.('given up');
        giveUp();
        reject(abortReason(request.signal));
      };
      const refuse = (code: number, text: string): void => {
        if (classifyNotice(code, 'request') !== 'failRequest') return;
        const value = request.refused?.(code);
        if (value === undefined) fail(refusal(request.name, code, text));
        else if (finish()) resolve(value);
      };
      const done = (value: T): void => void (finish() && resolve(value));
      this.#pending.set(id, { name: request.name, on: bind(request.on, done), fail, refuse });
      request.signal?.addEventListener('abort', aborted, { once: true });
      const write = (api: IBApi): void => {
        written = true;
        deadline = this.#clock.setTimer(() => {
          if (!finish()) return;
          giveUp();
          reject(new LegworkError(tooLate(request.name, request.deadlineMs)));
        }, request.deadlineMs);
        request.write(api, id);
      };
      try {
        takeBack = this.#link.send(request.lane, write, (reason) => finish() && reject(linkLost(request.name, reason)));
      } catch (error) {
        finish();
        reject(error);
      }
    });
  }

  #route(answer: Answer): void {
    this.#link.on(answer, (...args) => {
      const [id, ...rest] = args as [number, ...unknown[]];
      const handler = this.#pending.get(id)?.on[answer];
      if (handler) Reflect.apply(handler, undefined, rest);
    });
  }

  #failAll(reason: string): void {
    for (const pending of [...this.#pending.values()]) pending.fail(linkLost(pending.name, reason).error);
  }
}

/** The handlers with `done` filled in, so that routing only passes TWS's own arguments. */
function bind<T>(on: AnswerHandlers<T>, done: (value: T) => void): AnswerHandlers<never> {
  const bound = Object.entries(on).map(([name, handler]) => [
    name,
    (...args: unknown[]) => void Reflect.apply(handler, undefined, [done, ...args]),
  ]);
  return Object.fromEntries(bound) as AnswerHandlers<never>;
}

/** A read that the lost link cut off. */
export function linkLost(name: string, reason: string): LegworkError {
  return new LegworkError({
    kind: 'connection',
    code: 'lost',
    message: `The connection to TWS went while ${name} was being read (${reason}). Try again when it is back.`,
  });
}

function tooLate(name: string, deadlineMs: number): AppError {
  const seconds = Math.round(deadlineMs / 1000);
  return {
    kind: 'data',
    code: 'timeout',
    message: `TWS did not answer within ${seconds} s (${name}). TWS is busy or its farm is down; try again in a moment.`,
  };
}

/** A refused data request as an error in plain words. */
export function refusal(name: string, code: number, text: string): AppError {
  const message = `${capital(name)}: ${describeNotice(code, text).message}`;
  if (code === 101) return { kind: 'pacing', code: 'line-limit', message, retryAfterMs: 5_000 };
  if (code === 100) return { kind: 'pacing', code: 'rate', message, retryAfterMs: 1_000 };
  if (code === 162 && /pacing/i.test(text))
    return { kind: 'pacing', code: 'historical', message, retryAfterMs: 60_000 };
  if (code === 200) return { kind: 'data', code: 'no-contract', message, twsCode: code };
  if ([354, 10089, 10168, 10186, 10197].includes(code))
    return { kind: 'data', code: 'not-subscribed', message, twsCode: code };
  return { kind: 'data', code: 'refused', message, twsCode: code };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
