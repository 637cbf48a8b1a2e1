import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MeasuredLine, PeerRunner } from './benchLine.ts';
import { besidePeers } from './pythonPeers.ts';

/** The scripts of this test are JavaScript, so that it needs no Python: only the interpreter differs. */
const interpreter = { python: process.execPath };
const folder = mkdtempSync(join(tmpdir(), 'legwork-peer-scripts-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  writeFileSync(
    join(folder, 'sum.mjs'),
    `import { readFileSync } from 'node:fs';
     const [, , id, inputs] = process.argv;
     const read = (name) => new Float64Array(new Uint8Array(readFileSync(inputs + '/' + name + '.f64')).buffer);
     const sum = read('strike').reduce((a, b) => a + b) * JSON.parse(readFileSync(inputs + '/terms.json')).factor;
     if (id === 'wrong') throw new Error('the survivors differ');
     if (id === 'silent') process.exit();
     console.log(JSON.stringify({ peer: id + ' 1.0', error: id === 'where' ? inputs : 'exact', best: sum, p50: sum + 1, p99: sum + 2 }));`,
  );
});

const line: MeasuredLine = {
  ...{ id: 'G4', name: 're-filter', value: 3, unit: 'ms', peer: 'plain JS', peerValue: 9, ratio: 1 / 3 },
  ...{ goal: '<= 5 ms', met: true, spread: { p50: 4, p99: 5 }, peerP50: 10 },
};

async function beside(ids: string[], runner: PeerRunner = interpreter, wants = (_: string) => true) {
  const failures: string[] = [];
  const peers = ids.map((id) => ({ id, script: join(folder, 'sum.mjs') }));
  const inputs = () => ({ columns: { strike: [10, 20.5] }, terms: { factor: 2 } });
  const lines = await besidePeers(
    line,
    { peers, inputs },
    { wants, runner, fail: (problem) => failures.push(problem), progress: () => {} },
  );
  return { lines, failures };
}

test('a peer gets our inputs, and its line keeps our figure and goal', async () => {
  const { lines } = await beside(['numba']);
  expect(lines).toEqual([
    { ...line, id: 'G4:numba', peer: 'numba 1.0 (exact)', peerValue: 61, ratio: 3 / 61, peerP50: 62 },
  ]);
});

test('a peer that is wrong or prints nothing costs its own figure only, and says why', async () => {
  const { lines, failures } = await beside(['wrong', 'numba', 'silent']);
  expect(lines.map(({ id, peerValue }) => [id, peerValue])).toEqual([
    ['G4:wrong', null],
    ['G4:numba', 61],
    ['G4:silent', null],
  ]);
  expect(lines[0]).toMatchObject({ value: 3, ratio: null, met: true });
  expect(lines[0]?.peer).toMatch(/^wrong: failed: /);
  expect(failures.map((problem) => problem.split(':').slice(0, 2).join(':'))).toEqual(['G4:wrong', 'G4:silent']);
  expect(failures[0]).toContain('the survivors differ');
});

test('without an interpreter every peer has its line, and the line says why it is empty', async () => {
  const { lines, failures } = await beside(['numpy', 'numba'], { absent: 'not installed: run with --peers' });
  expect(lines.map(({ peer, peerValue, ratio }) => [peer, peerValue, ratio])).toEqual([
    ['numpy: not installed: run with --peers', null, null],
    ['numba: not installed: run with --peers', null, null],
  ]);
  expect(failures).toEqual([]);
});

test('a peer that nobody asked for is not run', async () => {
  const { lines, failures } = await beside(['wrong', 'numba'], interpreter, (id) => id === 'G4:numba');
  expect([lines.map(({ id }) => id), failures]).toEqual([['G4:numba'], []]);
});

test('no inputs are left behind', async () => {
  const { lines } = await beside(['where']);
  const inputs = /\((.*)\)/.exec(lines[0]?.peer ?? '')?.[1] ?? '';
  expect(inputs).toContain('legwork-peers-');
  expect(existsSync(inputs)).toBe(false);
});
