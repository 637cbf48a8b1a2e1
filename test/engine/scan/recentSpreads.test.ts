import { expect, test } from 'vitest';
import { RecentSpreads } from '../../../electron/engine/scan/recentSpreads.ts';
import { parseProfile } from '../../../scanner/domain/profile.ts';
import type { RankedSpread } from '../../../scanner/domain/spread.ts';
import { exampleRow } from './exampleRow.ts';

const MOST_DROPPED = 2_000;
const cheap = parseProfile({ version: 1, name: 'cheap', symbols: ['SPY'], strategies: ['bullPut'], feesPerLeg: 0 });
const dear = { ...cheap, name: 'dear', feesPerLeg: 1 };

function rowsOf(...rows: readonly { id: string; score?: number }[]): ReadonlyMap<string, RankedSpread> {
  return new Map(rows.map((row) => [row.id, exampleRow(row)]));
}

test('a spread is as the scan that told last shows it', () => {
  const recent = new RecentSpreads();
  const [one, other] = [{}, {}];
  recent.show(one, rowsOf({ id: 'a', score: 0.1 }), cheap);
  recent.show(other, rowsOf({ id: 'a', score: 0.2 }), dear);
  expect(recent.find('a')).toMatchObject({ row: { score: 0.2 }, profile: { name: 'dear' } });
  recent.show(one, rowsOf({ id: 'a', score: 0.3 }), cheap);
  expect(recent.find('a')).toMatchObject({ row: { score: 0.3 }, profile: { name: 'cheap' } });
  expect(recent.find('b')).toBe(undefined);
});

test('a row that a scan has dropped is still known, as it was and with the profile that found it', () => {
  const recent = new RecentSpreads();
  const [one, other] = [{}, {}];
  recent.show(one, rowsOf({ id: 'a', score: 0.1 }), cheap);
  recent.show(one, rowsOf({ id: 'b' }), dear);
  expect(recent.find('a')).toMatchObject({ row: { score: 0.1 }, profile: { name: 'cheap' } });
  // What is shown goes before what was.
  recent.show(other, rowsOf({ id: 'a', score: 0.2 }), dear);
  expect(recent.find('a')).toMatchObject({ row: { score: 0.2 }, profile: { name: 'dear' } });
  recent.close(one);
  recent.close(other);
  expect(recent.find('a')).toMatchObject({ row: { score: 0.2 } });
  expect(recent.find('b')).toMatchObject({ profile: { name: 'dear' } });
  recent.clear();
  expect(recent.find('a')).toBe(undefined);
});

test('of dropped rows the last 2,000 are kept; what is shown stays, however much is dropped', () => {
  const recent = new RecentSpreads();
  const [still, moving] = [{}, {}];
  recent.show(still, rowsOf({ id: 'shown' }), cheap);
  for (let i = 0; i <= MOST_DROPPED + 1; i++) recent.show(moving, rowsOf({ id: `row ${i}` }), cheap);
  expect(recent.find('shown')).toBeDefined();
  // The last one is shown, and the 2,000 before it are kept.
  expect(recent.find('row 0')).toBe(undefined);
  expect(recent.find('row 1')).toBeDefined();
  expect(recent.find(`row ${MOST_DROPPED + 1}`)).toBeDefined();
});
