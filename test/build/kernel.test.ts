import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { kernelFile } from '../../build/kernel.ts';

const root = resolve(import.meta.dirname, '../..');

test('the bytes of the column kernel are what its source compiles to', async () => {
  const committed = readFileSync(resolve(root, 'scanner/math/kernel/bytes.ts'), 'utf8').replaceAll('\r\n', '\n');
  expect(await kernelFile(), 'after a change of scanner/math/kernel/assembly run: npm run kernel').toBe(committed);
}, 60_000);
