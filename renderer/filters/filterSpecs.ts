import type { RangeFilter } from '../../scanner/domain/profile.ts';

export interface FilterSpec {
  filter: RangeFilter;
  label: string;
  unit: string;
  /** What a person reads is the profile's own number times this. */
  scale: number;
  /** Decimals shown, and the step of handles and arrow keys, both in what a person reads. */
  decimals: number;
  step: number;
  explains: string;
}

export interface FilterGroup {
  name: string;
  filters: readonly FilterSpec[];
}

type Shape = Omit<FilterSpec, 'filter' | 'label' | 'unit' | 'explains'>;
const whole: Shape = { scale: 1, decimals: 0, step: 1 };
const dollars: Shape = { scale: 1, decimals: 2, step: 0.05 };
const ratio: Shape = { scale: 1, decimals: 2, step: 0.01 };
const percent: Shape = { scale: 100, decimals: 1, step: 1 };

function spec(filter: RangeFilter, label: string, unit: string, shape: Shape, explains: string): FilterSpec {
  return { filter, label, unit, explains, ...shape };
}

/** Every range filter of a profile, grouped as a trader looks for them. */
export const FILTER_GROUPS: readonly FilterGroup[] = [
  {
    name: 'Contract',
    filters: [
      spec('dte', 'DTE', 'days', whole, 'Calendar days to expiry'),
      spec('width', 'Width', '$', { ...whole, decimals: 1, step: 0.5 }, 'Distance between the strikes'),
      spec('shortDelta', 'Short delta', '', ratio, 'Size of the sold leg’s delta'),
      spec('longDelta', 'Long delta', '', ratio, 'Size of the bought leg’s delta'),
      spec('distancePercent', 'Distance', '%', percent, 'Sold strike from spot, percent of spot'),
      spec('distanceSigma', 'Distance', 'σ', ratio, 'Sold strike from spot in standard deviations'),
    ],
  },
  {
    name: 'Price and payoff',
    filters: [
      spec('credit', 'Credit', '$', dollars, 'Per share; a debit is negative'),
      spec('creditToWidth', 'Credit/width', '', ratio, 'Credit as part of the width'),
      spec('maxLoss', 'Max loss', '$', { ...whole, step: 10 }, 'Per contract, fees in'),
      spec('returnOnRisk', 'RoR', '%', percent, 'Max profit over max loss'),
      spec('pop', 'POP', '%', percent, 'Probability beyond break-even at expiry'),
      spec('ev', 'EV', '$', dollars, 'Expected value per share after fees'),
      spec('evToRisk', 'EV / risk', '', ratio, 'Expected value over max loss'),
    ],
  },
  {
    name: 'Liquidity',
    filters: [
      spec('openInterest', 'Open int.', '', { ...whole, step: 50 }, 'Of each leg'),
      spec('volume', 'Volume', '', { ...whole, step: 5 }, 'Of each leg, today'),
      spec('bidAskPercent', 'Bid–ask', '%', percent, 'Width of each leg’s market, percent of its mid'),
    ],
  },
  {
    name: 'Net Greeks',
    filters: [
      spec('netDelta', 'Net delta', '', ratio, 'Per share'),
      spec('netGamma', 'Net gamma', '', { scale: 1, decimals: 4, step: 0.0005 }, 'Per share'),
      spec('netTheta', 'Net theta', '', { scale: 1, decimals: 3, step: 0.001 }, 'Per share and calendar day'),
      spec('netVega', 'Net vega', '', { scale: 1, decimals: 3, step: 0.001 }, 'Per share and vol point'),
    ],
  },
  {
    name: 'Volatility and events',
    filters: [
      spec('ivRank', 'IV rank', '', whole, 'Where IV stands between its low and high of a year, 0 to 100'),
      spec('ivPercentile', 'IV percentile', '', whole, 'Share of the year’s days with a lower IV, 0 to 100'),
    ],
  },
];

const NAMES = new Map(FILTER_GROUPS.flatMap((group) => group.filters).map((entry) => [entry.filter as string, entry]));

/** The name of a funnel stage as the panel shows it. */
export function stageName(stage: string): string {
  const known = NAMES.get(stage);
  if (known !== undefined)
    return known.unit === '%' || known.unit === 'σ' ? `${known.label} ${known.unit}` : known.label;
  if (stage === 'strategies') return 'Strategies';
  if (stage === 'tradeable') return 'Not tradeable';
  if (stage === 'excludeEarnings') return 'Earnings';
  return 'Ex-dividend';
}
