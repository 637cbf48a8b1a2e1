import type { BrokerNotice } from '../gateway.ts';

/** What a notice is about: everything, one data request, or a what-if. Of orders broker/orders decides. */
export type NoticeScope = 'system' | 'request' | 'whatIf';

/** `info`: shown, ends nothing. `failRequest`: the request is over. `linkDown`, `linkUp`: TWS and IB. */
export type Disposition = 'info' | 'failRequest' | 'linkDown' | 'linkUp';

/** @source tws.md, "Notices by code". */
const LINK_DOWN = new Set([1100, 2110]);
const LINK_UP = new Set([1101, 1102]);
/**
 * Data keeps flowing, or the notice follows a cancel of ours. 10089 is ambiguous: delayed data may still come, so the
 * line waits for its deadline. 399 and 10349 (time in force set by a preset) are remarks on a what-if.
 */
const NEVER_FAILS = new Set([300, 366, 399, 10089, 10090, 10091, 10167, 10349]);

/** Farm states and other warnings of the system. */
function isWarning(code: number): boolean {
  return code >= 2100 && code < 2200;
}

/** What a TWS notice means where it arrived. Unlisted codes fail a request and are shown otherwise. */
export function classifyNotice(code: number, scope: NoticeScope): Disposition {
  if (LINK_DOWN.has(code)) return 'linkDown';
  if (LINK_UP.has(code)) return 'linkUp';
  if (scope === 'system' || isWarning(code) || NEVER_FAILS.has(code)) return 'info';
  return 'failRequest';
}

interface Words {
  level: BrokerNotice['level'];
  /** What it means and what to do. TWS's own text follows it. */
  words: string;
}

const WORDS: Readonly<Record<number, Words>> = {
  100: {
    level: 'error',
    words:
      'TWS says that messages come too fast; a third time ends the session. Lower the message ceiling in the settings.',
  },
  101: {
    level: 'error',
    words:
      'All market-data lines of this account are in use. Close watchlists in TWS or lower the line budget in the settings.',
  },
  103: { level: 'error', words: 'The order id was used before, so TWS refused the order; it was not placed.' },
  110: { level: 'error', words: 'The price is not on the tick of this contract, so TWS refused it.' },
  135: { level: 'warning', words: 'TWS does not know this order id. Look at the order in TWS before you act.' },
  161: { level: 'warning', words: 'The order cannot be cancelled in its present state.' },
  162: { level: 'warning', words: 'TWS could not give historical data.' },
  165: { level: 'info', words: 'Historical data service.' },
  200: { level: 'warning', words: 'TWS knows no such contract.' },
  201: { level: 'error', words: 'The order was rejected.' },
  202: { level: 'warning', words: 'The order is cancelled.' },
  203: { level: 'warning', words: 'This account may not trade that contract.' },
  300: { level: 'info', words: 'TWS no longer knew the request that was cancelled; nothing to do.' },
  320: { level: 'warning', words: 'TWS could not read the request.' },
  321: { level: 'warning', words: 'TWS refused the request as invalid.' },
  322: { level: 'warning', words: 'TWS could not process the request.' },
  326: {
    level: 'error',
    words:
      'The client id is in use by another program. Choose another client id in the connection settings, or close that program.',
  },
  354: {
    level: 'warning',
    words: 'No market-data subscription for this contract. Subscribe at IBKR, or use delayed data.',
  },
  360: { level: 'info', words: 'TWS gives no what-if for this combo; the margin shown comes from its width.' },
  366: { level: 'info', words: 'TWS no longer knew the historical request.' },
  399: { level: 'warning', words: 'TWS has a remark on the order; the order lives.' },
  404: { level: 'warning', words: 'The order waits while shares to sell short are located.' },
  420: { level: 'warning', words: 'TWS could not give that data.' },
  430: { level: 'warning', words: 'TWS has no such data for this contract.' },
  434: { level: 'error', words: 'The order quantity cannot be zero.' },
  502: { level: 'error', words: 'No TWS or IB Gateway answers at that address.' },
  504: { level: 'warning', words: 'There is no connection to TWS.' },
  505: { level: 'error', words: 'A message from TWS could not be read.' },
  506: { level: 'error', words: 'This version of TWS is not supported. Update TWS or IB Gateway.' },
  1100: {
    level: 'error',
    words:
      'TWS has lost its connection to IBKR. Working orders stay at IBKR but cannot be changed or cancelled until it is back.',
  },
  1101: {
    level: 'warning',
    words: 'TWS is connected to IBKR again; market data was lost and is being subscribed anew.',
  },
  1102: { level: 'info', words: 'TWS is connected to IBKR again; market data was kept.' },
  1300: {
    level: 'error',
    words: 'The API port of TWS was changed and this connection ends. Enter the new port in the connection settings.',
  },
  2103: { level: 'warning', words: 'A market-data farm is disconnected; quotes may stand still.' },
  2104: { level: 'info', words: 'A market-data farm is connected.' },
  2105: { level: 'warning', words: 'A historical-data farm is disconnected.' },
  2106: { level: 'info', words: 'A historical-data farm is connected.' },
  2107: { level: 'info', words: 'A historical-data farm sleeps until it is needed.' },
  2108: { level: 'info', words: 'A market-data farm sleeps until it is needed.' },
  2110: { level: 'error', words: 'TWS has lost its server and will reconnect by itself.' },
  2119: { level: 'info', words: 'A market-data farm is connecting.' },
  2157: { level: 'warning', words: 'The contract-data farm is disconnected.' },
  2158: { level: 'info', words: 'The contract-data farm is connected.' },
  10089: {
    level: 'warning',
    words: 'Market data for this contract needs a subscription; delayed data may come instead.',
  },
  10090: { level: 'info', words: 'Part of the market data is not subscribed; the rest flows.' },
  10091: { level: 'info', words: 'Part of the market data needs a subscription; delayed data flows.' },
  10147: { level: 'warning', words: 'TWS cannot find the order that was to be cancelled. Look at it in TWS.' },
  10148: {
    level: 'warning',
    words: 'The order that was to be cancelled is already over, or its cancel is on the way.',
  },
  10167: { level: 'info', words: 'Live data is not subscribed; delayed data flows.' },
  10168: { level: 'warning', words: 'Live data is not subscribed and delayed data is switched off.' },
  10186: { level: 'warning', words: 'Live data is not subscribed and there is no delayed data.' },
  10197: {
    level: 'warning',
    words:
      'Another session of this user receives the market data (a competing live session). Log out there, or go on there.',
  },
  10349: { level: 'info', words: 'TWS set the time in force from its presets; the order lives.' },
};

/** A notice in plain words: what it means, what to do, then what TWS itself said. */
export function describeNotice(code: number, text: string): Pick<BrokerNotice, 'level' | 'message'> {
  const known = WORDS[code];
  const said = text.trim();
  if (known) return { level: known.level, message: said === '' ? known.words : `${known.words} TWS: ${said}` };
  const level = isWarning(code) ? 'info' : 'warning';
  return { level, message: said === '' ? `TWS notice ${code}.` : `TWS notice ${code}: ${said}` };
}

/** A read-only API answers 321 with id -1 or 2147483647. @source tws.md. */
export function saysReadOnly(code: number, text: string): boolean {
  return code === 321 && /read-?\s?only/i.test(text);
}
