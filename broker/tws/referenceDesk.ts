import { SecType, type Contract, type ContractDetails } from '@stoqey/ib';
import type { Clock } from '../../scanner/domain/clock.ts';
import { abortable, abortReason } from '../pacing/abortable.ts';
import { newYorkDate } from '../../scanner/domain/calendar.ts';
import { LegworkError } from '../../scanner/domain/errors.ts';
import type { PriceIncrement } from '../../scanner/domain/money.ts';
import type { IsoDate, OptionContract, Right } from '../../scanner/domain/option.ts';
import { isIndex } from '../../scanner/domain/option.ts';
import type { ContractCache, DailyClose, OptionClass, ReferencePort, Underlying } from '../gateway.ts';

import { optionOfDetails, twsDate, underlyingOf } from './contracts.ts';
import type { DailyHistory } from './dailyHistory.ts';
import type { MarketRules } from './marketRules.ts';
import type { TwsRequests } from './requests.ts';
import { isoDate } from './values.ts';

export interface ReferenceDeps {
  requests: TwsRequests;
  clock: Clock;
  cache: ContractCache;
  history: DailyHistory;
  rules: MarketRules;
  deadlineMs: number;
}

/** TWS answers one search a second; the rest is for what the pacer may hold the first one back. @source tws.md. */
const SEARCH_EVERY_MS = 1_200;
/** Standard options; minis and adjusted classes have other multipliers or a root that ends in a digit. */
const ADJUSTED = /\d$/;

/** Reference data: what exists, under which contract id, on which tick, and how it has moved. */
export class ReferenceDesk implements ReferencePort {
  readonly #deps: ReferenceDeps;
  readonly #underlyings = new Map<string, Promise<Underlying>>();
  readonly #classes = new Map<string, Promise<OptionClass[]>>();
  #day: IsoDate = '';
  #nextSearchMs = Number.NEGATIVE_INFINITY;

  constructor(deps: ReferenceDeps) {
    this.#deps = deps;
  }

