import type { ContractDetails } from '@stoqey/ib';
import type { Clock } from '../../scanner/domain/clock.ts';
import { LegworkError } from '../../scanner/domain/errors.ts';
import type { PriceIncrement } from '../../scanner/domain/money.ts';
import type { TwsLink } from './link.ts';

/**
 * Price increments by contract. `marketRuleIds` align with `validExchanges`; the rule of SMART is the one that our
 * orders meet. `minTick` is only the smallest step, so it is never used. @source tws.md, "Orders".
 */
export class MarketRules {
  readonly #deps: { link: TwsLink; clock: Clock; deadlineMs: number };
  readonly #rules = new Map<number, Promise<PriceIncrement[]>>();
  readonly #ruleOf = new Map<number, number>();
  readonly #waiting = new Map<number, (increments: PriceIncrement[]) => void>();

  constructor(deps: { link: TwsLink; clock: Clock; deadlineMs: number }) {
    this.#deps = deps;
    deps.link.on('marketRule', (ruleId, raw) => this.#waiting.get(ruleId)?.(readIncrements(raw)));
  }

  /** @throws LegworkError data when TWS names no rule for the contract or does not answer. */
  async forContract(conId: number, details: () => Promise<ContractDetails>): Promise<PriceIncrement[]> {
    const ruleId = this.#ruleOf.get(conId) ?? this.learn(await details());
    if (ruleId === undefined) throw noRule(`TWS names no price increments for contract ${conId}.`);
    const known = this.#rules.get(ruleId);
    if (known) return known;
    const asked = this.#ask(ruleId);
    this.#rules.set(ruleId, asked);
    asked.catch(() => this.#rules.delete(ruleId));
    return asked;
  }

  /** Remembers the rule of a contract whose details came anyway. @returns its rule's id. */
  learn(details: ContractDetails): number | undefined {
    const ruleId = smartRule(details);
    if (ruleId !== undefined && details.contract.conId) this.#ruleOf.set(details.contract.conId, ruleId);
    return ruleId;
  }

  #ask(ruleId: number): Promise<PriceIncrement[]> {
    const { link, clock, deadlineMs } = this.#deps;
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        stop();
        reject(noRule(`TWS did not give the price increments (market rule ${ruleId}): ${why}. Try again.`));
      };
      const deadline = clock.setTimer(() => fail('no answer in time'), deadlineMs);
      const offLost = link.onLost(fail);
      const stop = (): void => {
        clock.clearTimer(deadline);
        offLost();
        this.#waiting.delete(ruleId);
      };
      this.#waiting.set(ruleId, (increments) => {
        stop();
        if (increments.length > 0) resolve(increments);
        else reject(noRule(`Market rule ${ruleId} of TWS holds no usable price increment.`));
      });
      try {
        link.send('data', (api) => api.reqMarketRule(ruleId), fail);
      } catch (error) {
        stop();
        reject(error);
      }
    });
  }
}

function smartRule(details: ContractDetails): number | undefined {
  const exchanges = (details.validExchanges ?? '').split(',');
  const rules = (details.marketRuleIds ?? '').split(',').map(Number);
  const rule = rules[Math.max(0, exchanges.indexOf('SMART'))] ?? rules[0];
  return rule !== undefined && Number.isInteger(rule) && rule > 0 ? rule : undefined;
}

function readIncrements(raw: unknown[]): PriceIncrement[] {
  return raw.filter(isIncrement).sort((a, b) => a.lowEdge - b.lowEdge);
}

function isIncrement(value: unknown): value is PriceIncrement {
  if (typeof value !== 'object' || value === null || !('lowEdge' in value) || !('increment' in value)) return false;
  const { lowEdge, increment } = value;
  return (
    typeof lowEdge === 'number' &&
    Number.isFinite(lowEdge) &&
    typeof increment === 'number' &&
    increment > 0 &&
    increment < 1e6
  );
}

function noRule(message: string): LegworkError {
  return new LegworkError({ kind: 'data', code: 'refused', message });
}
