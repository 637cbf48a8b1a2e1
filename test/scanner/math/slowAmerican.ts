import type { AmericanInput } from '../../../scanner/math/american.ts';
import { blackPrice } from '../../../scanner/math/black.ts';

/** Half width of the axis in log spot, and its points. */
const REACH = 1.6;
const POINTS = 701;

/** Four-point interpolation on the axis. */
function read(values: Float64Array, x: number, first: number, step: number): number {
  const i = Math.min(values.length - 3, Math.max(1, Math.floor((x - first) / step)));
  const u = (x - first) / step - i;
  const [a = 0, b = 0, c = 0, d = 0] = values.subarray(i - 1, i + 3);
  return (
    (-a * u * (u - 1) * (u - 2)) / 6 +
    (b * (u + 1) * (u - 1) * (u - 2)) / 2 -
    (c * (u + 1) * u * (u - 2)) / 2 +
    (d * (u + 1) * u * (u - 1)) / 6
  );
}

/** An option that can be exercised at `dates` equally spaced moments: every step is an integral against the lognormal density. */
function bermudan(input: AmericanInput, dates: number): number {
  const { right, spot, strike, years, rate, dividendYield, vol, dividends = [] } = input;
  const dt = years / dates;
  const step = (2 * REACH) / (POINTS - 1);
  const first = Math.log(spot) - REACH;
  const spots = Float64Array.from({ length: POINTS }, (_, i) => Math.exp(first + i * step));
  const payoff = spots.map((s) => Math.max(0, right === 'C' ? s - strike : strike - s));
  const deviation = vol * Math.sqrt(dt);
  const drift = (rate - dividendYield - 0.5 * vol * vol) * dt;
  const half = Math.ceil((9 * deviation + Math.abs(drift)) / step);
  const kernel = Float64Array.from({ length: 2 * half + 1 }, (_, j) => {
    const z = ((j - half) * step - drift) / deviation;
    return ((Math.exp(-0.5 * z * z - rate * dt) / Math.sqrt(2 * Math.PI)) * step) / deviation;
  });
  const growth = Math.exp((rate - dividendYield) * dt);
  const discount = Math.exp(-rate * dt);
  let values = spots.map((s, i) =>
    Math.max(payoff[i] ?? 0, blackPrice({ right, forward: s * growth, strike, stdDev: deviation, discount })),
  );
  for (let date = dates - 1; date >= 1; date--) {
    for (const { years: at, amount } of dividends) {
      if (Math.abs(at - date * dt) > 1e-9) continue;
      const after = values;
      const lowest = spots[0] ?? 0;
      values = spots.map((s, i) =>
        Math.max(payoff[i] ?? 0, read(after, Math.log(Math.max(lowest, s - amount)), first, step)),
      );
    }
    const later = values;
    values = payoff.map((intrinsic, i) => {
      if (i < half || i >= POINTS - half) return intrinsic;
      let sum = 0;
      for (let j = -half; j <= half; j++) sum += (kernel[j + half] ?? 0) * (later[i + j] ?? 0);
      return Math.max(intrinsic, sum);
    });
  }
  return values[(POINTS - 1) / 2] ?? NaN;
}

/**
 * American value by repeated quadrature on ever more exercise dates, extrapolated to all of them. Shares nothing with
 * the two methods of scanner/math but European prices. Dividend dates must be multiples of years / 48.
 * @source Geske and Johnson (1984); Andricopoulos et al. (2003).
 */
export function slowAmericanPrice(input: AmericanInput): number {
  const [few, some, many] = [48, 96, 192].map((dates) => bermudan(input, dates)) as [number, number, number];
  // Error a/n + b/n²: two rounds of Richardson.
  return (8 * many - 6 * some + few) / 3;
}
