import type { Right } from '../domain/option.ts';
import type { ExpirySurface, SurfaceContract } from './expirySurface.ts';

/** A position that pays to be opened and can never cost at expiry, at the quotes themselves. */
export interface ButterflyArbitrage {
  kind: 'butterfly' | 'vertical';
  right: Right;
  strikes: number[];
  /** Received per share, buying at the ask and selling at the bid. */
  gain: number;
}

/** Total variance that falls from one expiry to a later one at the same moneyness. */
export interface CalendarArbitrage {
  /** Strike over forward where the fall is largest. */
  moneyness: number;
  /** There: vol that the later expiry would need, less the vol that it has. */
  volGap: number;
  /** Share of the common range of moneyness where total variance falls. */
  share: number;
  /** Whether it shows between the earlier bid and the later ask, not in the fits alone. */
  isExecutable: boolean;
}

/** Less than this per share is the rounding of prices. */
const CENT = 0.01 - 1e-9;

/**
 * Verticals that cost less than nothing and butterflies at neighbouring strikes that do, each right by itself, so that
 * no assumption on rates or exercise enters.
 * @source Carr and Madan (2005), A note on sufficient conditions for no arbitrage.
 */
export function butterflyArbitrage(contracts: readonly SurfaceContract[]): ButterflyArbitrage[] {
  const found: ButterflyArbitrage[] = [];
  for (const right of ['P', 'C'] as const) {
    const rows = contracts.filter((c) => c.right === right && (c.ask ?? 0) > 0 && (c.ask ?? 0) >= (c.bid ?? 0));
    rows.sort((a, b) => a.strike - b.strike);
    rows.forEach((low, i) => {
      const [body, high] = [rows[i + 1], rows[i + 2]];
      if (!body) return;
      // The option that pays more must not cost less.
      const [dear, cheap] = right === 'C' ? [low, body] : [body, low];
      const vertical = (cheap.bid ?? 0) - (dear.ask ?? Infinity);
      if (vertical > CENT) found.push({ kind: 'vertical', right, strikes: [low.strike, body.strike], gain: vertical });
      if (!high) return;
      const weight = (high.strike - body.strike) / (high.strike - low.strike);
      const gain = (body.bid ?? 0) - weight * (low.ask ?? Infinity) - (1 - weight) * (high.ask ?? Infinity);
      if (gain > CENT) {
        found.push({ kind: 'butterfly', right, strikes: [low.strike, body.strike, high.strike], gain });
      }
    });
  }
  return found;
}

const STEPS = 200;
/** Falls of total variance below this part of it are rounding. */
const TOLERANCE = 1e-6;

/**
 * Calendar arbitrage between two expiries of one underlying: total variance at equal strike over forward must not fall.
 * @returns undefined when it does not, or when they have no common range of quoted strikes.
 * @source Gatheral and Jacquier (2014), Arbitrage-free SVI volatility surfaces, lemma 2.1.
 */
export function calendarArbitrage(near: ExpirySurface, far: ExpirySurface): CalendarArbitrage | undefined {
  const [a, b] = [near.smile, far.smile];
  if (!a || !b || !(b.years > a.years)) return undefined;
  const range = ({ strikes, forward }: typeof a): [number, number] => [
    Math.min(...strikes) / forward,
    Math.max(...strikes) / forward,
  ];
  const [nearRange, farRange] = [range(a), range(b)];
  const [low, high] = [Math.max(nearRange[0], farRange[0]), Math.min(nearRange[1], farRange[1])];
  if (!(high > low)) return undefined;
  let worst = { moneyness: NaN, volGap: 0 };
  let falls = 0;
  for (let i = 0; i <= STEPS; i++) {
    const moneyness = low * (high / low) ** (i / STEPS);
    const variance = a.volAt(a.forward * moneyness) ** 2 * a.years;
    const vol = b.volAt(b.forward * moneyness);
    if (!(variance > vol * vol * b.years * (1 + TOLERANCE))) continue;
    falls += 1;
    const volGap = Math.sqrt(variance / b.years) - vol;
    if (volGap > worst.volGap) worst = { moneyness, volGap };
  }
  if (falls === 0) return undefined;
  return { ...worst, share: falls / (STEPS + 1), isExecutable: isExecutable(near, far) };
}

/** Whether a bid of the earlier expiry has more total variance than the asks of the later one about the same moneyness. */
function isExecutable(near: ExpirySurface, far: ExpirySurface): boolean {
  const asks = far.contracts
    .filter(({ isFitted, askIv }) => isFitted && askIv !== undefined)
    .map(({ strike, askIv = NaN }) => ({
      moneyness: strike / far.terms.forward,
      variance: askIv ** 2 * far.terms.years,
    }))
    .sort((x, y) => x.moneyness - y.moneyness);
  return near.contracts.some(({ isFitted, strike, bidIv }) => {
    if (!isFitted || bidIv === undefined) return false;
    const moneyness = strike / near.terms.forward;
    const after = asks.findIndex((ask) => ask.moneyness >= moneyness);
    const [left, right] = [asks[after - 1], asks[after]];
    if (!left || !right) return false;
    return bidIv ** 2 * near.terms.years > Math.max(left.variance, right.variance);
  });
}
