import { listingOf, MARKET_RULES, optionExchanges, optionRule, STOCK_RULE } from '../core/instrument.ts';
import type { Instrument, UnderlyingInstrument } from '../core/instrument.ts';
import { isoDate } from '../core/tradingCalendar.ts';
import type { TradingCalendar } from '../core/tradingCalendar.ts';
import { compactDate, contractFields, readContract } from './contractFields.ts';
import type { Connection, MessageFamily } from './family.ts';
import type { FieldReader } from './fieldReader.ts';
import type { Field } from './frames.ts';
import { ANSWER, REQUEST } from './messageIds.ts';

const STOCK_EXCHANGES = 'SMART,AMEX,NYSE,CBOE,PHLX,ISE,CHX,ARCA,NASDAQ,DRCTEDGE,BEX,BATS,EDGEA,BYX,IEX,EDGX,PEARL,MEMX';
const ORDER_TYPES =
  'ACTIVETIM,AD,ADJUST,ALERT,ALGO,ALLOC,AON,AVGCOST,BASKET,COND,DAY,DEACT,GTC,GTD,GTT,HID,IOC,LIMITONLY,LMT,MKT,OPG,SMARTSTG,WHATIF';
const HOURS_DAYS = 6;
const MATCHING_LIMIT = 16;
const MATCHING_PAUSE_MS = 1000;
/** Server version from which message 10 carries the last trade date on its own. */
const LAST_TRADE_DATE = 182;
const INELIGIBILITY_REASONS = 186;
const ISSUER_ID = 176;

export const UNKNOWN_CONTRACT = 'No security definition has been found for the request';

/** `20231020:0930-20231020:1600;20231021:CLOSED` for today and the days after. */
function tradingHours(calendar: TradingCalendar, today: number): string {
  const days: string[] = [];
  for (let day = today; day < today + HOURS_DAYS; day++) {
    const date = compactDate(isoDate(day));
    if (!calendar.isTradingDay(day)) days.push(`${date}:CLOSED`);
    else {
      const { openMs, closeMs } = calendar.session(day);
      const close = closeMs - openMs < 5 * 3_600_000 ? '1300' : '1600';
      days.push(`${date}:0930-${date}:${close}`);
    }
  }
  return days.join(';');
}

/** Contract details, option classes, symbol search and market rules. */
export function contractsFamily(connection: Connection): MessageFamily {
  const { core } = connection;
  let lastSearchMs = -Infinity;

  const details = (request: FieldReader): void => {
    request.int();
    const requestId = request.int();
    const query = readContract(request);
    if (query.secType === 'BAG') return; // TWS never answers for a combo. @source pysystemtrade #1659
    const found = core.contracts.find(query, core.today());
    if (found.length === 0) return connection.error(requestId, 200, UNKNOWN_CONTRACT);
    const hours = tradingHours(core.calendar, core.today());
    for (const instrument of found) connection.send(...detailsFields(connection, requestId, { instrument, hours }));
    connection.send(ANSWER.contractDetailsEnd, 1, requestId);
  };

  const optionClasses = (request: FieldReader): void => {
    const requestId = request.int();
    const symbol = request.text().trim().toUpperCase();
    const exchange = request.text();
    request.text();
    const conId = request.int();
    const underlying = core.contracts.underlying(symbol);
    if (underlying?.conId !== conId || exchange !== '') {
      connection.error(requestId, 200, UNKNOWN_CONTRACT);
      return;
    }
    sendOptionClasses(connection, requestId, underlying);
  };

  const matching = (request: FieldReader): void => {
    const requestId = request.int();
    const pattern = request.text();
    const now = core.clock.monotonic();
    if (now - lastSearchMs < MATCHING_PAUSE_MS) {
      connection.error(
        requestId,
        322,
        "Error processing request.-'bE' : cause - Please wait a second between symbol searches",
      );
      return;
    }
    lastSearchMs = now;
    const found = core.contracts.search(pattern, MATCHING_LIMIT);
    const rows = found.flatMap(({ conId, listing }): Field[] => {
      const { symbol, secType, primaryExchange, name } = listing;
      const row: Field[] = [conId, symbol, secType, primaryExchange, 'USD', 2, 'OPT', 'BAG'];
      return connection.serverVersion >= ISSUER_ID ? [...row, name, ''] : row;
    });
    connection.send(ANSWER.symbolSamples, requestId, found.length, ...rows);
  };

  const marketRule = (request: FieldReader): void => {
    const ruleId = request.int();
    const rule = MARKET_RULES.get(ruleId);
    if (!rule)
      return connection.error(-1, 321, `Error validating request.-'bC' : cause - Invalid market rule id ${ruleId}`);
    const steps = rule.increments.flatMap(({ lowEdge, increment }) => [lowEdge, increment]);
    connection.send(ANSWER.marketRule, ruleId, rule.increments.length, ...steps);
  };

  return {
    handlers: new Map([
      [REQUEST.contractDetails, details],
      [REQUEST.secDefOptParams, optionClasses],
      [REQUEST.matchingSymbols, matching],
      [REQUEST.marketRule, marketRule],
    ]),
  };
}

