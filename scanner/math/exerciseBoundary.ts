import { gaussLegendre, type Quadrature } from './gaussLegendre.ts';
import { normalCdf, normalPdf } from './normal.ts';

const QUARTER_PI = Math.PI / 4;
/** A rate this small cannot pay for early exercise: it is worth at most rate * years of the strike. */
const NEGLIGIBLE_RATE = 1e-8;

/** An American put on a share of continuous yield, with strike 1; calls are mapped to puts before they come here. */
export interface PutTerms {
  years: number;
  rate: number;
  dividendYield: number;
  vol: number;
}

/** How finely the boundary and the premium are computed. */
export interface BoundaryAccuracy {
  /** Chebyshev nodes of the boundary beyond the one at expiry. */
  nodes: number;
  /** Gauss-Legendre points of each integral of the fixed-point equation. */
  quadrature: Quadrature;
  /** Fixed-point steps at most; they end when the boundary moves by less than `tolerance` of itself. */
  iterations: number;
  tolerance: number;
  /** Gauss-Legendre points of the premium integral. */
  premiumQuadrature: Quadrature;
}

/** Prices within 3e-6 for a strike of 100, usually 1e-9; within 2e-4 for lives beyond five years. */
export const PRICE_ACCURACY: BoundaryAccuracy = {
  nodes: 12,
  quadrature: gaussLegendre(21),
  iterations: 40,
  tolerance: 1e-9,
  premiumQuadrature: gaussLegendre(41),
};

/**
 * The spot over the strike below which an American put is exercised at once, as time to expiry goes to zero.
 * @returns 0 when early exercise never pays; NaN when rates are so negative that there are two boundaries.
 * @source Andersen, Lake and Offengenden (2016), section 2; Andersen and Lake (2021) for negative rates.
 */
export function boundaryAtExpiry({ rate, dividendYield }: PutTerms): number {
  if (rate > NEGLIGIBLE_RATE) return dividendYield > rate ? rate / dividendYield : 1;
  if (rate >= -NEGLIGIBLE_RATE) return dividendYield < -NEGLIGIBLE_RATE ? 1 : 0;
  return dividendYield < rate ? NaN : 0;
}

/** Early-exercise premium over the strike, and its first two derivatives by ln(spot / strike). */
export interface Premium {
  value: number;
  slope: number;
  bend: number;
}

interface Integrand {
  quadrature: Quadrature;
  /** Standard deviation of the log spot by then. */
  spread: Float64Array;
  /** What is added to ln(spot / strike) for the distance to the boundary at that time. */
  shift: Float64Array;
  /** Interest on the strike and yield of the share, per strike, with the rule's weight. */
  earned: Float64Array;
  lost: Float64Array;
}

/**
 * The early-exercise boundary of an American put with strike 1, interpolated at Chebyshev nodes in sqrt(time):
 * ln²(boundary / boundaryAtExpiry) is nearly linear there.
 */
export class ExerciseBoundary {
  private readonly terms: PutTerms;
  /** ln of the boundary at expiry. */
  private readonly logAtExpiry: number;
  /** ln²(B/B at expiry) at the Chebyshev extrema, from `years` down to 0. */
  private readonly values: Float64Array;
  /** Chebyshev coefficients of the same. */
  private readonly coefficients: Float64Array;
  private kept: Integrand | undefined;

  /**
   * @param terms with a boundaryAtExpiry above 0.
   * @param near the boundary of a similar vol, all else equal, to start from.
   * @source Andersen, Lake and Offengenden (2016), High Performance American Option Pricing, algorithm 1.
   */
  constructor(terms: PutTerms, accuracy: BoundaryAccuracy, near?: ExerciseBoundary) {
    this.terms = terms;
    this.logAtExpiry = Math.log(boundaryAtExpiry(terms));
    this.values = new Float64Array(accuracy.nodes + 1);
    this.coefficients = new Float64Array(accuracy.nodes + 1);
    if (near) this.follow(near);
    else this.guess();
    for (let i = 0; i < accuracy.iterations; i++) {
      if (this.iterate(accuracy.quadrature) < accuracy.tolerance) break;
    }
  }

  /** ln(boundary / strike) `years` before expiry. */
  logAt(years: number): number {
    const z = 2 * Math.sqrt(Math.max(0, years) / this.terms.years) - 1;
    return this.logAtExpiry - this.depth(z);
  }

