import { build } from 'vite';
import { expect, test } from 'vitest';
import { nodeBundle } from '../../build/bundleConfigs.ts';

// A sandboxed preload may require nothing but electron, and only as CommonJS; anything else leaves a window without data.
test('the preload script is one CommonJS file that needs electron alone and exposes one word to the page', async () => {
  const config = nodeBundle({
    entry: 'electron/hosts/preload.ts',
    file: 'preload/index.cjs',
    outDir: '/nowhere',
    whole: false,
  });
  const built = await build({ ...config, build: { ...config.build, write: false, sourcemap: false } });
  const output = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  expect(output.map(({ fileName }) => fileName)).toEqual(['index.cjs']);
  const code = output.map((file) => ('code' in file ? file.code : '')).join('');
  const required = [...code.matchAll(/require\(["']([^"']+)["']\)/g)].map(([, name]) => name);
  expect(required).toEqual(['electron']);
  expect(code).not.toMatch(/^\s*(import|export)\b/m);
  expect([...code.matchAll(/exposeInMainWorld\((.*)\)/g)].map(([, what]) => what)).toEqual([
    '"legworkHost", "electron"',
  ]);
});
