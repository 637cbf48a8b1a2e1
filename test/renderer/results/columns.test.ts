import { expect, test } from 'vitest';
import { columnsThatFit, leastWidth, spreadColumns } from '../../../renderer/results/columns.ts';

const columns = spreadColumns(
  () => 'EV',
  () => false,
);
const SCROLLBAR_PX = 10;
const taken = (width: number, fourLegs: boolean) =>
  columns
    .filter(({ colId }) => columnsThatFit(columns, width, fourLegs).has(colId))
    .reduce((sum, column) => sum + leastWidth(column, fourLegs), 0);

test('condors never crowd a panel more than verticals do', () => {
  const widths = Array.from({ length: 140 }, (_, i) => 580 + 10 * i);
  const worst = (fourLegs: boolean) => Math.max(...widths.map((width) => taken(width, fourLegs) - width));
  expect(worst(true)).toBeLessThanOrEqual(worst(false));
  // The narrowest panel that the design knows holds them whole.
  expect(taken(580, true)).toBeLessThanOrEqual(580 - SCROLLBAR_PX);
});

test('where room is scarce the days go first, since the expiry says them too', () => {
  expect(columnsThatFit(columns, 580, true).has('dte')).toBe(false);
  expect(columnsThatFit(columns, 580, true).has('expiry')).toBe(true);
  expect(columnsThatFit(columns, 1440, true).has('dte')).toBe(true);
});
