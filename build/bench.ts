/**
 * `npm run bench`: runs test/bench/*Bench.ts one after another and prints one line per goal, beside its peer.
 * `--json` prints the same as a JSON array and nothing else on stdout; `--only G1,G4` runs some; `--peers` installs and
 * runs the Python peers (Debian, as root).
 */
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { BenchLine, MeasureLines } from '../test/bench/benchLine.ts';

interface BenchModule {
  lines?: MeasureLines;
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    peers: { type: 'boolean', default: false },
  },
});
const only = values.only
  ?.split(',')
  .map((id) => id.trim())
  .filter((id) => id !== '');
/** `G5` wants G5a and G5b too. */
const wants = (id: string): boolean =>
  only === undefined || only.some((wanted) => id.replace(/[a-z]$/, '') === wanted || id === wanted);

const folder = resolve(import.meta.dirname, '../test/bench');

/** One file's failure is told and costs its own lines only. */
async function measure(): Promise<BenchLine[]> {
  const lines: BenchLine[] = [];
  for (const file of globSync('*Bench.ts', { cwd: folder }).sort()) {
    process.stderr.write(`${file} ...\n`);
    try {
      const { lines: measureLines } = (await import(pathToFileURL(resolve(folder, file)).href)) as BenchModule;
      if (measureLines === undefined) throw new Error('it exports no `lines`.');
      lines.push(...(await measureLines({ wants, peers: values.peers })).filter(({ id }) => wants(id)));
    } catch (error) {
      process.exitCode = 1;
      process.stderr.write(`${file}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    }
  }
  return lines.sort((left, right) => left.id.localeCompare(right.id, 'en', { numeric: true }));
}

function rounded(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '-';
  const digits = Math.max(0, 3 - Math.ceil(Math.log10(Math.abs(value) + 1e-12)));
  return value.toFixed(Math.min(digits, 6));
}

function table(lines: readonly BenchLine[]): string {
  const header = ['', 'measured', 'Legwork', 'unit', 'peer', 'its figure', 'ratio', 'goal', ''];
  const rows = lines.map(({ id, name, value, unit, peer, peerValue, ratio, goal, met }) => [
    ...[id, name, rounded(value), unit],
    ...[peer, rounded(peerValue), rounded(ratio), goal, met ? 'met' : 'not met'],
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const lines = await measure();
if (lines.length === 0) process.stderr.write(`No line is called ${values.only ?? 'anything'}.\n`);
process.stdout.write(`${values.json ? JSON.stringify(lines, undefined, 1) : table(lines)}\n`);
if (lines.length === 0) process.exitCode = 1;
