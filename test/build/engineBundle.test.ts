import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, expect, test } from 'vitest';
import { nodeBundle } from '../../build/bundleConfigs.ts';

const root = resolve(import.meta.dirname, '../..');
const results = join(root, 'test-results');
mkdirSync(results, { recursive: true });
const folder = mkdtempSync(join(results, 'engine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

// Electron runs the engine from out/main, plain Node from its sources: what is read beside a source file is not there.
test('the engine runs from a bundle as Electron runs it: database, workers and simulator', async () => {
  const built = spawnSync(process.execPath, [join(root, 'build/bundle.ts')], { encoding: 'utf8' });
  expect(built.stderr).not.toContain('error');
  const out = join(root, 'out');
  expect(existsSync(join(out, 'main/index.js'))).toBe(true);
  // main.ts itself needs Electron; the engine below it is bundled the same way, into the same place of a copy.
  await build(
    nodeBundle({ entry: 'electron/hosts/openEngine.ts', file: 'main/engine.js', outDir: folder, whole: false }),
  );
  const script = join(folder, 'main/run.mjs');
  writeFileSync(
    script,
    `import { cpSync } from 'node:fs';
     import { openEngine } from './engine.js';
     cpSync(${JSON.stringify(join(out, 'main/migrations'))}, new URL('./migrations', import.meta.url), { recursive: true });
     const worker = (name) => new URL(name, ${JSON.stringify(`${pathToFileURL(join(out, 'worker')).href}/`)});
     const hosted = await openEngine({
       dataDir: ${JSON.stringify(folder)}, version: '0.0.0',
       workerFile: worker('scanWorker.js'), simulatorFile: worker('simulatorThread.js'),
     });
     await hosted.close();
     console.log('closed');`,
  );
  const { stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toBe('closed\n');
  expect(existsSync(join(folder, 'legwork.db'))).toBe(true);
});
