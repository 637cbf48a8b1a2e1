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

/** Every range filter of a profile, grouped as a trader looks for them. */
export const FILTER_GROUPS: readonly FilterGroup[] = [
  {
    name: 'Contract',
    filters: [
      { filter: 'dte', label: 'DTE', unit: 'days', ...whole, explains: 'Calendar days to expiry' },
      {
        filter: 'width',
        label: 'Width',
        unit: '$',
        ...whole,
        decimals: 1,
        step: 0.5,
        explains: 'Distance between the strikes; of a condor, of each wing',
      },
      {
        filter: 'shortDelta',
        label: 'Short delta',
        unit: '',
        ...ratio,
        explains: 'Size of the sold leg’s delta; of a condor, of both',
      },
      {
        filter: 'longDelta',
        label: 'Long delta',
        unit: '',
        ...ratio,
        explains: 'Size of the bought leg’s delta; of a condor, of both',
      },
      {
        filter: 'distancePercent',
        label: 'Distance',
        unit: '%',
        ...percent,
        explains: 'Sold strike from spot, percent of spot',
      },
      {
        filter: 'distanceSigma',
        label: 'Distance',
        unit: 'σ',
        ...ratio,
        explains: 'Sold strike from spot in standard deviations',
      },
    ],
  },
  {
    name: 'Price and payoff',
    filters: [
      { filter: 'credit', label: 'Credit', unit: '$', ...dollars, explains: 'Per share; a debit is negative' },
      {
        filter: 'creditToWidth',
        label: 'Credit/width',
        unit: '',
        ...ratio,
        explains: 'Credit as part of the width; of a condor, of its wider wing',
      },
      { filter: 'maxLoss', label: 'Max loss', unit: '$', ...whole, step: 10, explains: 'Per contract, fees in' },
      { filter: 'returnOnRisk', label: 'RoR', unit: '%', ...percent, explains: 'Max profit over max loss' },
      { filter: 'pop', label: 'POP', unit: '%', ...percent, explains: 'Probability of a profit at expiry' },
      { filter: 'ev', label: 'EV', unit: '$', ...dollars, explains: 'Expected value per share after fees' },
      { filter: 'evToRisk', label: 'EV / risk', unit: '', ...ratio, explains: 'Expected value over max loss' },
    ],
  },
  {
    name: 'Liquidity',
    filters: [
      { filter: 'openInterest', label: 'Open int.', unit: '', ...whole, step: 50, explains: 'Of each leg' },
      { filter: 'volume', label: 'Volume', unit: '', ...whole, step: 5, explains: 'Of each leg, today' },
      {
        filter: 'bidAskPercent',
        label: 'Bid–ask',
        unit: '%',
        ...percent,
        explains: 'Width of each leg’s market, percent of its mid',
      },
    ],
  },
  {
    name: 'Net Greeks',
    filters: [
      { filter: 'netDelta', label: 'Net delta', unit: '', ...ratio, explains: 'Per share' },
      { filter: 'netGamma', label: 'Net gamma', unit: '', scale: 1, decimals: 4, step: 0.0005, explains: 'Per share' },
      {
        filter: 'netTheta',
        label: 'Net theta',
        unit: '',
        scale: 1,
        decimals: 3,
        step: 0.001,
        explains: 'Per share and calendar day',
      },
      {
        filter: 'netVega',
        label: 'Net vega',
        unit: '',
        scale: 1,
        decimals: 3,
        step: 0.001,
        explains: 'Per share and vol point',
      },
    ],
  },
  {
    name: 'Volatility and events',
    filters: [
      {
        filter: 'ivRank',
        label: 'IV rank',
        unit: '',
        ...whole,
        explains: 'Where IV stands between its low and high of a year, 0 to 100',
      },
      {
        filter: 'ivPercentile',
        label: 'IV percentile',
        unit: '',
        ...whole,
        explains: 'Share of the year’s days with a lower IV, 0 to 100',
      },
    ],
  },
];

const NAMES = new Map(FILTER_GROUPS.flatMap((group) => group.filters).map((entry) => [entry.filter as string, entry]));

/** How the panel shows a range filter; undefined for the other stages of the funnel. */
export function filterSpec(stage: string): FilterSpec | undefined {
  return NAMES.get(stage);
}

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
