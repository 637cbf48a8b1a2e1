import type { Settings } from '../../electron/contract/desk.ts';

export type LimitName = keyof Settings['limits'];
export type RateName = 'riskFreeRate' | 'messageCeiling' | 'lineBudget' | 'armMinutes';

/** A setting that is a number. Bounds are in the setting's own unit; a person reads it times `scale`. */
export interface NumberSpec<Name extends string = string> {
  name: Name;
  label: string;
  explains?: string;
  least: number;
  most: number;
  scale?: number;
  decimals?: number;
}

export const ORDER_LIMITS: readonly NumberSpec<LimitName>[] = [
  { name: 'maxQuantity', label: 'Contracts at most', least: 1, most: 1000 },
  {
    name: 'maxLossPerOrder',
    label: 'Loss at most, $',
    explains: 'The worst case of one order, fees in',
    least: 1,
    most: 10_000_000,
  },
  {
    name: 'priceCollar',
    label: 'Past natural at most, $',
    explains: 'How far a limit may lie beyond the market, per share',
    least: 0,
    most: 100,
    decimals: 2,
  },
  { name: 'maxQuoteAgeMs', label: 'Quote age at most, s', least: 500, most: 600_000, scale: 0.001, decimals: 1 },
];

export const BOOK_LIMITS: readonly NumberSpec<LimitName>[] = [
  {
    name: 'maxOpenRisk',
    label: 'Open risk at most, $',
    explains: 'Everything held and working, worst case',
    least: 1,
    most: 100_000_000,
  },
  {
    name: 'maxDailyLoss',
    label: 'Loss of the day at most, $',
    explains: 'Beyond it no new risk is taken',
    least: 1,
    most: 10_000_000,
  },
  { name: 'tradesPerDay', label: 'Trades a day at most', least: 1, most: 1000 },
  { name: 'ordersPerMinute', label: 'Orders a minute at most', least: 1, most: 60 },
];

export const DATA_SETTINGS: readonly NumberSpec<RateName>[] = [
  {
    name: 'armMinutes',
    label: 'Armed for, minutes',
    explains: 'One click sends for so long; then the session is safe again',
    least: 1,
    most: 240,
  },
  {
    name: 'riskFreeRate',
    label: 'Risk-free rate, %',
    explains: 'Continuous, per year',
    least: -0.05,
    most: 0.5,
    scale: 100,
    decimals: 2,
  },
  {
    name: 'messageCeiling',
    label: 'Messages a second at most',
    explains: 'TWS allows 50; more than 45 leaves no room for cancels',
    least: 5,
    most: 45,
  },
  {
    name: 'lineBudget',
    label: 'Market lines at most',
    explains: 'What your subscription allows, less what TWS itself shows',
    least: 4,
    most: 500,
  },
];
