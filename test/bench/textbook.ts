/** The formulas as textbooks and small npm packages print them: what the benches measure the real ones against. */

/** @source Abramowitz and Stegun 26.2.17, error 7.5e-8. */
function textbookCdf(x: number): number {
  const k = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    ((Math.exp(-0.5 * x * x) * k) / Math.sqrt(2 * Math.PI)) *
    (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  return x >= 0 ? 1 - tail : tail;
}

export interface TextbookOption {
  isCall: boolean;
  spot: number;
  strike: number;
  years: number;
  rate: number;
  vol: number;
}

function textbookPrice({ isCall, spot, strike, years, rate, vol }: TextbookOption): number {
  const d1 = (Math.log(spot / strike) + (rate + (vol * vol) / 2) * years) / (vol * Math.sqrt(years));
  const d2 = d1 - vol * Math.sqrt(years);
  return isCall
    ? spot * textbookCdf(d1) - strike * Math.exp(-rate * years) * textbookCdf(d2)
    : strike * Math.exp(-rate * years) * textbookCdf(-d2) - spot * textbookCdf(-d1);
}

function textbookVega({ spot, strike, years, rate, vol }: TextbookOption): number {
  const d1 = (Math.log(spot / strike) + (rate + (vol * vol) / 2) * years) / (vol * Math.sqrt(years));
  return (spot * Math.exp((-d1 * d1) / 2) * Math.sqrt(years)) / Math.sqrt(2 * Math.PI);
}

/** Newton's method on the price from a start of 50 %. */
export function textbookImpliedVol(option: Omit<TextbookOption, 'vol'>, price: number): number {
  let vol = 0.5;
  for (let i = 0; i < 100; i++) {
    const gap = textbookPrice({ ...option, vol }) - price;
    if (Math.abs(gap) < 1e-8) return vol;
    vol = Math.min(10, Math.max(1e-3, vol - gap / Math.max(1e-10, textbookVega({ ...option, vol }))));
  }
  return vol;
}

/** Price, delta, gamma, theta, vega and rho one after another. @returns their sum, so that none can be left out. */
export function textbookGreeksSum(option: TextbookOption): number {
  const { isCall, spot, strike, years, rate, vol } = option;
  const root = Math.sqrt(years);
  const d1 = (Math.log(spot / strike) + (rate + (vol * vol) / 2) * years) / (vol * root);
  const d2 = d1 - vol * root;
  const density = Math.exp((-d1 * d1) / 2) / Math.sqrt(2 * Math.PI);
  const sign = isCall ? 1 : -1;
  const discounted = strike * Math.exp(-rate * years);
  const delta = isCall ? textbookCdf(d1) : textbookCdf(d1) - 1;
  const gamma = density / (spot * vol * root);
  const theta = (-spot * density * vol) / (2 * root) - sign * rate * discounted * textbookCdf(sign * d2);
  const rho = sign * discounted * years * textbookCdf(sign * d2);
  return textbookPrice(option) + delta + gamma + theta / 365 + (spot * density * root) / 100 + rho / 100;
}

/** American value on a binomial tree. @source Cox, Ross and Rubinstein (1979). */
function crrPrice(option: TextbookOption, steps: number): number {
  const { isCall, spot, strike, years, rate, vol } = option;
  const up = Math.exp(vol * Math.sqrt(years / steps));
  const discount = Math.exp((-rate * years) / steps);
  const chance = (1 / discount - 1 / up) / (up - 1 / up);
  const sign = isCall ? 1 : -1;
  const values = new Float64Array(steps + 1);
  for (let i = 0; i <= steps; i++) values[i] = Math.max(0, sign * (spot * up ** (2 * i - steps) - strike));
  for (let step = steps - 1; step >= 0; step--) {
    let level = spot * up ** -step;
    for (let i = 0; i <= step; i++) {
      const held = discount * (chance * (values[i + 1] ?? 0) + (1 - chance) * (values[i] ?? 0));
      values[i] = Math.max(held, sign * (level - strike));
      level *= up * up;
    }
  }
  return values[0] ?? NaN;
}

/** Bisection on the tree's price. */
export function crrImpliedVol(option: Omit<TextbookOption, 'vol'>, price: number, steps: number): number {
  let low = 0.01;
  let high = 3;
  while (high - low > 1e-6) {
    const vol = 0.5 * (low + high);
    if (crrPrice({ ...option, vol }, steps) < price) low = vol;
    else high = vol;
  }
  return 0.5 * (low + high);
}