  /** ln(B at expiry / B) at z = 2 sqrt(time / years) - 1, by Clenshaw's recurrence. */
  private depth(z: number): number {
    const c = this.coefficients;
    let b1 = 0;
    let b2 = 0;
    for (let k = c.length - 1; k >= 1; k--) {
      const b0 = 2 * z * b1 - b2 + (c[k] ?? 0);
      b2 = b1;
      b1 = b0;
    }
    return Math.sqrt(Math.max(0, z * b1 - b2 + (c[0] ?? 0)));
  }

  private rootYearsAt(node: number): number {
    return 0.5 * Math.sqrt(this.terms.years) * (1 + Math.cos((Math.PI * node) / (this.values.length - 1)));
  }

  /** Values at the Chebyshev extrema to coefficients. */
  private fit(): void {
    const n = this.values.length - 1;
    for (let k = 0; k <= n; k++) {
      let sum = 0;
      for (let i = 0; i <= n; i++) {
        const edge = i === 0 || i === n ? 0.5 : 1;
        sum += edge * (this.values[i] ?? 0) * Math.cos((Math.PI * i * k) / n);
      }
      this.coefficients[k] = ((k === 0 || k === n ? 1 : 2) / n) * sum;
    }
  }

  /** Starts from another vol's boundary: its distance from the one at expiry is roughly proportional to vol. */
  private follow(near: ExerciseBoundary): void {
    const scale = (this.terms.vol / near.terms.vol) ** 2;
    for (let i = 0; i < this.values.length; i++) this.values[i] = scale * (near.values[i] ?? 0);
    this.fit();
  }

  /** A start that blends the boundary at expiry into the perpetual one. @source Bjerksund and Stensland (1993). */
  private guess(): void {
    const { rate, dividendYield, vol } = this.terms;
    const variance = vol * vol;
    const drift = rate - dividendYield - 0.5 * variance;
    const root = (-drift - Math.sqrt(drift * drift + 2 * rate * variance)) / variance;
    const atExpiry = Math.exp(this.logAtExpiry);
    const perpetual = atExpiry * Math.min(0.999, Math.max(0.01, root / (root - 1) / atExpiry));
    for (let i = 0; i < this.values.length - 1; i++) {
      const rootYears = this.rootYearsAt(i);
      const fade = ((rate - dividendYield) * rootYears * rootYears - 2 * vol * rootYears) / (atExpiry - perpetual);
      const depth = this.logAtExpiry - Math.log(perpetual + (atExpiry - perpetual) * Math.exp(Math.min(0, fade)));
      this.values[i] = depth * depth;
    }
    this.values[this.values.length - 1] = 0;
    this.fit();
  }

  /** One fixed-point step at every node. @returns how far the boundary moved, as a fraction of itself. */
  private iterate(quadrature: Quadrature): number {
    const { years, rate, dividendYield, vol } = this.terms;
    // Matching the slope (equation A) converges fast, but diverges when drift outweighs volatility; matching the value
    // (equation B) is slower and always converges.
    const matchSlope = Math.abs(rate - dividendYield) * Math.sqrt(years) < 0.6 * vol;
    let moved = 0;
    for (let i = 0; i < this.values.length - 1; i++) {
      const before = Math.sqrt(this.values[i] ?? 0);
      const wanted = this.logAtExpiry - this.improved(i, matchSlope, quadrature);
      // A boundary many deviations below the strike underflows both sides of the equation; it is then out of reach.
      const after = Number.isFinite(wanted) ? Math.max(0, wanted) : before;
      moved = Math.max(moved, Math.abs(after - before));
      this.values[i] = after * after;
    }
    this.fit();
    return moved;
  }

