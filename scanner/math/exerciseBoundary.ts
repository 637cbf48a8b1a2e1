import { gaussLegendre, type Quadrature } from './gaussLegendre.ts';
import { normalCdf, normalPdf } from './normal.ts';

/** An American put with continuous rates; calls are mapped to puts by symmetry before they come here. */
export interface PutTerms {
  strike: number;
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
  iterations: number;
  /** Gauss-Legendre points of the premium integral. */
  premiumQuadrature: Quadrature;
}

export const PRICE_ACCURACY: BoundaryAccuracy = {
  nodes: 12,
  quadrature: gaussLegendre(21),
  iterations: 8,
  premiumQuadrature: gaussLegendre(41),
};

/**
 * The spot below which an American put is exercised at once, as time to expiry goes to zero.
 * @returns 0 when early exercise never pays; NaN when rates are so negative that there are two boundaries.
 * @source Andersen, Lake and Offengenden (2016), section 2; Andersen and Lake (2021) for negative rates.
 */
export function boundaryAtExpiry({ strike, rate, dividendYield }: PutTerms): number {
  if (rate > 0) return dividendYield > rate ? (strike * rate) / dividendYield : strike;
  if (rate === 0) return dividendYield < 0 ? strike : 0;
  return dividendYield < rate ? NaN : 0;
}

/**
 * The early-exercise boundary of an American put, interpolated at Chebyshev nodes in sqrt(time):
 * ln²(boundary / boundaryAtExpiry) is nearly linear there.
 */
export class ExerciseBoundary {
  private readonly terms: PutTerms;
  private readonly atExpiry: number;
  /** Chebyshev coefficients of ln²(B/atExpiry). */
  private readonly coefficients: Float64Array;
  private readonly values: Float64Array;

  /** @source Andersen, Lake and Offengenden (2016), High Performance American Option Pricing, algorithm 1. */
  constructor(terms: PutTerms, accuracy: BoundaryAccuracy) {
    this.terms = terms;
    this.atExpiry = boundaryAtExpiry(terms);
    this.values = new Float64Array(accuracy.nodes + 1);
    this.coefficients = new Float64Array(accuracy.nodes + 1);
    this.guess(accuracy.nodes);
    for (let i = 0; i < accuracy.iterations; i++) this.iterate(accuracy);
  }

  /** The boundary `years` before expiry. */
  at(years: number): number {
    const z = 2 * Math.sqrt(Math.max(0, years) / this.terms.years) - 1;
    return this.atExpiry * Math.exp(-Math.sqrt(Math.max(0, this.clenshaw(z))));
  }

  private clenshaw(z: number): number {
    const c = this.coefficients;
    let b1 = 0;
    let b2 = 0;
    for (let k = c.length - 1; k >= 1; k--) {
      const b0 = 2 * z * b1 - b2 + (c[k] ?? 0);
      b2 = b1;
      b1 = b0;
    }
    return z * b1 - b2 + (c[0] ?? 0);
  }

  private yearsAt(node: number): number {
    const z = Math.cos((Math.PI * node) / (this.values.length - 1));
    return 0.25 * this.terms.years * (1 + z) * (1 + z);
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

  private setBoundary(node: number, boundary: number): void {
    const log = Math.log(Math.min(boundary, this.atExpiry) / this.atExpiry);
    this.values[node] = log * log;
  }

  /** A start that blends the boundary at expiry into the perpetual one. @source Bjerksund and Stensland (1993). */
  private guess(nodes: number): void {
    const { strike, rate, dividendYield, vol } = this.terms;
    const variance = vol * vol;
    const drift = rate - dividendYield - 0.5 * variance;
    const root = (-drift - Math.sqrt(drift * drift + 2 * rate * variance)) / variance;
    const perpetual = Math.min((strike * root) / (root - 1), this.atExpiry * 0.999);
    for (let i = 0; i < nodes; i++) {
      const years = this.yearsAt(i);
      const fade =
        (((rate - dividendYield) * years - 2 * vol * Math.sqrt(years)) * strike) / (this.atExpiry - perpetual);
      const boundary = perpetual + (this.atExpiry - perpetual) * Math.exp(Math.min(0, fade));
      this.setBoundary(i, boundary);
    }
    this.values[nodes] = 0;
    this.fit();
  }

  /** One fixed-point step at every node (equation B near rate = yield, where A converges slowly). */
  private iterate(accuracy: BoundaryAccuracy): void {
    const { strike, rate, dividendYield, vol } = this.terms;
    const { nodes, weights } = accuracy.quadrature;
    const matchSlope = Math.abs(rate - dividendYield) >= 0.001;
    for (let i = 0; i < accuracy.nodes; i++) {
      const years = this.yearsAt(i);
      const boundary = this.atExpiry * Math.exp(-Math.sqrt(this.values[i] ?? 0));
      const stdDev = vol * Math.sqrt(years);
      const d2 = (Math.log(boundary / strike) + (rate - dividendYield) * years) / stdDev - 0.5 * stdDev;
      const d1 = d2 + stdDev;
      let top = matchSlope ? normalPdf(d2) / stdDev : normalCdf(d2);
      let bottom = normalCdf(d1) + (matchSlope ? normalPdf(d1) / stdDev : 0);
      for (let j = 0; j < nodes.length; j++) {
        const half = 0.5 * (1 + (nodes[j] ?? 0));
        const since = years * half * half;
        const spread = stdDev * half;
        const later = this.at(years - since);
        const e2 = (Math.log(boundary / later) + (rate - dividendYield) * since) / spread - 0.5 * spread;
        const e1 = e2 + spread;
        // du = 2 * years * half * d(half), and the rule's weights are for an interval of length 2.
        const weight = (weights[j] ?? 0) * years * half;
        const grownRate = rate * Math.exp(rate * (years - since)) * weight;
        const grownYield = dividendYield * Math.exp(dividendYield * (years - since)) * weight;
        if (matchSlope) {
          top += (grownRate * normalPdf(e2)) / spread;
          bottom += grownYield * (normalCdf(e1) + normalPdf(e1) / spread);
        } else {
          top += grownRate * normalCdf(e2);
          bottom += grownYield * normalCdf(e1);
        }
      }
      this.setBoundary(i, (strike * Math.exp((dividendYield - rate) * years) * top) / bottom);
    }
    this.fit();
  }

  /**
   * What early exercise adds to the European put at `spot` above the boundary, per share.
   * @source Kim (1990); Andersen, Lake and Offengenden (2016), equation 6, in sqrt(time).
   */
  premium(spot: number, { nodes, weights }: Quadrature): number {
    const { strike, years, rate, dividendYield, vol } = this.terms;
    const rootYears = Math.sqrt(years);
    let total = 0;
    for (let j = 0; j < nodes.length; j++) {
      const root = 0.5 * rootYears * (1 + (nodes[j] ?? 0));
      const since = root * root;
      const spread = vol * root;
      const boundary = this.at(years - since);
      const d2 = (Math.log(spot / boundary) + (rate - dividendYield) * since) / spread - 0.5 * spread;
      const earned = rate * strike * Math.exp(-rate * since) * normalCdf(-d2);
      const lost = dividendYield * spot * Math.exp(-dividendYield * since) * normalCdf(-d2 - spread);
      total += (weights[j] ?? 0) * root * (earned - lost);
    }
    return total * rootYears;
  }
}
