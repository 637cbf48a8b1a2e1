import { normalCdf } from '../../../scanner/math/normal.ts';
import type { RefOption } from './refChain.ts';

/** What the naive program knows of an expiry; `carry` is ln(forward / spot). */
export interface RefMarket {
  spot: number;
  rate: number;
  years: number;
  carry: number;
}

/** d1 and the factors of Black, Scholes and Merton; undefined where the vendor gives no Greeks or no time is left. */
function bsm({ spot, rate, years: t, carry }: RefMarket, leg: RefOption) {
  if (leg.iv === undefined || leg.delta === undefined || !(t > 0)) return undefined;
  const stdDev = leg.iv * Math.sqrt(t);
  const d1 = (Math.log(spot / leg.strike) + carry) / stdDev + stdDev / 2;
  const density = Math.exp((-d1 * d1) / 2) / Math.sqrt(2 * Math.PI);
  return { d1, d2: d1 - stdDev, density, spotNow: spot * Math.exp(carry - rate * t), q: rate - carry / t };
}

/** Per calendar day. */
export function thetaOf(market: RefMarket, leg: RefOption): number | undefined {
  const known = bsm(market, leg);
  if (!known) return undefined;
  const { d1, d2, density, spotNow, q } = known;
  const { years: t, rate } = market;
  const sign = leg.right === 'C' ? 1 : -1;
  const strikeNow = leg.strike * Math.exp(-rate * t);
  const decay = (-spotNow * density * (leg.iv ?? NaN)) / (2 * Math.sqrt(t));
  const carried = q * spotNow * normalCdf(sign * d1) - rate * strikeNow * normalCdf(sign * d2);
  return (decay + sign * carried) / 365;
}

/** Per vol point. */
export function vegaOf(market: RefMarket, leg: RefOption): number | undefined {
  const known = bsm(market, leg);
  return known && (known.spotNow * known.density * Math.sqrt(market.years)) / 100;
}
