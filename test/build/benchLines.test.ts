import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { benchJson, benchTable, measureLines } from '../../build/benchLines.ts';
import { Selection } from '../../build/benchSelection.ts';
import type { MeasuredLine } from '../bench/benchLine.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A folder of benchmarks; each text is a module. */
function benches(modules: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'legwork-benches-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder, name), text);
  return folder;
}

const line = (id: string): string => JSON.stringify({ id, name: '', value: 1, unit: 'ms' });
const giving = (...ids: string[]): string => `export const lines = () => [${ids.map(line).join()}];`;

async function run(folder: string, only?: string) {
  const failures: string[] = [];
  const lines = await measureLines({
    ...{ folder, only, runner: { absent: 'not installed' } },
    fail: (problem) => failures.push(problem),
    progress: () => {},
  });
  return { ids: lines.map(({ id }) => id), failures };
}

test.each([
  [undefined, 'G5a', true],
  [undefined, 'G5a:numba', true],
  ['G5', 'G5a', true],
  ['G5', 'G5a:numba', true],
  ['G5a', 'G5b', false],
  ['G5a', 'G5a:numba', true],
  ['G5:numba', 'G5a:numba', true],
  ['G5a:numba', 'G5a', false],
  ['G5a:numba', 'G5a:numpy', false],
  ['G1', 'G10', false],
  [' G1 , G4', 'G4', true],
  ['', 'G1', false],
])('--only %j selects %s: %j', (only, id, selected) => {
  expect(new Selection(only).has(id)).toBe(selected);
});

test('a line is measured when only one of its peers is asked for, and then not shown', async () => {
  const only = new Selection('G5a:numba');
  expect([only.needs('G5a'), only.needs('G5b'), only.needs('G5a:numpy')]).toEqual([true, false, false]);
  expect((await run(benches({ 'aBench.ts': giving('G5a', 'G5a:numba') }), 'G5a:numba')).ids).toEqual(['G5a:numba']);
});

test('lines of all files come by id, numbers as numbers', async () => {
  const folder = benches({ 'aBench.ts': giving('G10', 'G2'), 'bBench.ts': giving('G1:numba', 'G1'), 'c.ts': 'oops' });
  expect(await run(folder)).toEqual({ ids: ['G1', 'G1:numba', 'G2', 'G10'], failures: [] });
});

test('a file that throws or gives no lines costs its own lines only, and is told', async () => {
  const folder = benches({
    'aBench.ts': 'export const lines = () => { throw new Error("no such chain"); };',
    'bBench.ts': giving('G4'),
    'cBench.ts': 'export const line = 1;',
  });
  const { ids, failures } = await run(folder);
  expect(ids).toEqual(['G4']);
  expect(failures).toHaveLength(2);
  expect(failures[0]).toContain('aBench.ts: Error: no such chain');
  expect(failures[1]).toContain('cBench.ts');
});

const measured: MeasuredLine = {
  ...{ id: 'G4', name: 're-filter', value: 0.0712, unit: 'ms', peer: 'numba', peerValue: null, ratio: null },
  ...{ goal: '<= 0.15 ms', met: true, spread: { p50: 0.08, p99: 0.2 }, peerP50: undefined },
};

test('the JSON has exactly the documented fields, an absent peer as null', () => {
  expect(JSON.parse(benchJson([measured]))).toEqual([
    {
      ...{ id: 'G4', name: 're-filter', value: 0.0712, unit: 'ms', peer: 'numba', peerValue: null, ratio: null },
      ...{ goal: '<= 0.15 ms', met: true },
    },
  ]);
});

test('the table shows how the rounds were spread, and a dash where nothing was measured', () => {
  const [, row = ''] = benchTable([measured]).split('\n');
  expect(row.split(/ {2,}/)).toEqual([
    ...['G4', 're-filter', '0.0712', '0.0800', '0.200', 'ms', 'numba', '-', '-', '-', '<= 0.15 ms', 'met'],
  ]);
});
