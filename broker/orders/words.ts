import type { SpreadLeg } from '../../scanner/domain/spreadLegs.ts';
import { isCondor, STRATEGY_SHAPES, type Strategy } from '../../scanner/domain/strategy.ts';
import type { ComboLeg } from '../gateway.ts';
import { contractsPerCombo, multiplierOf, openedLegs, widthOf } from './ticket.ts';
import type { Ticket } from './ticket.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `15 Sep 2023` from `2023-09-15`. */
export function dateWords(date: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
}

/** `1,861.50`: dollars with two decimals and thousands separators, without a sign of currency. */
export function moneyWords(dollars: number): string {
  const [whole = '0', cents = '00'] = Math.abs(dollars).toFixed(2).split('.');
  const sign = dollars < 0 && Number(dollars.toFixed(2)) !== 0 ? '-' : '';
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}

/** A price per share: two decimals, more when the tick has them. */
export function priceWords(price: number): string {
  const exact = String(Math.round(Math.abs(price) * 1e6) / 1e6);
  const decimals = exact.split('.')[1]?.length ?? 0;
  return Math.abs(price).toFixed(Math.max(2, decimals));
}

const NO_PRICE = 'There is no valid price yet.';

/** `Receive 1.29 per share, 129.00 per contract, 645.00 in all.` */
export function creditWords(ticket: Ticket): string {
  if (!Number.isFinite(ticket.credit)) return NO_PRICE;
  const verb = ticket.credit > 0 ? 'Receive' : 'Pay';
  if (ticket.credit === 0) return 'Nothing is received or paid, before commission.';
  const perContract = Math.abs(ticket.credit) * multiplierOf(ticket.legs);
  const all = moneyWords(perContract * ticket.quantity);
  return `${verb} ${priceWords(ticket.credit)} per share, ${moneyWords(perContract)} per contract, ${all} in all.`;
}

/** `At most 1,861.50 can be lost, fees in: 0.74 % of the account.` */
export function maxLossWords(maxLoss: number, percentOfAccount: number | undefined): string {
  if (maxLoss === Infinity) return 'The loss has no limit.';
  if (Number.isNaN(maxLoss)) return 'What can be lost is not known.';
  if (maxLoss === 0) return 'This order closes what is held and adds no risk.';
  const share = percentOfAccount === undefined ? '' : `: ${percentOfAccount.toFixed(2)} % of the account`;
  return `At most ${moneyWords(maxLoss)} can be lost, fees in${share}.`;
}

/**
 * `100/95`, of a condor `430/425 · 460/465`: of each wing the strike first that gives the spread its name. A credit
 * spread is named after the leg that was sold, a debit spread after the one that was bought.
 */
export function strikeWords(legs: readonly SpreadLeg[], strategy: Strategy): string {
  const { credit } = STRATEGY_SHAPES[strategy];
  const wings = (['P', 'C'] as const).map((right) =>
    legs
      .filter((leg) => leg.right === right)
      .sort((a, b) => Number(b.sold === credit) - Number(a.sold === credit))
      .map(({ strike }) => String(strike))
      .join('/'),
  );
  return wings.filter((wing) => wing !== '').join(' · ');
}

/** `AMD 100/95 bull put 15 Sep 2023`: the strike that gives the spread its name first. */
export function titleOf(ticket: Pick<Ticket, 'symbol' | 'strategy' | 'legs' | 'effect'>): string {
  return `${ticket.symbol} ${spreadWords(ticket)}`;
}

function spreadWords({ strategy, legs, effect }: Pick<Ticket, 'strategy' | 'legs' | 'effect'>): string {
  const expiry = legs[0] === undefined ? '' : ` ${dateWords(legs[0].contract.expiry)}`;
  if (strategy === undefined) return `${legs.map(legWords).join(' / ')}${expiry}`;
  return `${strikeWords(openedLegs({ legs, effect }), strategy)} ${STRATEGY_SHAPES[strategy].name}${expiry}`;
}

function legWords({ contract, ratio }: ComboLeg): string {
  const right = contract.right === 'C' ? 'call' : 'put';
  return `${ratio === 1 ? '' : `${ratio} x `}${contract.strike} ${right}`;
}

