import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
/** Inside the project, so that packages and the project's own tsconfig are found. */
const folder = join(root, '.svelte-check/canary');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WRONG = {
  'Script.svelte': '<script lang="ts">\n  const wrong: number = "text";\n</script>\n\n{wrong}\n',
  'Template.svelte': '<script lang="ts">\n  const known = { price: 1 };\n</script>\n\n{known.prize}\n',
  'unchecked.ts': 'const bids = [1, 2];\nexport const first: number = bids[0];\n',
  'launcher.mjs': '/** @type {number} */\nexport const port = "7497";\n',
};

// svelte-check can pass vacuously: with a wrong path or a compiler it cannot load it reads nothing and reports success.
test('the type check finds a planted mistake in scripts, templates, strict TypeScript and launchers', () => {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(WRONG)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'tsconfig.json'), '{ "extends": "../../tsconfig.json", "include": ["."] }');
  const script = join(root, 'node_modules/svelte-check/bin/svelte-check');
  const args = [script, '--workspace', folder, '--tsconfig', './tsconfig.json', '--output', 'machine'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  expect(status).toBe(1);
  for (const name of Object.keys(WRONG)) expect(stdout).toMatch(new RegExp(`ERROR "${name}"`));
  expect(stdout).toMatch(/COMPLETED \d+ FILES 4 ERRORS/);
});
