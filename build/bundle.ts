/**
 * Bundles what cannot run from source: the renderer, and for Electron the main process, the sandboxed preload (CommonJS)
 * and the worker threads, each whole in one file. Does nothing when out/ is newer than every input. `--force` builds.
 */
import { createHash } from 'node:crypto';
import { cpSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const outDir = resolve(root, 'out');
/** Hash of what out/ was built from. */
const STAMP = '.inputs';
const INPUTS = ['{scanner,broker,electron,renderer}/**/*', 'build/bundle*.ts', 'package-lock.json', 'tsconfig.json'];

/** Scripts for Electron; plain Node runs their sources. */
const NODE_BUNDLES = [
  { entry: 'electron/hosts/main.ts', file: 'main/index.js', whole: false },
  { entry: 'electron/hosts/preload.ts', file: 'preload/index.cjs', whole: false },
  { entry: 'scanner/pool/scanWorker.ts', file: 'worker/scanWorker.js', whole: true },
  { entry: 'broker/simulator/thread.ts', file: 'worker/simulatorThread.js', whole: true },
] as const;

/** Hash of the name and content of every input. */
function hashOfInputs(): string {
  const hash = createHash('sha256');
  for (const entry of globSync(INPUTS, { cwd: root, withFileTypes: true }).sort(byPath)) {
    if (!entry.isFile()) continue;
    const file = resolve(entry.parentPath, entry.name);
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

interface Located {
  parentPath: string;
  name: string;
}
function byPath(a: Located, b: Located): number {
  const [left, right] = [`${a.parentPath}/${a.name}`, `${b.parentPath}/${b.name}`];
  return left < right ? -1 : Number(left > right);
}

function readStamp(): string | undefined {
  try {
    return readFileSync(resolve(outDir, STAMP), 'utf8');
  } catch {
    return undefined;
  }
}

async function bundleAll(inputs: string): Promise<void> {
  const startedAt = performance.now();
  process.stderr.write('Building the interface (a few seconds) ...\n');
  // Loaded only now: most starts find everything built.
  const { build } = await import('vite');
  const { nodeBundle, rendererBundle } = await import('./bundleConfigs.ts');
  // Built aside and swapped in, so that a running Legwork misses its files for a moment only, and a failed build keeps them.
  const aside = resolve(root, 'node_modules/.cache/legwork', `out-${process.pid}`);
  try {
    await build(rendererBundle(aside));
    for (const script of NODE_BUNDLES) await build(nodeBundle({ ...script, outDir: aside }));
    // Read at run time, beside the script that reads them.
    cpSync(resolve(root, 'electron/storage/migrations'), resolve(aside, 'main/migrations'), { recursive: true });
    writeFileSync(resolve(aside, STAMP), inputs);
    rmSync(outDir, { recursive: true, force: true, maxRetries: 5 });
    renameSync(aside, outDir);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  process.stderr.write(`Built in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.\n`);
}

const inputs = hashOfInputs();
if (process.argv.includes('--force') || readStamp() !== inputs) {
  try {
    await bundleAll(inputs);
  } catch (error) {
    // The bundler's message shows the place; its stack only shows the bundler.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
