/**
 * `npm run bench`: runs test/bench/*Bench.ts one after another, each in a process of its own, and prints one line per
 * goal and peer. `--json` prints the same as a JSON array and nothing else on stdout; `--only G1,G4` runs some; `--peers`
 * installs and runs the Python peers (Debian, as root).
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchJson, benchTable, measureLines } from './benchLines.ts';
import { pythonPeers } from './pythonPeers.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    peers: { type: 'boolean', default: false },
  },
});

/** What is missing is told, and the figures that there are still come. */
function fail(problem: string): void {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}

const lines = await measureLines({
  folder: resolve(import.meta.dirname, '../test/bench'),
  only: values.only,
  runner: pythonPeers(values.peers),
  fail,
  progress: (text) => process.stderr.write(`${text}\n`),
});
process.stdout.write(`${values.json ? benchJson(lines) : benchTable(lines)}\n`);
if (lines.length === 0) fail(`No line is called ${values.only ?? 'anything'}.`);
