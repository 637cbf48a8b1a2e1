/**
 * Bundles what cannot run from source: the renderer, and for Electron the main process, the sandboxed preload (CommonJS)
 * and the worker threads, each whole in one file. Does nothing when out/ is newer than every input. `--force` builds.
 */
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import type { InlineConfig } from 'vite';

const root = resolve(import.meta.dirname, '..');
const stamp = resolve(root, 'out/.inputs');
const INPUTS = ['{scanner,broker,electron,renderer}/**/*', 'build/bundle.ts', 'package-lock.json', 'tsconfig.json'];

/** Entry -> file below out/. */
const NODE_BUNDLES = {
  'electron/hosts/main.ts': 'main/index.js',
  'electron/hosts/preload.ts': 'preload/index.cjs',
} as const;

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
    return readFileSync(stamp, 'utf8');
  } catch {
    return undefined;
  }
}

interface PackageFile {
  dependencies: Record<string, string>;
}

/** Stay outside a bundle: Electron, Node's own modules and the packages that are shipped beside it. */
function externals(): (string | RegExp)[] {
  const { dependencies } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as PackageFile;
  const packages = Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`));
  return ['electron', ...builtinModules, /^node:/, ...packages];
}

function nodeBundle(entry: string, file: string): InlineConfig {
  const [folder, name] = [resolve(root, 'out', file, '..'), file.split('/').at(-1) ?? file];
  const format = name.endsWith('.cjs') ? 'cjs' : 'es';
  return {
    configFile: false,
    root,
    logLevel: 'warn',
    build: {
      target: 'node24',
      ssr: resolve(root, entry),
      outDir: folder,
      emptyOutDir: false,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        external: externals(),
        output: { format, entryFileNames: name, codeSplitting: false },
      },
    },
  };
}

async function rendererBundle(): Promise<InlineConfig> {
  const { svelte } = await import('@sveltejs/vite-plugin-svelte');
  return {
    configFile: false,
    root: resolve(root, 'renderer'),
    base: './',
    logLevel: 'warn',
    plugins: [svelte({ configFile: false })],
    build: {
      target: 'chrome140',
      outDir: resolve(root, 'out/renderer'),
      emptyOutDir: true,
      // The polyfill would be an inline script, which the content security policy forbids.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 3_000,
    },
  };
}

async function bundleAll(): Promise<void> {
  const startedAt = performance.now();
  process.stderr.write('Building the interface (a few seconds) ...\n');
  const { build } = await import('vite');
  rmSync(resolve(root, 'out'), { recursive: true, force: true });
  mkdirSync(resolve(root, 'out'));
  await build(await rendererBundle());
  for (const [entry, file] of Object.entries(NODE_BUNDLES)) await build(nodeBundle(entry, file));
  process.stderr.write(`Built in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.\n`);
}

const inputs = hashOfInputs();
if (process.argv.includes('--force') || readStamp() !== inputs) {
  await bundleAll();
  writeFileSync(stamp, inputs);
}
