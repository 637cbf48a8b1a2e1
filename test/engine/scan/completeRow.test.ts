import { expect, test } from 'vitest';
import { isComplete } from '../../../electron/engine/scan/completeRow.ts';
import { RankedSpreadSchema } from '../../../electron/contract/scan.ts';
import type { RankedSpread } from '../../../scanner/domain/spread.ts';
import { exampleCondor, exampleRow } from './exampleRow.ts';

test.each([exampleRow(), exampleCondor()])(
  'a row with all its numbers is one, and passes the contract: $strategy',
  (row) => {
    expect(isComplete(row)).toBe(true);
    expect(RankedSpreadSchema.parse(row)).toEqual(row);
  },
);

const wing = exampleCondor().callWing!;
test.each<[string, RankedSpread]>([
  ['no credit', exampleRow({ credit: NaN })],
  ['a leg without strike', exampleRow({ short: { ...exampleRow().short, strike: NaN } })],
  ['a condor without call wing', exampleCondor({ callWing: undefined })],
  ['a condor whose upper break-even is no number', exampleCondor({ upperBreakEven: NaN })],
  ['a condor whose call wing lacks a strike', exampleCondor({ callWing: { ...wing, longStrike: NaN } })],
  [
    'a condor whose call leg lacks a date',
    exampleCondor({ callWing: { ...wing, long: { ...wing.long, quotedAtMs: NaN } } }),
  ],
])('left out, so that it does not end the stream: %s', (_, row) => {
  expect(isComplete(row)).toBe(false);
});
