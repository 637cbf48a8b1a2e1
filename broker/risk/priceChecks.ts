import { isOnTick } from '../../scanner/domain/money.ts';
import { STRATEGY_SHAPES } from '../../scanner/domain/strategy.ts';
import { limitOfCredit } from '../orders/payload.ts';
import { widthOf } from '../orders/ticket.ts';
import type { ComboQuote, Ticket } from '../orders/ticket.ts';
import { nameWords, priceWords } from '../orders/words.ts';
import { pass, stop, stopNewRisk, warn } from './riskCheck.ts';
import type { RiskCheck } from './riskCheck.ts';
import type { ProposedOrder, RiskWorld } from './riskWorld.ts';
import { reducesRisk } from './sessionChecks.ts';

const PRICE_EPSILON = 1e-9;

/** Whether the limit is a price that the exchange takes and that makes sense against the market. */
export function priceChecks(proposed: ProposedOrder, world: RiskWorld): RiskCheck[] {
  const { ticket } = proposed;
  if (!Number.isFinite(ticket.credit)) return [stop('price', 'The limit is not a number. Enter a price.')];
  const reduces = reducesRisk(proposed, world);
  return [tickCheck(ticket), signCheck(ticket), widthCheck(ticket), ...quoteChecks(ticket, world, reduces)];
}

function tickCheck({ credit, increments }: Ticket): RiskCheck {
  if (increments.length === 0) return stop('tick', 'The price grid of this combo is not known yet. Wait a moment.');
  return isOnTick(limitOfCredit(credit), increments)
    ? pass('tick', 'The limit lies on a valid tick.')
    : stop('tick', `${priceWords(credit)} is not on a valid tick. Step the price with + and -.`);
}

function signCheck({ strategy, effect, credit }: Ticket): RiskCheck {
  if (strategy === undefined) return pass('sign', credit > 0 ? 'You receive.' : 'You pay.');
  const { credit: isCredit } = STRATEGY_SHAPES[strategy];
  const receives = isCredit === (effect === 'open');
  const does = `${effect === 'open' ? 'Opening' : 'Closing'} ${nameWords(strategy)}`;
  if (receives && credit > 0) return pass('sign', 'Credit has the right sign: you receive.');
  if (!receives && credit < 0) return pass('sign', 'Debit has the right sign: you pay.');
  // To close for nothing, or even against a payment to you, is better than asked and no mistake of sign.
  if (effect === 'close' && !receives) return warn('sign', `${does} usually pays a debit; this asks for none.`);
  return stop('sign', `${does} ${receives ? 'receives a credit' : 'pays a debit'}; this limit has the other sign.`);
}

function widthCheck({ legs, credit, effect }: Ticket): RiskCheck {
  const width = widthOf(legs);
  if (width === undefined) return pass('width', 'Not a spread with a width to compare with.');
  const size = Math.abs(credit);
  const against = `${priceWords(credit)} against a width of ${priceWords(width)}`;
  if (size < width - PRICE_EPSILON) return pass('width', `The price is less than the width: ${against}.`);
  return effect === 'close' && size <= width + PRICE_EPSILON
    ? warn('width', `The whole width to close: ${against}.`)
    : stop('width', `No spread can be worth its whole width: ${against}. Check the price.`);
}

function quoteChecks(ticket: Ticket, world: RiskWorld, reduces: boolean): RiskCheck[] {
  const { quote, nowMs, limits } = world;
  if (quote === undefined) {
    return [stopNewRisk('quote', 'There is no quote for every leg yet. Wait for one.', reduces)];
  }
  return [
    ageCheck(quote, { ageMs: nowMs - quote.atMs, maxAgeMs: limits.maxQuoteAgeMs, reduces }),
    collarCheck(ticket, quote, { collar: limits.priceCollar, reduces }),
  ];
}

interface AgeFacts {
  ageMs: number;
  maxAgeMs: number;
  reduces: boolean;
}

function ageCheck(quote: ComboQuote, { ageMs, maxAgeMs, reduces }: AgeFacts): RiskCheck {
  const age = `${(ageMs / 1000).toFixed(1)} s old`;
  // A quote from the future means that the clock was set back: its age is not known.
  if (ageMs < -1000) {
    return stopNewRisk('quote', 'The quote is dated in the future: the clock was set. Wait for new quotes.', reduces);
  }
  if (ageMs > maxAgeMs) {
    const most = `${(maxAgeMs / 1000).toFixed(1)} s`;
    return stopNewRisk('quote', `The quote is ${age}; at most ${most} is allowed. Wait for a fresh one.`, reduces);
  }
  if (quote.kind !== 'live') return warn('quote', `The quote is ${quote.kind}, not live.`);
  return pass('quote', `Quote ${age}.`);
}

interface CollarFacts {
  collar: number;
  reduces: boolean;
}

/** No further past natural than the collar (that only gives money away), and no dearer than anyone could pay. */
function collarCheck({ credit }: Ticket, quote: ComboQuote, { collar, reduces }: CollarFacts): RiskCheck {
  const { natural, mid, best } = quote;
  if (natural === undefined) {
    return stopNewRisk('collar', 'There is no natural price: a leg has no bid or ask. Wait for both.', reduces);
  }
  if (credit < natural - collar - PRICE_EPSILON) {
    const past = priceWords(natural - credit);
    return stop(
      'collar',
      `The limit lies ${past} past natural; at most ${priceWords(collar)} is allowed. Move it back.`,
    );
  }
  if (best !== undefined && credit > best + PRICE_EPSILON) {
    return warn('collar', 'The limit is better than any quote: it may never fill.');
  }
  const where = mid !== undefined && credit > mid + PRICE_EPSILON ? 'better than mid' : 'between natural and mid';
  return pass('collar', `The limit is ${where}.`);
}
