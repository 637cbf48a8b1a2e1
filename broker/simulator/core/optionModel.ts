import { blackGreeks } from '../../../scanner/math/blackGreeks.ts';
import { blackImpliedVol } from '../../../scanner/math/impliedVol.ts';
import { exerciseStyle } from '../../../scanner/domain/option.ts';
import type { OptionInstrument } from './instrument.ts';
import type { UnderlyingState } from './marketView.ts';
import type { Computation } from './quote.ts';
import type { Forward } from './rates.ts';
import { atmVol, smileVol } from './volSurface.ts';

/** Time of an option that is about to settle: a minute, so that nothing divides by zero. */
const LEAST_YEARS = 1 / (365 * 24 * 60);

function intrinsic(option: OptionInstrument, spot: number): number {
  return Math.max(0, option.right === 'C' ? spot - option.strike : option.strike - spot);
}

/**
 * Values at a given vol. European on the forward; an American option is never worth less than exercise, which is
 * close enough for quotes and much faster than a lattice.
 */
export function valuesAt(
  option: OptionInstrument,
  vol: number,
  market: { state: UnderlyingState; forward: Forward },
): Computation {
  const { state, forward } = market;
  const years = Math.max(forward.years, LEAST_YEARS);
  const greeks = blackGreeks({
    right: option.right,
    spot: state.spot,
    forward: forward.forward,
    strike: option.strike,
    years,
    vol,
    discount: forward.discount,
  });
  const american = exerciseStyle(option.root.underlying.listing.symbol) === 'american';
  const price = american ? Math.max(greeks.price, intrinsic(option, state.spot)) : greeks.price;
  const { delta, gamma, vega, theta } = greeks;
  return { iv: vol, delta, gamma, vega, theta, price, dividends: forward.dividends, spot: state.spot };
}

/** The market maker's own view: vol, value and Greeks. A recorded vol moves with the level of the underlying's. */
export function optionModel(option: OptionInstrument, state: UnderlyingState, forward: Forward): Computation {
  const { tape, underlying } = option.root;
  if (tape) return valuesAt(option, (tape.vol(option) * state.vol30) / underlying.listing.baseVol, { state, forward });
  const atm = atmVol(underlying.listing, state.vol30, forward.years);
  const logMoneyness = Math.log(option.strike / forward.forward);
  return valuesAt(option, smileVol(underlying.listing, atm, { logMoneyness, years: forward.years }), {
    state,
    forward,
  });
}

/** Values implied by a quoted price. @returns undefined where no volatility explains it. */
export function computationAt(
  option: OptionInstrument,
  price: number,
  market: { state: UnderlyingState; forward: Forward },
): Computation | undefined {
  const { forward } = market;
  const vol = blackImpliedVol({
    right: option.right,
    forward: forward.forward,
    strike: option.strike,
    years: Math.max(forward.years, LEAST_YEARS),
    discount: forward.discount,
    price,
  });
  if (!(vol > 0) || vol > 10) return undefined;
  return { ...valuesAt(option, vol, market), price };
}
