import type { TimerHandle } from '../../../scanner/domain/clock.ts';
import type { MarkedPosition } from '../core/accountBook.ts';
import { accountTags } from './accountTags.ts';
import { contractFields } from './contractFields.ts';
import type { Connection, MessageFamily } from './family.ts';
import type { FieldReader } from './fieldReader.ts';
import type { Field } from './frames.ts';
import { ANSWER, REQUEST } from './messageIds.ts';
import { newYorkStamp } from './stamp.ts';

const ACCOUNT_UPDATE_MS = 3000;
const PNL_MS = 1000;
const SUMMARY_LIMIT = 2;

/** Account values, summaries, positions and P&L of one client. */
export function accountFamily(connection: Connection): MessageFamily {
  const { core } = connection;
  const repeats = new Map<string, TimerHandle>();
  let positionsWanted = false;
  const multi = new Map<number, string>();

  const stop = (key: string): boolean => {
    const timer = repeats.get(key);
    if (timer) core.clock.clearTimer(timer);
    return repeats.delete(key);
  };
  const repeat = (key: string, everyMs: number, run: () => void): void => {
    stop(key);
    repeats.set(
      key,
      core.clock.setTimer(() => {
        run();
        if (repeats.has(key)) repeat(key, everyMs, run);
      }, everyMs),
    );
  };

  const accountsNamed = (name: string): string[] => {
    const all = core.accounts.accounts();
    return name === '' || name === 'All' ? all : all.filter((account) => account === name);
  };

  const sendPosition = (account: string, marked: Pick<MarkedPosition, 'position'>): void => {
    const { instrument, quantity, averageCost } = marked.position;
    connection.send(ANSWER.position, 3, account, ...positionContract(instrument), quantity, averageCost);
  };

  const unlisten = core.exchange.onEvent((event) => {
    if (event.type !== 'fill' || !event.fill.instrument) return;
    const { account } = event.fill.order.request;
    const { instrument } = event.fill;
    // The fill is told before it is booked: positions follow it, as they do at TWS.
    const timerKey = `position ${account} ${instrument.conId}`;
    stop(timerKey);
    repeats.set(
      timerKey,
      core.clock.setTimer(() => {
        repeats.delete(timerKey);
        const position = core.accounts.ledger(account)?.position(instrument.conId);
        if (!position) return;
        if (positionsWanted) sendPosition(account, { position });
        for (const [requestId, wanted] of multi)
          if (accountsNamed(wanted).includes(account)) sendMulti(requestId, account, position);
      }, 0),
    );
  });

  const sendMulti = (requestId: number, account: string, position: MarkedPosition['position']): void => {
    const { instrument, quantity, averageCost } = position;
    connection.send(
      ANSWER.positionMulti,
      1,
      requestId,
      account,
      ...positionContract(instrument),
      quantity,
      averageCost,
      '',
    );
  };

  const positions = (): void => {
    positionsWanted = true;
    for (const account of core.accounts.accounts()) {
      for (const position of core.accounts.ledger(account)?.positions() ?? []) {
        if (position.quantity !== 0) sendPosition(account, { position });
      }
    }
    connection.send(ANSWER.positionEnd, 1);
  };

  const positionsMulti = (request: FieldReader): void => {
    request.int();
    const requestId = request.int();
    const wanted = request.text();
    multi.set(requestId, wanted);
    for (const account of accountsNamed(wanted)) {
      for (const position of core.accounts.ledger(account)?.positions() ?? []) {
        if (position.quantity !== 0) sendMulti(requestId, account, position);
      }
    }
    connection.send(ANSWER.positionMultiEnd, 1, requestId);
  };

  const sendPortfolio = (account: string): void => {
    const nowMs = core.now();
    for (const { tag, value, currency } of accountTags(core.accounts.values(account, nowMs))) {
      connection.send(ANSWER.accountValue, 2, tag, value, currency, account);
    }
    for (const marked of core.accounts.marked(account, nowMs)) {
      connection.send(...portfolioFields(account, marked));
    }
    connection.send(ANSWER.accountUpdateTime, 1, newYorkStamp(nowMs).slice(9, 14));
  };

  const accountUpdates = (request: FieldReader): void => {
    request.int();
    const subscribe = request.bool();
    const [account] = accountsNamed(request.text().trim());
    if (!subscribe) return void stop('updates');
    if (!account) return connection.error(-1, 321, "Error validating request.-'bz' : cause - Invalid account code");
    sendPortfolio(account);
    connection.send(ANSWER.accountDownloadEnd, 1, account);
    repeat('updates', ACCOUNT_UPDATE_MS, () => sendPortfolio(account));
  };

  const updatesMulti = (request: FieldReader): void => {
    request.int();
    const requestId = request.int();
    const accounts = accountsNamed(request.text().trim());
    const send = (): void => {
      for (const account of accounts) {
        for (const { tag, value, currency } of accountTags(core.accounts.values(account, core.now()))) {
          connection.send(ANSWER.accountUpdateMulti, 1, requestId, account, '', tag, value, currency);
        }
      }
    };
    send();
    connection.send(ANSWER.accountUpdateMultiEnd, 1, requestId);
    repeat(`multi ${requestId}`, ACCOUNT_UPDATE_MS, send);
  };

  const summary = (request: FieldReader): void => {
    request.int();
    const requestId = request.int();
    request.text();
    const wanted = new Set(
      request
        .text()
        .split(',')
        .map((tag) => tag.trim()),
    );
    const open = [...repeats.keys()].filter((key) => key.startsWith('summary ')).length;
    if (open >= SUMMARY_LIMIT)
      return connection.error(
        requestId,
        322,
        "Error processing request.-'bz' : cause - Maximum number of account summary requests exceeded",
      );
    const last = new Map<string, string>();
    const send = (): void => {
      for (const account of core.accounts.accounts()) {
        for (const { tag, value, currency } of accountTags(core.accounts.values(account, core.now()))) {
          const key = `${account} ${tag}`;
          if (!wanted.has(tag) || last.get(key) === value) continue;
          last.set(key, value);
          connection.send(ANSWER.accountSummary, 1, requestId, account, tag, value, currency);
        }
      }
    };
    send();
    connection.send(ANSWER.accountSummaryEnd, 1, requestId);
    repeat(`summary ${requestId}`, ACCOUNT_UPDATE_MS, send);
  };

  const pnl = (request: FieldReader): void => {
    const requestId = request.int();
    const [account] = accountsNamed(request.text().trim());
    if (!account)
      return connection.error(requestId, 321, "Error validating request.-'bM' : cause - Invalid account code");
    const send = (): void => {
      const values = core.accounts.values(account, core.now());
      const daily = core.accounts.dailyPnl(account, core.now());
      connection.send(ANSWER.pnl, requestId, cents(daily), cents(values.unrealisedPnl), cents(values.realisedPnl));
    };
    send();
    repeat(`pnl ${requestId}`, PNL_MS, send);
  };

  const pnlSingle = (request: FieldReader): void => {
    const requestId = request.int();
    const [account] = accountsNamed(request.text().trim());
    request.text();
    const conId = request.int();
    if (!account)
      return connection.error(requestId, 321, "Error validating request.-'bM' : cause - Invalid account code");
    const send = (): void => {
      const position = core.accounts.ledger(account)?.position(conId);
      if (!position) return;
      const marked = core.accounts.mark(account, position, core.now());
      connection.send(
        ...[ANSWER.pnlSingle, requestId, position.quantity, cents(marked.dailyPnl), cents(marked.unrealisedPnl)],
        ...[cents(position.realisedPnl), cents(marked.value)],
      );
    };
    send();
    repeat(`pnlSingle ${requestId}`, PNL_MS, send);
  };

  const cancelOf =
    (name: string, versioned: boolean) =>
    (request: FieldReader): void => {
      if (versioned) request.int();
      stop(`${name} ${request.int()}`);
    };

  return {
    handlers: new Map([
      [REQUEST.positions, positions],
      [REQUEST.cancelPositions, () => void (positionsWanted = false)],
      [REQUEST.positionsMulti, positionsMulti],
      [
        REQUEST.cancelPositionsMulti,
        (request) => {
          request.int();
          multi.delete(request.int());
        },
      ],
      [REQUEST.accountUpdates, accountUpdates],
      [REQUEST.accountUpdatesMulti, updatesMulti],
      [REQUEST.cancelAccountUpdatesMulti, cancelOf('multi', true)],
      [REQUEST.accountSummary, summary],
      [REQUEST.cancelAccountSummary, cancelOf('summary', true)],
      [REQUEST.pnl, pnl],
      [REQUEST.cancelPnl, cancelOf('pnl', false)],
      [REQUEST.pnlSingle, pnlSingle],
      [REQUEST.cancelPnlSingle, cancelOf('pnlSingle', false)],
    ]),
    close: () => {
      for (const key of [...repeats.keys()]) stop(key);
      unlisten();
    },
  };
}

function cents(dollars: number): number {
  return Math.round(dollars * 100) / 100;
}

/** conId, symbol, secType, last trade date, strike, right, multiplier, exchange, currency, local symbol, class. */
function positionContract(instrument: MarkedPosition['position']['instrument']): Field[] {
  const c = contractFields(instrument, '');
  return [
    c.conId,
    c.symbol,
    c.secType,
    c.lastTradeDate,
    c.strike,
    c.right,
    c.multiplier,
    '',
    c.currency,
    c.localSymbol,
    c.tradingClass,
  ];
}

/** Message 7 v8. */
function portfolioFields(account: string, { position, price, value, unrealisedPnl }: MarkedPosition): Field[] {
  const c = contractFields(position.instrument, '');
  return [
    ...[ANSWER.portfolioValue, 8, c.conId, c.symbol, c.secType, c.lastTradeDate, c.strike, c.right, c.multiplier],
    ...[c.primaryExchange, c.currency, c.localSymbol, c.tradingClass, position.quantity, price, cents(value)],
    ...[position.averageCost, cents(unrealisedPnl), cents(position.realisedPnl), account],
  ];
}
