import { listingOf, optionExchanges, ruleOf } from '../core/instrument.ts';
import type { Instrument } from '../core/instrument.ts';
import { isoDate } from '../core/tradingCalendar.ts';
import type { TradingCalendar } from '../core/tradingCalendar.ts';
import { compactDate, contractFields } from './contractFields.ts';
import type { Field } from './frames.ts';
import { ANSWER } from './messageIds.ts';

const STOCK_EXCHANGES = [
  'SMART', 'AMEX', 'NYSE', 'CBOE', 'PHLX', 'ISE', 'CHX', 'ARCA', 'NASDAQ', 'DRCTEDGE', 'BEX', 'BATS', 'EDGEA', 'BYX',
  'IEX', 'EDGX', 'PEARL', 'MEMX',
] as const; // prettier-ignore
const ORDER_TYPES =
  'ACTIVETIM,AD,ADJUST,ALERT,ALGO,ALLOC,AON,AVGCOST,BASKET,COND,DAY,DEACT,GTC,GTD,GTT,HID,IOC,LIMITONLY,LMT,MKT,OPG,SMARTSTG,WHATIF';
const HOURS_DAYS = 6;
/** Server version from which message 10 carries the last trade date on its own. */
const LAST_TRADE_DATE = 182;
const INELIGIBILITY_REASONS = 186;
const SHORT_SESSION_MS = 5 * 3_600_000;

/** `20231020:0930-20231020:1600;20231021:CLOSED` for today and the days after. */
export function tradingHours(calendar: TradingCalendar, today: number): string {
  const days: string[] = [];
  for (let day = today; day < today + HOURS_DAYS; day++) {
    const date = compactDate(isoDate(day));
    if (!calendar.isTradingDay(day)) days.push(`${date}:CLOSED`);
    else {
      const { openMs, closeMs } = calendar.session(day);
      const close = closeMs - openMs < SHORT_SESSION_MS ? '1300' : '1600';
      days.push(`${date}:0930-${date}:${close}`);
    }
  }
  return days.join(';');
}

/** Where it trades, SMART first; an index trades nowhere but is quoted at its own exchange. */
function exchangesOf(instrument: Instrument): readonly string[] {
  const listing = listingOf(instrument);
  if (instrument.kind === 'option') return optionExchanges(listing);
  return listing.secType === 'STK' ? STOCK_EXCHANGES : [listing.primaryExchange];
}

/** Message 10, with the contract at the exchange that was asked for. @source ibapi decoder.py processContractDataMsg; ib_async decoder.py contractDetails. */
export function contractDetailsFields(
  requestId: number,
  instrument: Instrument,
  { serverVersion, hours, exchange }: { serverVersion: number; hours: string; exchange: string },
): Field[] {
  const listing = listingOf(instrument);
  const isOption = instrument.kind === 'option';
  const exchanges = exchangesOf(instrument);
  const contract = contractFields(instrument, exchanges.includes(exchange) ? exchange : (exchanges[0] ?? ''));
  const rule = ruleOf(instrument);
  const minTick = Math.min(...rule.increments.map((step) => step.increment));
  return [
    ...[ANSWER.contractDetails, requestId, contract.symbol, contract.secType, contract.lastTradeDate],
    ...(serverVersion >= LAST_TRADE_DATE ? [contract.lastTradeDate] : []),
    ...[contract.strike, contract.right, contract.exchange, contract.currency, contract.localSymbol],
    ...[contract.tradingClass, contract.tradingClass, contract.conId, minTick, contract.multiplier],
    ...[ORDER_TYPES, exchanges.join(','), 1, isOption ? instrument.root.underlying.conId : 0, listing.name],
    ...[isOption ? '' : contract.primaryExchange, contract.lastTradeDate.slice(0, 6)],
    ...[isOption ? '' : listing.industry, isOption ? '' : listing.category, '', 'US/Eastern', hours, hours],
    ...['', 0, 0, isOption ? 2 : 1, isOption ? listing.symbol : '', isOption ? listing.secType : ''],
    ...[exchanges.map(() => rule.id).join(','), isOption ? compactDate(instrument.expiry) : ''],
    ...[listing.stockType && !isOption ? listing.stockType : '', 1, 1, isOption ? 1 : 100],
    ...(serverVersion >= INELIGIBILITY_REASONS ? [0] : []),
  ];
}
