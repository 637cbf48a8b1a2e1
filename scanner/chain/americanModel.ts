import { americanCarry } from '../math/americanCarry.ts';
import type { AmericanExpiry } from '../math/americanExpiry.ts';
import { AmericanTables } from '../math/americanTables.ts';
import type { Chain, ChainGroup } from './chain.ts';
import { expiryKey, yieldBesides, type ExpiryMarket } from './expiryMarket.ts';
import { parityPoints } from './parityForward.ts';

/** What parity on American mids says too much of the yield, and where that was found. */
interface YieldBias {
  bias: number;
  market: ExpiryMarket;
}

/** A bias holds while the spot has moved by no more than this part, the time to expiry by no more than that one, */
const SPOT_REACH = 0.01;
const TIME_REACH = 0.05;
/** and the yield, times the years, by no more than this. */
const CARRY_REACH = 1e-3;

/** An expiry of a chain: its groups, of one right or both, and what they share. */
export interface ChainExpiry {
  chain: Chain;
  sides: readonly ChainGroup[];
  market: ExpiryMarket;
}

/**
 * What American options of a chain are valued with, kept from one valuation to the next: tables of early-exercise
 * premiums, and for each expiry how far put-call parity errs.
 *
 * Parity holds for European prices. American mids carry early-exercise premiums, which it takes for a yield: by half a
 * percent in a year of SPY, dollars of forward. `americanCarry` finds the yield at which calls and puts have the same
 * vol, in about a millisecond; the bias that it shows moves slowly, so that it is found anew only when spot, time or yield
 * have moved away, while parity follows every tick between.
 */
export class AmericanModel {
  readonly #tables: AmericanTables;
  /** By `symbol|root|expiry`. */
  readonly #biases = new Map<string, YieldBias>();

  /** @param ask called before every few milliseconds of work on tables; may throw to end it. */
  constructor(ask?: () => void) {
    this.#tables = new AmericanTables({ ask });
  }

  /** What values one right of an expiry; for use at once. */
  expiryOf({ chain, sides, market }: ChainExpiry, { symbol, root, expiry, right }: ChainGroup): AmericanExpiry {
    const { years, rate, dividends } = market;
    const key = expiryKey({ symbol, root, expiry });
    const known = this.#biases.get(key);
    const found = known && isNear(known.market, market) ? known : { bias: yieldBias({ chain, sides, market }), market };
    this.#biases.set(key, found);
    const dividendYield = yieldBesides(market) - found.bias;
    return this.#tables.expiry(`${key}|${right}`, { right, years, rate, dividendYield, dividends });
  }

  /** Forgets expiries; the tables have a bound of their own. */
  keepOnly(isWanted: (key: string) => boolean): void {
    for (const key of this.#biases.keys()) if (!isWanted(key)) this.#biases.delete(key);
  }
}

/** 0 where it cannot be told: parity stands then. */
function yieldBias({ chain, sides, market }: ChainExpiry): number {
  const { spot, years, rate, dividends } = market;
  const call = sides.find(({ right }) => right === 'C');
  const put = sides.find(({ right }) => right === 'P');
  if (!call || !put) return 0;
  const points = parityPoints(chain, { call, put });
  const { dividendYield, isAmerican } = americanCarry({ points, spot, years, rate, dividends });
  const bias = yieldBesides(market) - dividendYield;
  return isAmerican && Number.isFinite(bias) ? bias : 0;
}

function isNear(before: ExpiryMarket, now: ExpiryMarket): boolean {
  return (
    before.rate === now.rate &&
    before.dividends.length === now.dividends.length &&
    Math.abs(now.spot / before.spot - 1) <= SPOT_REACH &&
    Math.abs(now.years / before.years - 1) <= TIME_REACH &&
    Math.abs(now.dividendYield - before.dividendYield) * now.years <= CARRY_REACH
  );
}