  /** ln of the right-hand side of the fixed-point equation at one node. @source the paper's equations 34 to 42. */
  private improved(node: number, matchSlope: boolean, { nodes, weights }: Quadrature): number {
    const { rate, dividendYield, vol } = this.terms;
    const rootYears = this.rootYearsAt(node);
    const years = rootYears * rootYears;
    const scale = Math.sqrt(years / this.terms.years);
    const depth = Math.sqrt(this.values[node] ?? 0);
    const carry = rate - dividendYield;
    const stdDev = vol * rootYears;
    const d2 = (this.logAtExpiry - depth + carry * years) / stdDev - 0.5 * stdDev;
    const d1 = d2 + stdDev;
    let top = matchSlope ? normalPdf(d2) / stdDev : normalCdf(d2);
    let bottom = normalCdf(d1) + (matchSlope ? normalPdf(d1) / stdDev : 0);
    for (let j = 0; j < nodes.length; j++) {
      // since = years * sin²: the boundary is then read at sqrt(time) = cos, where it is smooth.
      const angle = QUARTER_PI * (1 + (nodes[j] ?? 0));
      const sine = Math.sin(angle);
      const cosine = Math.cos(angle);
      const since = years * sine * sine;
      const spread = stdDev * sine;
      const later = this.depth(2 * scale * cosine - 1);
      const e2 = (later - depth + carry * since) / spread - 0.5 * spread;
      const e1 = e2 + spread;
      // d(since) = 2 * years * sin * cos * d(angle).
      const weight = (weights[j] ?? 0) * 2 * QUARTER_PI * years * sine * cosine;
      const earned = rate * Math.exp(rate * (years - since)) * weight;
      const lost = dividendYield * Math.exp(dividendYield * (years - since)) * weight;
      top += earned * (matchSlope ? normalPdf(e2) / spread : normalCdf(e2));
      if (lost !== 0) bottom += lost * (normalCdf(e1) + (matchSlope ? normalPdf(e1) / spread : 0));
    }
    return Math.log(top / bottom) - carry * years;
  }

  /** What the premium's integrand has at each point of a rule whatever the spot; kept, since one boundary serves many spots. */
  private integrand(quadrature: Quadrature): Integrand {
    if (this.kept?.quadrature === quadrature) return this.kept;
    const { years, rate, dividendYield, vol } = this.terms;
    const count = quadrature.nodes.length;
    const kept = {
      quadrature,
      spread: new Float64Array(count),
      shift: new Float64Array(count),
      earned: new Float64Array(count),
      lost: new Float64Array(count),
    };
    for (let j = 0; j < count; j++) {
      // The angle is half pi times part²: near the boundary all that matters happens soon, the sooner the nearer.
      const part = 0.5 * (1 + (quadrature.nodes[j] ?? 0));
      const angle = 2 * QUARTER_PI * part * part;
      const sine = Math.sin(angle);
      const cosine = Math.cos(angle);
      const since = years * sine * sine;
      const weight = (quadrature.weights[j] ?? 0) * 4 * QUARTER_PI * part * years * sine * cosine;
      kept.spread[j] = vol * Math.sqrt(years) * sine;
      kept.shift[j] = (rate - dividendYield) * since - this.logAtExpiry + this.depth(2 * cosine - 1);
      kept.earned[j] = weight * rate * Math.exp(-rate * since);
      kept.lost[j] = weight * dividendYield * Math.exp(-dividendYield * since);
    }
    this.kept = kept;
    return kept;
  }

  /**
   * What early exercise adds to the European put above the boundary, over the strike, and its slopes.
   * @param logMoneyness ln(spot / strike).
   * @source Kim (1990); Andersen, Lake and Offengenden (2016), equation 6, with time = years * sin².
   */
  premium(logMoneyness: number, quadrature: Quadrature): Premium {
    const integrand = this.integrand(quadrature);
    const spot = Math.exp(logMoneyness);
    let value = 0;
    let slope = 0;
    let bend = 0;
    for (let j = 0; j < quadrature.nodes.length; j++) {
      const spread = integrand.spread[j] ?? 0;
      const earned = integrand.earned[j] ?? 0;
      const lost = spot * (integrand.lost[j] ?? 0);
      const d2 = (logMoneyness + (integrand.shift[j] ?? 0)) / spread - 0.5 * spread;
      const d1 = d2 + spread;
      const density2 = (earned * normalPdf(d2)) / spread;
      value += earned * normalCdf(-d2);
      slope -= density2;
      bend += (density2 * d2) / spread;
      if (lost === 0) continue;
      const density1 = (lost * normalPdf(d1)) / spread;
      const lostNow = lost * normalCdf(-d1);
      value -= lostNow;
      slope += density1 - lostNow;
      bend += 2 * density1 - lostNow - (density1 * d1) / spread;
    }
    return { value, slope, bend };
  }
}