  async search(text: string, signal?: AbortSignal): Promise<Underlying[]> {
    await this.#searchTurn(signal);
    return this.#deps.requests.run<Underlying[]>({
      name: `search for "${text}"`,
      lane: 'data',
      deadlineMs: this.#deps.deadlineMs,
      signal,
      write: (api, id) => api.reqMatchingSymbols(id, text),
      on: {
        symbolSamples: (done, found) =>
          done(
            found
              .filter((sample) => sample.derivativeSecTypes?.includes(SecType.OPT))
              .map((sample) =>
                underlyingOf({ contract: sample.contract ?? {}, longName: sample.contract?.description ?? '' }),
              )
              .filter((underlying) => underlying !== undefined),
          ),
      },
    });
  }

  underlying(symbol: string, signal?: AbortSignal): Promise<Underlying> {
    return abortable(
      signal,
      this.#daily(this.#underlyings, symbol, () => this.#findUnderlying(symbol)),
    );
  }

  optionClasses(underlying: Underlying, signal?: AbortSignal): Promise<OptionClass[]> {
    return abortable(
      signal,
      this.#daily(this.#classes, underlying.symbol, () => this.#askClasses(underlying)),
    );
  }

  async contracts(
    underlying: Underlying,
    root: string,
    expiry: IsoDate,
    right: Right,
    signal?: AbortSignal,
  ): Promise<OptionContract[]> {
    const { cache } = this.#deps;
    const day = this.#today();
    const known = cache.read(day, underlying.symbol, root, expiry, right);
    if (known) return known;
    const found = await this.#details({
      name: `the ${underlying.symbol} ${expiry} ${right === 'C' ? 'calls' : 'puts'}`,
      contract: {
        symbol: underlying.symbol,
        secType: SecType.OPT,
        exchange: 'SMART',
        currency: underlying.currency,
        tradingClass: root,
        lastTradeDateOrContractMonth: twsDate(expiry),
        // The library's enum has the wire's own letters as values.
        right: right as Contract['right'] & Right,
      },
      signal,
      none: [],
    });
    const contracts = found
      .map(optionOfDetails)
      .filter((option) => option !== undefined && option.root === root && option.right === right)
      .filter((option) => option !== undefined)
      .sort((a, b) => a.strike - b.strike);
    cache.write(day, underlying.symbol, root, expiry, right, contracts);
    return contracts;
  }

  priceIncrements(conId: number, signal?: AbortSignal): Promise<PriceIncrement[]> {
    return this.#deps.rules.forContract(conId, async () => {
      const [details] = await this.#details({ name: `contract ${conId}`, contract: { conId }, signal });
      if (!details) throw unknownContract(`contract ${conId}`);
      return details;
    });
  }

  ivHistory(underlying: Underlying, signal?: AbortSignal): Promise<DailyClose[]> {
    return this.#deps.history.closes(underlying, 'OPTION_IMPLIED_VOLATILITY', signal);
  }

  priceHistory(underlying: Underlying, signal?: AbortSignal): Promise<DailyClose[]> {
    return this.#deps.history.closes(underlying, 'TRADES', signal);
  }

  async #findUnderlying(symbol: string): Promise<Underlying> {
    const index = { symbol, secType: SecType.IND, currency: 'USD' };
    const stock = { symbol, secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
    for (const contract of isIndex(symbol) ? [index, stock] : [stock, index]) {
      const found = await this.#details({ name: symbol, contract, none: [] });
      const underlying = found.map(underlyingOf).find((candidate) => candidate !== undefined);
      if (underlying) return underlying;
    }
    throw unknownContract(symbol);
  }

  #askClasses(underlying: Underlying): Promise<OptionClass[]> {
    const classes = new Map<string, OptionClass>();
    return this.#deps.requests.run<OptionClass[]>({
      name: `the option classes of ${underlying.symbol}`,
      lane: 'scan',
      deadlineMs: this.#deps.deadlineMs,
      write: (api, id) => api.reqSecDefOptParams(id, underlying.symbol, '', underlying.secType, underlying.conId),
      on: {
        securityDefinitionOptionParameter: (_, exchange, _conId, root, multiplier, expiries, strikes) => {
          if (ADJUSTED.test(root) || (exchange !== 'SMART' && classes.has(root))) return;
          classes.set(root, {
            root,
            exchange,
            multiplier: Number(multiplier) || 100,
            expiries: expiries
              .map(isoDate)
              .filter((date) => date !== undefined)
              .sort(),
            strikes: [...strikes].sort((a, b) => a - b),
          });
        },
        securityDefinitionOptionParameterEnd: (done) => done([...classes.values()]),
      },
    });
  }

  #details(ask: {
    name: string;
    contract: Contract;
    signal?: AbortSignal | undefined;
    /** Given back for "no such contract" instead of an error. */
    none?: ContractDetails[];
  }): Promise<ContractDetails[]> {
    const found: ContractDetails[] = [];
    return this.#deps.requests.run<ContractDetails[]>({
      name: ask.name,
      lane: 'scan',
      deadlineMs: this.#deps.deadlineMs,
      signal: ask.signal,
      write: (api, id) => api.reqContractDetails(id, ask.contract),
      refused: (code) => (code === 200 ? ask.none : undefined),
      on: {
        contractDetails: (_, details) => {
          found.push(details);
          this.#deps.rules.learn(details);
        },
        contractDetailsEnd: (done) => done(found),
      },
    });
  }

  /** One answer a day per key, shared by all who ask; a failed one is forgotten. */
  #daily<T>(memory: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
    const day = this.#today();
    if (day !== this.#day) {
      this.#day = day;
      this.#underlyings.clear();
      this.#classes.clear();
    }
    const known = memory.get(key);
    if (known) return known;
    const answer = ask();
    memory.set(key, answer);
    answer.catch(() => memory.get(key) === answer && memory.delete(key));
    return answer;
  }

  #today(): IsoDate {
    return newYorkDate(this.#deps.clock.now());
  }

  #searchTurn(signal: AbortSignal | undefined): Promise<void> {
    const { clock } = this.#deps;
    const atMs = Math.max(clock.monotonic(), this.#nextSearchMs);
    this.#nextSearchMs = atMs + SEARCH_EVERY_MS;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const timer = clock.setTimer(resolve, Math.max(0, atMs - clock.monotonic()));
      signal?.addEventListener(
        'abort',
        () => {
          clock.clearTimer(timer);
          reject(abortReason(signal));
        },
        { once: true },
      );
    });
  }
}

function unknownContract(name: string): LegworkError {
  return new LegworkError({
    kind: 'data',
    code: 'no-contract',
    twsCode: 200,
    message: `TWS knows no US stock, ETF or index "${name}". Check the symbol, or search for it by name.`,
  });
}
