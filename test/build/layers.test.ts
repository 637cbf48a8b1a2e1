import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { afterEach, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const FOLDERS = ['scanner', 'broker', 'electron', 'renderer', 'build', 'test'];

interface Rules {
  forbidden: { name: string }[];
  options: object;
}
const rules = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as Rules;

/** Rule -> one import that must break it: [file, what it imports]. */
const CANARIES: Record<string, readonly [string, string]> = {
  'scanner-domain': ['scanner/domain/money.ts', 'scanner/chain/chain.ts'],
  'scanner-math': ['scanner/math/black.ts', 'scanner/volatility/ivRank.ts'],
  'scanner-chain': ['scanner/chain/chain.ts', 'scanner/scan/scan.ts'],
  'scanner-scan': ['scanner/scan/scan.ts', 'scanner/pool/scanPool.ts'],
  'scanner-volatility': ['scanner/volatility/ivRank.ts', 'scanner/chain/chain.ts'],
  'scanner-pool': ['scanner/pool/scanPool.ts', 'broker/gateway.ts'],
  'broker-gateway': ['broker/gateway.ts', 'broker/pacing/pacer.ts'],
  'broker-pacing': ['broker/pacing/pacer.ts', 'broker/gateway.ts'],
  'broker-tws': ['broker/tws/session.ts', 'broker/simulator/server.ts'],
  'broker-desks': ['broker/orders/orderDesk.ts', 'scanner/scan/scan.ts'],
  'broker-desks-types-only': ['broker/risk/riskGate.ts', 'broker/tws/session.ts'],
  'broker-simulator': ['broker/simulator/server.ts', 'broker/gateway.ts'],
  'electron-contract': ['electron/contract/contract.ts', 'broker/gateway.ts'],
  'electron-storage': ['electron/storage/storage.ts', 'scanner/chain/chain.ts'],
  'electron-storage-types-only': ['electron/storage/storage.ts', 'broker/orders/orderDesk.ts'],
  'electron-engine': ['electron/engine/engine.ts', 'electron/hosts/loopback.ts'],
  'electron-hosts': ['electron/hosts/loopback.ts', 'electron/cli/legwork.ts'],
  'electron-cli': ['electron/cli/legwork.ts', 'renderer/main.ts'],
  renderer: ['renderer/main.ts', 'scanner/scan/scan.ts'],
  build: ['build/bundle.ts', 'scanner/domain/money.ts'],
  'build-types-only': ['build/bench.ts', 'test/bench/benchLine.ts'],
  'only-tws-knows-stoqey': ['broker/orders/orderDesk.ts', '@stoqey/ib'],
  'only-storage-knows-sqlite': ['electron/engine/engine.ts', 'better-sqlite3'],
  'only-pool-knows-piscina': ['scanner/scan/scan.ts', 'piscina'],
  'orpc-stays-behind-the-contract': ['electron/cli/legwork.ts', '@orpc/client'],
  'only-hosts-know-electron': ['electron/engine/engine.ts', 'electron'],
  'a-folder-without-a-row': ['scanner/utils/strings.ts', 'scanner/domain/money.ts'],
  'no-kernel-in-a-window': ['renderer/main.ts', 'scanner/math/kernel/columnKernel.ts'],
  'not-to-test': ['scanner/math/black.ts', 'test/fixtures.ts'],
  'no-circular': ['broker/orders/journal.ts', 'broker/orders/reducer.ts'],
  resolvable: ['renderer/main.ts', 'renderer/gone.ts'],
};

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function write(base: string, file: string, text: string): void {
  mkdirSync(dirname(join(base, file)), { recursive: true });
  writeFileSync(join(base, file), text);
}

/** A tree of two files where the first imports the second, and for `no-circular` back again. */
function treeOf(rule: string, from: string, to: string): string {
  const base = mkdtempSync(join(tmpdir(), 'legwork-layers-'));
  made.push(base);
  for (const folder of FOLDERS) mkdirSync(join(base, folder));
  write(base, 'tsconfig.json', '{}');
  const upToRoot = '../'.repeat(from.split('/').length - 1);
  const isPackage = !to.endsWith('.ts');
  write(base, from, `import { value } from '${isPackage ? to : upToRoot + to}';\nexport const own = value;\n`);
  if (isPackage) {
    write(base, `node_modules/${to}/package.json`, `{ "name": "${to}", "version": "1.0.0", "main": "index.js" }`);
    write(base, `node_modules/${to}/index.js`, 'exports.value = 1;\n');
  } else if (rule === 'no-circular') {
    write(base, to, `import { own } from './${from.split('/').at(-1) ?? ''}';\nexport const value = own;\n`);
  } else if (rule !== 'resolvable') write(base, to, 'export const value = 1;\n');
  return base;
}

async function cruised(base: string): Promise<ICruiseResult> {
  const { output } = await cruise(FOLDERS, {
    ...rules.options,
    ...{ baseDir: base, validate: true, ruleSet: { forbidden: rules.forbidden } },
  } as Parameters<typeof cruise>[1]);
  if (typeof output === 'string') throw new Error(output);
  return output;
}

test('every rule has a canary here', () => {
  expect(Object.keys(CANARIES).sort()).toEqual(rules.forbidden.map(({ name }) => name).sort());
});

test.each(Object.entries(CANARIES))('%s forbids %j', async (rule, [from, to]) => {
  const { summary } = await cruised(treeOf(rule, from, to));
  expect(summary.violations.map((violation) => violation.rule.name)).toContain(rule);
});

test('the project itself keeps its layers, and the cruise sees all of it', async () => {
  const { summary, modules } = await cruised(root);
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
  const seen = new Set(modules.map(({ source }) => source));
  const written = globSync(`{${FOLDERS.join()}}/**/*.{ts,svelte}`, { cwd: root, exclude: ['test/fixtures/**'] });
  expect(written.map((file) => file.replaceAll('\\', '/')).filter((file) => !seen.has(file))).toEqual([]);
  const edges = modules.flatMap(({ source, dependencies }) => dependencies.map(({ resolved }) => [source, resolved]));
  for (const layer of ['scanner/', 'broker/', 'electron/', 'renderer/']) {
    const inside = edges.filter(([from, to]) => from?.startsWith(layer) && to?.startsWith('scanner/domain/'));
    expect(inside.length, `imports of scanner/domain seen from ${layer}`).toBeGreaterThan(1);
  }
});