/** One answer per exchange and class, each with the union of strikes over expiries. */
function sendOptionClasses(connection: Connection, requestId: number, underlying: UnderlyingInstrument): void {
  const { core } = connection;
  const today = core.today();
  for (const listed of core.contracts.rootsOf(underlying)) {
    const expiries = listed.expiries(today);
    const strikes = [...new Set(expiries.flatMap((e) => listed.strikes(e.expiry, today)))].sort((a, b) => a - b);
    const dates = expiries.map((e) => compactDate(e.lastTradeDate));
    for (const exchange of listed.root.exchanges) {
      connection.send(
        ...[ANSWER.secDefOptParams, requestId, exchange, underlying.conId, listed.root.root, listed.root.multiplier],
        ...[dates.length, ...dates, strikes.length, ...strikes],
      );
    }
  }
  connection.send(ANSWER.secDefOptParamsEnd, requestId);
}

/** Message 10. @source ibapi decoder.py processContractDataMsg; ib_async decoder.py contractDetails. */
function detailsFields(
  connection: Connection,
  requestId: number,
  { instrument, hours }: { instrument: Instrument; hours: string },
): Field[] {
  const { serverVersion } = connection;
  const listing = listingOf(instrument);
  const isOption = instrument.kind === 'option';
  const contract = contractFields(
    instrument,
    isOption || listing.secType === 'STK' ? 'SMART' : listing.primaryExchange,
  );
  const rule = isOption ? optionRule(listing.tick) : STOCK_RULE;
  const exchanges = isOption
    ? optionExchanges(listing).join(',')
    : listing.secType === 'STK'
      ? STOCK_EXCHANGES
      : listing.primaryExchange;
  const minTick = Math.min(...rule.increments.map((step) => step.increment));
  return [
    ...[ANSWER.contractDetails, requestId, contract.symbol, contract.secType, contract.lastTradeDate],
    ...(serverVersion >= LAST_TRADE_DATE ? [contract.lastTradeDate] : []),
    ...[contract.strike, contract.right, contract.exchange, contract.currency, contract.localSymbol],
    ...[contract.tradingClass, contract.tradingClass, contract.conId, minTick, contract.multiplier],
    ...[ORDER_TYPES, exchanges, 1, isOption ? instrument.root.underlying.conId : 0, listing.name],
    ...[isOption ? '' : contract.primaryExchange, contract.lastTradeDate.slice(0, 6)],
    ...[isOption ? '' : listing.industry, isOption ? '' : listing.category, '', 'US/Eastern', hours, hours],
    ...['', 0, 0, isOption ? 2 : 1, isOption ? listing.symbol : '', isOption ? listing.secType : ''],
    ...[
      exchanges
        .split(',')
        .map(() => rule.id)
        .join(','),
      isOption ? compactDate(instrument.expiry) : '',
    ],
    ...[listing.stockType && !isOption ? listing.stockType : '', 1, 1, isOption ? 1 : 100],
    ...(serverVersion >= INELIGIBILITY_REASONS ? [0] : []),
  ];
}
