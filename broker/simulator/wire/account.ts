import type { MarkedPosition } from '../core/accountBook.ts';
import { accountsNamed, cents } from './accountNames.ts';
import { accountTags, ledgerTags } from './accountTags.ts';
import type { AccountTag } from './accountTags.ts';
import { contractFields } from './contractFields.ts';
import type { Connection, MessageFamily, RequestHandler } from './family.ts';
import type { FieldReader } from './fieldReader.ts';
import type { Field } from './frames.ts';
import { ANSWER, REQUEST } from './messageIds.ts';
import { Repeater } from './repeater.ts';
import { newYorkStamp } from './stamp.ts';

const UPDATE_MS = 3000;
/** @source TWS API: "only two active summary subscriptions are allowed at a time" */
const SUMMARY_LIMIT = 2;
const INVALID_ACCOUNT = "Error validating request.-'bz' : cause - Invalid account code";

/** Account values: the portfolio window's updates, summaries by tag, and updates by model. */
export class AccountFamily implements MessageFamily {
  readonly handlers: ReadonlyMap<number, RequestHandler>;
  readonly #connection: Connection;
  readonly #repeater: Repeater;
  readonly #summaries = new Set<number>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#repeater = new Repeater(connection.core.clock);
    this.handlers = new Map<number, RequestHandler>([
      [REQUEST.accountUpdates, (request) => this.#updates(request)],
      [REQUEST.accountUpdatesMulti, (request) => this.#updatesMulti(request)],
      [REQUEST.cancelAccountUpdatesMulti, (request) => this.#cancelMulti(request)],
      [REQUEST.accountSummary, (request) => this.#summary(request)],
      [REQUEST.cancelAccountSummary, (request) => this.#cancelSummary(request)],
    ]);
  }

  close(): void {
    this.#repeater.stopAll();
  }

  #accounts(name: string): string[] {
    return accountsNamed(this.#connection.core.accounts.accounts(), name);
  }

  #tags(account: string): AccountTag[] {
    const { accounts, clock } = this.#connection.core;
    return accountTags(accounts.values(account, clock.now()));
  }

  #updates(request: FieldReader): void {
    request.int();
    const subscribe = request.bool();
    const [account] = this.#accounts(request.text());
    if (!subscribe) return void this.#repeater.stop('updates');
    if (account === undefined) {
      return this.#connection.error(-1, 321, INVALID_ACCOUNT);
    }
    this.#sendPortfolio(account);
    this.#connection.send(ANSWER.accountDownloadEnd, 1, account);
    this.#repeater.start('updates', UPDATE_MS, () => this.#sendPortfolio(account));
  }

  #sendPortfolio(account: string): void {
    const { accounts, clock } = this.#connection.core;
    for (const { tag, value, currency } of this.#tags(account)) {
      this.#connection.send(ANSWER.accountValue, 2, tag, value, currency, account);
    }
    for (const marked of accounts.marked(account, clock.now())) {
      this.#connection.send(...portfolioFields(account, marked));
    }
    this.#connection.send(ANSWER.accountUpdateTime, 1, newYorkStamp(clock.now()).slice(9, 14));
  }

  #updatesMulti(request: FieldReader): void {
    request.int();
    const requestId = request.int();
    const accounts = this.#accounts(request.text());
    if (accounts.length === 0) return this.#connection.error(requestId, 321, INVALID_ACCOUNT);
    const send = (): void => {
      for (const account of accounts) {
        for (const { tag, value, currency } of this.#tags(account)) {
          this.#connection.send(ANSWER.accountUpdateMulti, 1, requestId, account, '', tag, value, currency);
        }
      }
    };
    send();
    this.#connection.send(ANSWER.accountUpdateMultiEnd, 1, requestId);
    this.#repeater.start(`multi ${requestId}`, UPDATE_MS, send);
  }

  #cancelMulti(request: FieldReader): void {
    request.int();
    this.#repeater.stop(`multi ${request.int()}`);
  }

  #summary(request: FieldReader): void {
    request.int();
    const requestId = request.int();
    request.text(); // group
    const wanted = new Set(
      request
        .text()
        .split(',')
        .map((tag) => tag.trim()),
    );
    if (!this.#summaries.has(requestId) && this.#summaries.size >= SUMMARY_LIMIT) {
      const cause = 'Maximum number of account summary requests exceeded';
      return this.#connection.error(requestId, 322, `Error processing request.-'bz' : cause - ${cause}`);
    }
    this.#summaries.add(requestId);
    const last = new Map<string, string>();
    const send = (): void => this.#sendSummary(requestId, wanted, last);
    send();
    this.#connection.send(ANSWER.accountSummaryEnd, 1, requestId);
    this.#repeater.start(`summary ${requestId}`, UPDATE_MS, send);
  }

  /** Only what has changed since it was last told. */
  #sendSummary(requestId: number, wanted: ReadonlySet<string>, last: Map<string, string>): void {
    for (const account of this.#accounts('')) {
      for (const { tag, value, currency } of this.#summaryTags(account, wanted)) {
        const key = `${account} ${tag} ${currency}`;
        if (last.get(key) === value) continue;
        last.set(key, value);
        this.#connection.send(ANSWER.accountSummary, 1, requestId, account, tag, value, currency);
      }
    }
  }

  /** `$LEDGER` is the base currency, `$LEDGER:USD` one currency, `$LEDGER:ALL` both. */
  #summaryTags(account: string, wanted: ReadonlySet<string>): AccountTag[] {
    const { accounts, clock } = this.#connection.core;
    const values = accounts.values(account, clock.now());
    const all = wanted.has('$LEDGER:ALL');
    return [
      ...accountTags(values).filter(({ tag }) => wanted.has(tag)),
      ...(all || wanted.has('$LEDGER:USD') ? ledgerTags(values, 'USD') : []),
      ...(all || wanted.has('$LEDGER') ? ledgerTags(values, 'BASE') : []),
    ];
  }

  #cancelSummary(request: FieldReader): void {
    request.int();
    const requestId = request.int();
    this.#summaries.delete(requestId);
    this.#repeater.stop(`summary ${requestId}`);
  }
}

/** Message 7 v8. */
function portfolioFields(account: string, { position, price, value, unrealisedPnl }: MarkedPosition): Field[] {
  const c = contractFields(position.instrument, '');
  return [
    ...[ANSWER.portfolioValue, 8, c.conId, c.symbol, c.secType, c.lastTradeDate, c.strike, c.right, c.multiplier],
    ...[
      c.primaryExchange,
      c.currency,
      c.localSymbol,
      c.tradingClass,
      position.quantity,
      shownPrice(price),
      cents(value),
    ],
    ...[position.averageCost, cents(unrealisedPnl), cents(position.realisedPnl), account],
  ];
}

/** A mark lies between two ticks: TWS shows four decimals of it, not the noise of binary fractions. */
function shownPrice(price: number): number {
  return Math.round(price * 1e4) / 1e4;
}
