import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { afterAll, expect, test } from 'vitest';
import { nodeBundle } from '../../build/bundleConfigs.ts';
import { startSimulatorThread } from '../../broker/simulator/thread.ts';

const root = resolve(import.meta.dirname, '../..');
const results = join(root, 'test-results');
mkdirSync(results, { recursive: true });
/** Inside the project, as out/ is, so that the packages beside a bundle are found. */
const outDir = mkdtempSync(join(results, 'bundles-'));
afterAll(() => rmSync(outDir, { recursive: true, force: true }));

async function bundled(entry: string, file: string): Promise<string> {
  await build(nodeBundle({ entry, file, outDir, whole: true }));
  return join(outDir, file);
}

/** Packages that the file asks for at run time, Node's own left out. */
function packagesOf(file: string): string[] {
  const imports = readFileSync(file, 'utf8').matchAll(
    /(?:^import .* from|^import|[^_]require\() ?["']([^"'.][^"']*)["']/gm,
  );
  return [...new Set([...imports].map(([, name = '']) => name).filter((name) => !name.startsWith('node:')))];
}

test('the scan worker needs no package but piscina, whose marks on moved buffers are its own', async () => {
  expect(packagesOf(await bundled('scanner/pool/scanWorker.ts', 'scanWorker.js'))).toEqual(['piscina']);
});

test('the simulator runs from its bundle', async () => {
  const threadFile = await bundled('broker/simulator/thread.ts', 'simulatorThread.js');
  expect(packagesOf(threadFile)).toEqual([]);
  const simulator = await startSimulatorThread({ threadFile, port: 0, seed: 1, hours: 'always' });
  const socket = connect(simulator.port, '127.0.0.1');
  socket.write(Buffer.concat([Buffer.from('API\0'), Buffer.from([0, 0, 0, 9]), Buffer.from('v100..193')]));
  const answer = await new Promise<Buffer>((received, failed) => {
    socket.once('data', received).on('error', failed);
  });
  socket.destroy();
  await simulator.close();
  expect(answer.subarray(4).toString()).toMatch(/^193\0/);
});
