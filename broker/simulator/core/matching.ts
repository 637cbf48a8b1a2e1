import type { Random } from '../../../scanner/domain/clock.ts';
import type { ComboMarket } from './comboPricing.ts';
import type { BookOrder } from './orderTypes.ts';

const EPSILON = 1e-9;
/** Chance per look that a limit at the middle trades; it grows to certainty at the natural price. */
const CHANCE_AT_MID = 0.02;
/** Share of the spread that a marketable order may gain against the natural price. */
const IMPROVEMENT_SHARE = 0.3;

function cents(price: number, direction: 'up' | 'down'): number {
  const scaled = Math.round(price * 1e8) / 1e6;
  return (direction === 'up' ? Math.ceil(scaled) : Math.floor(scaled)) / 100 + 0;
}

/**
 * What trades of an order at one look at the market. Marketable limits fill at the natural price or better, up to the
 * displayed size; limits between the middle and the natural price fill now and then at their limit; others wait.
 */
export function matchedFill(
  { request, filled }: BookOrder,
  market: ComboMarket,
  random: Random,
): { quantity: number; price: number } | undefined {
  const buying = request.action === 'BUY';
  const natural = buying ? market.ask : market.bid;
  const middle = (market.bid + market.ask) / 2;
  const displayed = buying ? market.askSize : market.bidSize;
  const quantity = Math.min(request.quantity - filled, displayed);
  const limit = request.type === 'MKT' ? undefined : request.limitPrice;
  const marketable = limit === undefined || (buying ? limit >= natural - EPSILON : limit <= natural + EPSILON);
  if (marketable) {
    const gain = IMPROVEMENT_SHARE * Math.abs(natural - middle) * random();
    return { quantity, price: buying ? cents(natural - gain, 'up') : cents(natural + gain, 'down') };
  }
  const reach = Math.abs(natural - middle);
  const beyondMiddle = buying ? limit - middle : middle - limit;
  if (reach <= 0 || beyondMiddle < -EPSILON) return undefined;
  const chance = CHANCE_AT_MID + (1 - CHANCE_AT_MID) * (beyondMiddle / reach) ** 3;
  return random() < chance ? { quantity, price: limit } : undefined;
}
