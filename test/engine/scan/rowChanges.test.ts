import { expect, test } from 'vitest';
import { rowChanges } from '../../../electron/engine/scan/rowChanges.ts';
import { exampleCondor, exampleRow } from './exampleRow.ts';
import type { RankedSpread } from '../../../scanner/domain/spread.ts';

const base = exampleRow({ distanceSigma: 1.2 });
const leg = base.short;
const told = (...rows: RankedSpread[]) => new Map(rows.map((row) => [row.id, row]));

test.each<[string, Partial<RankedSpread>]>([
  ['a tick of credit', { credit: 1.0001 }],
  ['a bid', { short: { ...leg, bid: 1.01 } }],
  ['a probability', { pop: 0.701 }],
  ['an EV', { ev: -0.008 }],
  ['a hundredth of a standard deviation', { distanceSigma: 1.21 }],
  ['a value that is lost', { pop: undefined }],
  ['a quote that is 2 s newer', { short: { ...leg, quotedAtMs: 1_002_000 } }],
  ['another source', { greeks: 'model' }],
])('%s is told', (_what, change) => {
  expect(rowChanges(told(base), [{ ...base, ...change }]).upserts).toHaveLength(1);
});

test.each<[string, Partial<RankedSpread>]>([
  ['nothing', {}],
  ['the sixth digit of a probability', { pop: 0.700002 }],
  ['a thousandth of a cent of EV', { ev: -0.00700002 }],
  ['less of a standard deviation than is shown', { distanceSigma: 1.204 }],
])('%s is not told', (_what, change) => {
  expect(rowChanges(told(base), [{ ...base, ...change }])).toMatchObject({ upserts: [], removes: [] });
});

test('a tick of the call wing of a condor is told', () => {
  const condor = exampleCondor();
  const wing = condor.callWing!;
  const ticked = { ...condor, callWing: { ...wing, long: { ...wing.long, ask: 1.11 } } };
  expect(rowChanges(told(condor), [ticked]).upserts).toEqual([ticked]);
  expect(rowChanges(told(condor), [exampleCondor()]).upserts).toEqual([]);
});

test('a slow drift is told once it can be seen', () => {
  let shown: ReadonlyMap<string, RankedSpread> = told(base);
  let tellings = 0;
  for (let step = 1; step <= 100; step++) {
    const changes = rowChanges(shown, [{ ...base, pop: 0.7 + step * 1e-4 }]);
    tellings += changes.upserts.length;
    ({ shown } = changes);
    expect(Math.abs((shown.get(base.id)?.pop ?? NaN) - (0.7 + step * 1e-4))).toBeLessThan(1e-3);
  }
  expect(tellings).toBeGreaterThan(5);
  expect(tellings).toBeLessThan(25);
});

test('rows that are gone are removed, new ones told', () => {
  const other = { ...base, id: 'other' };
  const { upserts, removes, shown } = rowChanges(told(base), [other]);
  expect(upserts).toEqual([other]);
  expect(removes).toEqual([base.id]);
  expect([...shown.keys()]).toEqual(['other']);
});