/**
 * The order as one would say it: `Sell 5 bull put spreads on AMD. Sell 5 puts at 100, buy 5 puts at 95, both
 * 15 Sep 2023, as one combo, for a credit of 1.29 or better. Day order.`
 */
export function orderSentence(ticket: Ticket): string {
  const { legs, quantity, symbol, credit } = ticket;
  // Puts before calls, and of each right what is sold first.
  const place = ({ action, contract }: ComboLeg) => (contract.right === 'P' ? 0 : 2) + (action === 'SELL' ? 0 : 1);
  const legText = [...legs]
    .sort((a, b) => place(a) - place(b))
    .map((leg) => legSentence(leg, quantity))
    .join(', ');
  const expiry = legs[0] === undefined ? '' : dateWords(legs[0].contract.expiry);
  const dates = legs.length === 2 ? `both ${expiry}` : legs.length > 2 ? `all ${expiry}` : expiry;
  const combo = legs.length > 1 ? ', as one combo' : '';
  const trade = `${heading(ticket)} on ${symbol}. ${capitalised(legText)}, ${dates}${combo}`;
  if (!Number.isFinite(credit)) return `${trade}. ${NO_PRICE}`;
  const side = credit > 0 ? 'a credit' : 'a debit';
  const price = credit === 0 ? 'for nothing or better' : `for ${side} of ${priceWords(credit)} or better`;
  const life = ticket.tif === 'DAY' ? 'Day order.' : 'Good till cancelled.';
  return `${trade}, ${price}. ${life}`;
}

function heading({ strategy, effect, quantity, legs }: Ticket): string {
  const sold =
    strategy === undefined ? legs[0]?.action === 'SELL' : STRATEGY_SHAPES[strategy].credit === (effect === 'open');
  const verb = effect === 'open' ? (sold ? 'Sell' : 'Buy') : sold ? 'Sell back' : 'Buy back';
  return `${verb} ${quantity} ${strategy === undefined ? plural('option', quantity) : spreads(strategy, quantity)}`;
}

/** `a bull put`, `an iron condor` */
export function nameWords(strategy: Strategy): string {
  const { name } = STRATEGY_SHAPES[strategy];
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** `bull put spreads`, but `iron condors` and `iron butterflies`. */
function spreads(strategy: Strategy, count: number): string {
  const { name } = STRATEGY_SHAPES[strategy];
  return plural(isCondor(strategy) ? name : `${name} spread`, count);
}

function plural(name: string, count: number): string {
  if (count === 1) return name;
  return name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`;
}

function legSentence({ action, ratio, contract }: ComboLeg, quantity: number): string {
  const count = ratio * quantity;
  const right = contract.right === 'C' ? 'call' : 'put';
  return `${action === 'BUY' ? 'buy' : 'sell'} ${count} ${right}${count === 1 ? '' : 's'} at ${contract.strike}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * Prices at expiry at which a spread neither makes nor loses, before fees, the lower first: one of a vertical, two of
 * a condor unless its credit covers the whole of one wing.
 * @returns empty for other shapes and for closes.
 */
export function breakEvensOf(ticket: Ticket): number[] {
  const { strategy, legs, credit, effect } = ticket;
  if (strategy === undefined || effect === 'close' || widthOf(legs) === undefined) return [];
  const isCredit = STRATEGY_SHAPES[strategy].credit;
  const size = isCredit ? credit : -credit;
  return (['P', 'C'] as const).flatMap((right) => {
    const wing = legs.filter(({ contract }) => contract.right === right);
    const anchor = wing.find(({ action }) => action === (isCredit ? 'SELL' : 'BUY'))?.contract.strike;
    const width = widthOf(wing);
    if (anchor === undefined || width === undefined || !(size < width)) return [];
    return [right === 'P' ? anchor - size : anchor + size];
  });
}

/** Dollars for the whole order at the profile's fee. */
export function feesOf(ticket: Ticket): number {
  return ticket.feesPerLeg * contractsPerCombo(ticket) * ticket.quantity;
}
