import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const eslint = new ESLint({ cwd: root });

/** Rules broken by `text` if it stood in `file`, which exists so that the typed rules can place it. */
async function rulesBroken(text: string, file: string): Promise<(string | null)[]> {
  const results = await eslint.lintText(text, { filePath: resolve(root, file) });
  return results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
}

const CLOCKS_AND_CHANCE = [
  ['export const at = Date.now();\n', 'no-restricted-properties'],
  ['export const at = new Date();\n', 'no-restricted-syntax'],
  ['export const draw = Math.random();\n', 'no-restricted-properties'],
  ['setTimeout(() => undefined, 1);\n', 'no-restricted-globals'],
  ['globalThis.setInterval(() => undefined, 1);\n', 'no-restricted-properties'],
  ['export const at = performance.now();\n', 'no-restricted-globals'],
  ["import { connect } from 'node:net';\nexport { connect };\n", '@typescript-eslint/no-restricted-imports'],
  [
    "import { setTimeout } from 'node:timers/promises';\nexport { setTimeout };\n",
    '@typescript-eslint/no-restricted-imports',
  ],
  ["import { randomUUID } from 'node:crypto';\nexport { randomUUID };\n", '@typescript-eslint/no-restricted-imports'],
  ["import { app } from 'electron';\nexport { app };\n", '@typescript-eslint/no-restricted-imports'],
] as const;

test.each(CLOCKS_AND_CHANCE)('below the hosts %j is refused by %s', async (text, rule) => {
  expect(await rulesBroken(text, 'scanner/domain/clock.ts')).toContain(rule);
  expect(await rulesBroken(text, 'broker/gateway.ts')).toContain(rule);
  expect(await rulesBroken(text, 'electron/contract/stream.ts')).toContain(rule);
});

test('a host may read the clock', async () => {
  expect(await rulesBroken('export const at = Date.now();\n', 'electron/hosts/realClock.ts')).toEqual([]);
});

test('a date made from a number is no clock', async () => {
  expect(await rulesBroken('export const epoch = new Date(0);\n', 'scanner/domain/clock.ts')).toEqual([]);
});
