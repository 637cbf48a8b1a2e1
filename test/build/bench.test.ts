import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const script = resolve(import.meta.dirname, '../../build/bench.ts');

test('a line that does not exist measures nothing: JSON alone on stdout, and an exit code', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, '--json', '--only', 'G99'], {
    encoding: 'utf8',
  });
  expect(JSON.parse(stdout)).toEqual([]);
  expect(stderr).toContain('No line is called G99.');
  expect(status).toBe(1);
});
