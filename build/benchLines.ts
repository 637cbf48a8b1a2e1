import { fork } from 'node:child_process';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BenchLine, BenchOptions, MeasuredLine } from '../test/bench/benchLine.ts';
import type { FileReport, FileTask } from './benchFile.ts';
import { Selection } from './benchSelection.ts';

export interface MeasureOptions extends Omit<BenchOptions, 'wants'> {
  folder: string;
  /** What `Selection` takes. */
  only: string | undefined;
}

/**
 * Runs every *Bench.ts of a folder, one after another. One file's failure costs its own lines only.
 * @returns the lines asked for, by id
 */
export async function measureLines({ folder, only, ...options }: MeasureOptions): Promise<MeasuredLine[]> {
  const selection = new Selection(only);
  const lines: MeasuredLine[] = [];
  for (const file of globSync('*Bench.ts', { cwd: folder }).sort()) {
    options.progress(`${file} ...`);
    const task = { file: resolve(folder, file), only, runner: options.runner };
    lines.push(...(await measureFile(task, { ...options, fail: (problem) => options.fail(`${file}: ${problem}`) })));
  }
  return lines
    .filter(({ id }) => selection.has(id))
    .sort((left, right) => left.id.localeCompare(right.id, 'en', { numeric: true }));
}

function measureFile(task: FileTask, { fail, progress }: Pick<BenchOptions, 'fail' | 'progress'>) {
  return new Promise<MeasuredLine[]>((done) => {
    let lines: MeasuredLine[] = [];
    // What a benchmark itself prints must not be taken for the answer.
    const child = fork(resolve(import.meta.dirname, 'benchFile.ts'), {
      stdio: ['ignore', 2, 2, 'ipc'],
      // JSON would lose NaN.
      serialization: 'advanced',
    });
    child.on('message', (report: FileReport) => {
      if ('failure' in report) fail(report.failure);
      else if ('progress' in report) progress(report.progress);
      else lines = report.lines;
    });
    child.on('error', (error) => {
      fail(error.message);
    });
    child.on('close', (code, signal) => {
      if (code !== 0) fail(`it ended with ${signal ?? code}.`);
      done(lines);
    });
    child.send(task);
  });
}

/** The documented fields and no others: programs read them. */
export function benchJson(lines: readonly MeasuredLine[]): string {
  const documented = lines.map(({ id, name, value, unit, peer, peerValue, ratio, goal, met }): BenchLine => ({
    ...{ id, name, value, unit, peer, peerValue, ratio, goal, met },
  }));
  return JSON.stringify(documented, undefined, 1);
}

export function benchTable(lines: readonly MeasuredLine[]): string {
  const header = ['', 'measured', 'Legwork', 'p50', 'p99', 'unit', 'peer', 'its best', 'p50', 'ratio', 'goal', ''];
  const rows = lines.map(({ id, name, value, spread, unit, peer, peerValue, peerP50, ratio, goal, met }) => [
    ...[id, name, rounded(value), rounded(spread?.p50), rounded(spread?.p99), unit],
    ...[peer, rounded(peerValue), rounded(peerP50), rounded(ratio), goal, met ? 'met' : 'not met'],
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

function rounded(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '-';
  const digits = Math.max(0, 3 - Math.ceil(Math.log10(Math.abs(value) + 1e-12)));
  return value.toFixed(Math.min(digits, 6));
}
