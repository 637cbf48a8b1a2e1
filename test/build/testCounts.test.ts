import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addCounts, countsLine, readPlaywrightCounts, readVitestCounts } from '../../build/testCounts.ts';

const folder = mkdtempSync(join(tmpdir(), 'legwork-counts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

test('vitest: skipped and todo tests are both skipped', () => {
  const file = fileOf('unit.json', { numPassedTests: 7, numFailedTests: 1, numPendingTests: 2, numTodoTests: 3 });
  expect(readVitestCounts(file)).toEqual({ passed: 7, failed: 1, skipped: 5 });
});

test('playwright: a flaky test has failed', () => {
  const file = fileOf('e2e.json', { stats: { expected: 4, unexpected: 1, flaky: 2, skipped: 1 } });
  expect(readPlaywrightCounts(file)).toEqual({ passed: 4, failed: 3, skipped: 1 });
});

test('a runner that wrote nothing is not read as zero failures', () => {
  expect(() => readVitestCounts(join(folder, 'none.json'))).toThrow('none.json');
});

test('the last line names skipped tests only where there are some', () => {
  const both = addCounts({ passed: 1, failed: 0, skipped: 0 }, { passed: 2, failed: 0, skipped: 0 });
  expect(countsLine(both)).toBe('3 passed, 0 failed');
  expect(countsLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
});
