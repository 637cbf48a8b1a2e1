import type { Instrument } from '../core/instrument.ts';
import type { Position } from '../core/ledger.ts';
import { accountsNamed, cents } from './accountNames.ts';
import { contractFields } from './contractFields.ts';
import type { Connection, MessageFamily, RequestHandler } from './family.ts';
import type { FieldReader } from './fieldReader.ts';
import { UNSET_DOUBLE } from './frames.ts';
import type { Field } from './frames.ts';
import { ANSWER, REQUEST } from './messageIds.ts';
import { Repeater } from './repeater.ts';

const PNL_MS = 1000;

/** Positions of accounts and their profit and loss, kept current until cancelled. */
export class PositionsFamily implements MessageFamily {
  readonly handlers: ReadonlyMap<number, RequestHandler>;
  readonly #connection: Connection;
  readonly #repeater: Repeater;
  readonly #unlisten: () => void;
  #wanted = false;
  /** Account name by request id. */
  readonly #multi = new Map<number, string>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#repeater = new Repeater(connection.core.clock);
    this.#unlisten = connection.core.exchange.onEvent((event) => {
      if (event.type === 'position') this.#changed(event.account, event.position);
    });
    this.handlers = new Map<number, RequestHandler>([
      [REQUEST.positions, () => this.#positions()],
      [REQUEST.cancelPositions, () => void (this.#wanted = false)],
      [REQUEST.positionsMulti, (request) => this.#positionsMulti(request)],
      [REQUEST.cancelPositionsMulti, (request) => this.#cancelMulti(request)],
      [REQUEST.pnl, (request) => this.#pnl(request)],
      [REQUEST.cancelPnl, (request) => this.#repeater.stop(`account ${request.int()}`)],
      [REQUEST.pnlSingle, (request) => this.#pnlSingle(request)],
      [REQUEST.cancelPnlSingle, (request) => this.#repeater.stop(`single ${request.int()}`)],
    ]);
  }

  close(): void {
    this.#unlisten();
    this.#repeater.stopAll();
  }

  #accounts(name: string): string[] {
    return accountsNamed(this.#connection.core.accounts.accounts(), name);
  }

  #held(account: string): Position[] {
    const positions = this.#connection.core.accounts.ledger(account)?.positions() ?? [];
    return positions.filter((position) => position.quantity !== 0);
  }

  /** A closed position is told once, with quantity 0. */
  #changed(account: string, position: Position): void {
    if (this.#wanted) this.#send(account, position);
    for (const [requestId, name] of this.#multi) {
      if (this.#accounts(name).includes(account)) this.#sendMulti(requestId, account, position);
    }
  }

  #send(account: string, { instrument, quantity, averageCost }: Position): void {
    this.#connection.send(ANSWER.position, 3, account, ...positionContract(instrument), quantity, averageCost);
  }

  #sendMulti(requestId: number, account: string, { instrument, quantity, averageCost }: Position): void {
    const head = [ANSWER.positionMulti, 1, requestId, account];
    this.#connection.send(...head, ...positionContract(instrument), quantity, averageCost, '');
  }

  #positions(): void {
    this.#wanted = true;
    for (const account of this.#accounts('')) for (const position of this.#held(account)) this.#send(account, position);
    this.#connection.send(ANSWER.positionEnd, 1);
  }

  #positionsMulti(request: FieldReader): void {
    request.int();
    const requestId = request.int();
    const name = request.text();
    const accounts = this.#accounts(name);
    if (accounts.length === 0) return this.#unknownAccount(requestId);
    this.#multi.set(requestId, name);
    for (const account of accounts) {
      for (const position of this.#held(account)) this.#sendMulti(requestId, account, position);
    }
    this.#connection.send(ANSWER.positionMultiEnd, 1, requestId);
  }

  #cancelMulti(request: FieldReader): void {
    request.int();
    this.#multi.delete(request.int());
  }

  #pnl(request: FieldReader): void {
    const { accounts, clock } = this.#connection.core;
    const requestId = request.int();
    const [account] = this.#accounts(request.text());
    if (account === undefined) return this.#unknownAccount(requestId);
    const send = (): void => {
      const values = accounts.values(account, clock.now());
      const daily = accounts.dailyPnl(account, clock.now());
      this.#connection.send(
        ...[ANSWER.pnl, requestId, cents(daily), cents(values.unrealisedPnl), cents(values.realisedPnl)],
      );
    };
    send();
    this.#repeater.start(`account ${requestId}`, PNL_MS, send);
  }

  #pnlSingle(request: FieldReader): void {
    const { accounts, clock } = this.#connection.core;
    const requestId = request.int();
    const [account] = this.#accounts(request.text());
    request.text();
    const conId = request.int();
    if (account === undefined) return this.#unknownAccount(requestId);
    // @source TWS API, P&L: "unpopulated values are set to maximum double representation until generated"
    const notHeld: Field[] = [ANSWER.pnlSingle, requestId, 0, UNSET_DOUBLE, UNSET_DOUBLE, UNSET_DOUBLE, UNSET_DOUBLE];
    const send = (): void => {
      const position = accounts.ledger(account)?.position(conId);
      if (!position) return this.#connection.send(...notHeld);
      const { dailyPnl, unrealisedPnl, value } = accounts.mark(account, position, clock.now());
      this.#connection.send(
        ...[ANSWER.pnlSingle, requestId, position.quantity, cents(dailyPnl), cents(unrealisedPnl)],
        ...[cents(position.realisedPnl), cents(value)],
      );
    };
    send();
    this.#repeater.start(`single ${requestId}`, PNL_MS, send);
  }

  #unknownAccount(requestId: number): void {
    this.#connection.error(requestId, 321, "Error validating request.-'bM' : cause - Invalid account code");
  }
}

/** conId, symbol, secType, last trade date, strike, right, multiplier, exchange, currency, local symbol, class. */
function positionContract(instrument: Instrument): Field[] {
  const c = contractFields(instrument, '');
  const head = [c.conId, c.symbol, c.secType, c.lastTradeDate, c.strike, c.right, c.multiplier];
  return [...head, '', c.currency, c.localSymbol, c.tradingClass];
}
