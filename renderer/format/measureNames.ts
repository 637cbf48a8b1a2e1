import type { RankMeasure } from '../../scanner/domain/profile.ts';
import { formatNumber } from './formatNumber.ts';

/** How a rank measure is called in a list and in a narrow bar, and how its value reads. */
export const MEASURES: Readonly<Record<RankMeasure, { name: string; short: string; show: (value: number) => string }>> =
  {
    returnOnRisk: {
      name: 'Return on risk',
      short: 'RoR',
      show: (v) => formatNumber(v, { decimals: 1, scale: 100, suffix: '%' }),
    },
    annualised: {
      name: 'Annualised',
      short: 'Ann.',
      show: (v) => formatNumber(v, { decimals: 0, scale: 100, suffix: '%' }),
    },
    pop: { name: 'POP', short: 'POP', show: (v) => formatNumber(v, { decimals: 1, scale: 100, suffix: '%' }) },
    ev: { name: 'EV', short: 'EV', show: (v) => formatNumber(v, { decimals: 3, signed: true }) },
    evToRisk: { name: 'EV / risk', short: 'EV/risk', show: (v) => formatNumber(v, { decimals: 3, signed: true }) },
    credit: { name: 'Credit', short: 'Cr.', show: (v) => formatNumber(v, { decimals: 2, upTo: 3 }) },
    creditToWidth: { name: 'Credit / width', short: 'C/W', show: (v) => formatNumber(v, { decimals: 2 }) },
    liquidity: { name: 'Liquidity', short: 'Liq.', show: (v) => formatNumber(v, { decimals: 2 }) },
    netTheta: { name: 'Net theta', short: 'Θ', show: (v) => formatNumber(v, { decimals: 3, signed: true }) },
    distanceSigma: { name: 'Distance σ', short: 'Dist', show: (v) => formatNumber(v, { decimals: 2 }) },
  };

/** Tint of the n-th term of a score, the same in bar, list and weights. */
export function termTint(index: number): string {
  return `var(--t${Math.min(index + 1, 4)})`;
}
