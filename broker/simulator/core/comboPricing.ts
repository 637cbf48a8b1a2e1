import { multiplierOf } from './instrument.ts';
import type { Market } from './market.ts';
import type { OrderLeg } from './orderTypes.ts';
import type { Quote } from './quote.ts';

/** The market of a combo (or of a single contract) as listed, per share. */
export interface ComboMarket {
  /** What a seller of the combo gets at once. */
  bid: number;
  /** What a buyer of the combo pays at once. */
  ask: number;
  /** Combos that can trade at once, each way. */
  bidSize: number;
  askSize: number;
  legs: readonly Quote[];
}

/** Net market of the legs at their own quotes. @returns undefined while a leg has no bid or no ask. */
export function comboMarket(market: Market, legs: readonly OrderLeg[], nowMs: number): ComboMarket | undefined {
  let bid = 0;
  let ask = 0;
  let bidSize = Infinity;
  let askSize = Infinity;
  const quotes: Quote[] = [];
  for (const { instrument, action, ratio } of legs) {
    const quote = market.quote(instrument, nowMs);
    if (quote.bid === undefined || quote.ask === undefined || quote.ask <= 0) return undefined;
    quotes.push(quote);
    const bought = action === 'BUY';
    ask += ratio * (bought ? quote.ask : -quote.bid);
    bid += ratio * (bought ? quote.bid : -quote.ask);
    askSize = Math.min(askSize, (bought ? quote.askSize : quote.bidSize) / ratio);
    bidSize = Math.min(bidSize, (bought ? quote.bidSize : quote.askSize) / ratio);
  }
  return {
    bid,
    ask,
    bidSize: Math.max(1, Math.floor(bidSize)),
    askSize: Math.max(1, Math.floor(askSize)),
    legs: quotes,
  };
}

/**
 * Leg prices whose net is exactly `net`: each leg starts at its middle and takes its share of the difference in
 * proportion to its own spread. All are whole cents but for the dearest leg, which takes what rounding leaves: a cheap
 * one could fall below nothing by it.
 */
export function legPrices(legs: readonly OrderLeg[], quotes: readonly Quote[], net: number): number[] {
  const mids = quotes.map((q) => ((q.bid ?? 0) + (q.ask ?? 0)) / 2);
  const signs = legs.map((leg) => (leg.action === 'BUY' ? leg.ratio : -leg.ratio));
  const midNet = mids.reduce((sum, mid, i) => sum + mid * (signs[i] ?? 0), 0);
  const spreads = quotes.map((q, i) => Math.abs(signs[i] ?? 0) * Math.max(0.01, (q.ask ?? 0) - (q.bid ?? 0)));
  const total = spreads.reduce((sum, spread) => sum + spread, 0);
  const dearest = mids.indexOf(Math.max(...mids));
  let restCents = Math.round(net * 100 * 1e6) / 1e6;
  const prices = mids.map((mid, i) => {
    if (i === dearest) return NaN;
    const sign = signs[i] ?? 1;
    const share = ((net - midNet) * (spreads[i] ?? 0)) / total / sign;
    const cents = Math.max(1, Math.round((mid + share) * 100));
    restCents -= cents * sign;
    return cents / 100;
  });
  return prices.map((price, i) => (i === dearest ? Math.round((restCents / (signs[i] ?? 1)) * 1e4) / 1e6 : price));
}

/** Commission of one leg's whole quantity, dollars. @source IBKR fixed: 0.65 a contract, 0.005 a share, 1.00 least. */
export function legCommission(leg: OrderLeg, quantity: number): number {
  if (quantity === 0) return 0;
  const each = multiplierOf(leg.instrument) === 1 ? 0.005 : 0.65;
  return Math.round(Math.max(1, each * quantity) * 1e4) / 1e4;
}
