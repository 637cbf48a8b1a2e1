import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { InlineConfig } from 'vite';

const root = resolve(import.meta.dirname, '..');

interface PackageFile {
  dependencies: Record<string, string>;
}

/** Stay outside a bundle: Electron, Node's own modules and the packages that are shipped beside it. */
function externals(): (string | RegExp)[] {
  const { dependencies } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as PackageFile;
  const packages = Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`));
  return ['electron', ...builtinModules, /^node:/, ...packages];
}

interface NodeBundle {
  /** Source file, from the project's folder. */
  entry: string;
  /** Below `outDir`; .cjs makes CommonJS. */
  file: string;
  outDir: string;
  /**
   * True takes every package in, for a thread that must run outside an archive. But piscina: its marks on what is moved
   * between threads are known only to one copy of it.
   */
  whole: boolean;
}

/** One script of Electron or of a worker thread, in one file. */
export function nodeBundle({ entry, file, outDir, whole }: NodeBundle): InlineConfig {
  const [folder, name] = [resolve(outDir, file, '..'), file.split('/').at(-1) ?? file];
  const format = name.endsWith('.cjs') ? 'cjs' : 'es';
  return {
    configFile: false,
    root,
    logLevel: 'warn',
    ...(whole ? { ssr: { noExternal: true } } : {}),
    build: {
      target: 'node24',
      ssr: resolve(root, entry),
      outDir: folder,
      emptyOutDir: false,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        external: whole ? ['piscina', ...builtinModules, /^node:/] : externals(),
        output: { format, entryFileNames: name, codeSplitting: false },
      },
    },
  };
}

/** The interface, for every window. */
export function rendererBundle(outDir: string): InlineConfig {
  return {
    configFile: false,
    root: resolve(root, 'renderer'),
    base: './',
    logLevel: 'warn',
    plugins: [svelte({ configFile: false })],
    build: {
      target: 'chrome140',
      outDir: resolve(outDir, 'renderer'),
      emptyOutDir: true,
      // The polyfill would be an inline script, which the content security policy forbids.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 3_000,
    },
  };
}
