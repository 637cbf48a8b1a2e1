/** What happens to one message. */
export type FaultAction =
  /** It is lost: a request is never seen, an answer never leaves. */
  | { kind: 'drop' }
  | { kind: 'duplicate' }
  | { kind: 'delay'; ms: number }
  /** The connection ends before the request is handled, or before the answer leaves. */
  | { kind: 'cutBefore' }
  /** The connection ends once the request is handled and its answers are written, or once the answer is written. */
  | { kind: 'cutAfter' }
  /** Only so many bytes of the answer leave before the connection ends. */
  | { kind: 'cutWithin'; bytes: number };

/** One planned misfortune, of requests or of answers. */
export interface FaultRule {
  on: 'request' | 'answer';
  /** TWS's message id; any message when absent. */
  message?: number;
  /** Any client when absent. */
  clientId?: number;
  /** Matching messages that pass unharmed first; 0 unless given. */
  skip?: number;
  /** Matching messages that are struck; 1 unless given. */
  times?: number;
  action: FaultAction;
}

interface ArmedRule {
  rule: FaultRule;
  skip: number;
  left: number;
}

/** State of the wire that lasts until it is changed. */
export interface WireCondition {
  /** The simulator stops reading: a peer that hangs. */
  stalled: boolean;
  /** Nothing more leaves, the connection stays up: a half-open socket. */
  muted: boolean;
  /** Answers leave in pieces of this many bytes; undefined writes them whole. */
  sliceBytes: number | undefined;
  /** A what-if is answered twice, the first time with unset margins and no currency. @source ib_insync #380 */
  whatIfTwice: boolean;
}

const HEALTHY: WireCondition = { stalled: false, muted: false, sliceBytes: undefined, whatIfTwice: false };

/** The planned misfortunes of a simulator. Rules are tried in the order they were added; the first that fits strikes. */
export class FaultPlan {
  condition: WireCondition = HEALTHY;
  /** Told instead of the true one, as after a restart of TWS that lost its counter. */
  nextValidId: number | undefined;
  #armed: ArmedRule[] = [];

  constructor(rules: readonly FaultRule[] = []) {
    for (const rule of rules) this.add(rule);
  }

  /** @returns disarms the rule. */
  add(rule: FaultRule): () => void {
    const armed = { rule, skip: rule.skip ?? 0, left: rule.times ?? 1 };
    this.#armed.push(armed);
    return () => void (this.#armed = this.#armed.filter((other) => other !== armed));
  }

  clear(): void {
    this.#armed = [];
    this.condition = HEALTHY;
    this.nextValidId = undefined;
  }

  /** What strikes this message, if anything; counts it. */
  strike(on: FaultRule['on'], clientId: number, message: number): FaultAction | undefined {
    for (const armed of this.#armed) {
      const { rule } = armed;
      const fits =
        rule.on === on &&
        (rule.message ?? message) === message &&
        (rule.clientId ?? clientId) === clientId &&
        armed.left > 0;
      if (!fits) continue;
      if (armed.skip > 0) {
        armed.skip--;
        continue;
      }
      armed.left--;
      return rule.action;
    }
    return undefined;
  }
}
