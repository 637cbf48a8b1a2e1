import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BenchLine, BenchOptions, MeasuredLine, MeasureLines } from '../test/bench/benchLine.ts';

/** What `--only` names: `G5` also wants G5a and G5b, `G1` also `G1:numba`, `G1:numba` that one. */
export class Selection {
  readonly #wanted: readonly (readonly [goal: string, peer: string | undefined])[] | undefined;

  /** @param only ids with commas between; everything when undefined. */
  constructor(only: string | undefined) {
    this.#wanted = only
      ?.split(',')
      .map((id) => id.trim())
      .filter((id) => id !== '')
      .map((id) => partsOf(id));
  }

  /** The line itself was asked for. */
  has(id: string): boolean {
    const [goal, peer] = partsOf(id);
    return this.#some(goal, (wantedPeer) => wantedPeer === undefined || wantedPeer === peer);
  }

  /** The line was asked for, or one of its peers, which cannot be had without it. */
  needs(id: string): boolean {
    const [goal, peer] = partsOf(id);
    return peer === undefined ? this.#some(goal, () => true) : this.has(id);
  }

  #some(goal: string, isPeer: (wanted: string | undefined) => boolean): boolean {
    if (this.#wanted === undefined) return true;
    return this.#wanted.some(([wanted, peer]) => [goal, goal.replace(/[a-z]$/, '')].includes(wanted) && isPeer(peer));
  }
}

function partsOf(id: string): [goal: string, peer: string | undefined] {
  const [goal = '', peer] = id.split(':');
  return [goal, peer];
}

/**
 * Runs every *Bench.ts of a folder. One file's failure costs its own lines only.
 * @returns the lines asked for, by id
 */
export async function measureLines(
  options: { folder: string; selection: Selection } & Omit<BenchOptions, 'wants'>,
): Promise<MeasuredLine[]> {
  const { folder, selection, ...rest } = options;
  const wants = selection.needs.bind(selection);
  const lines: MeasuredLine[] = [];
  for (const file of globSync('*Bench.ts', { cwd: folder }).sort()) {
    rest.progress(`${file} ...`);
    try {
      const module = (await import(pathToFileURL(resolve(folder, file)).href)) as { lines?: MeasureLines };
      if (module.lines === undefined) throw new Error('it exports no `lines`.');
      lines.push(...(await module.lines({ wants, ...rest })));
    } catch (error) {
      rest.fail(`${file}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  return lines
    .filter(({ id }) => selection.has(id))
    .sort((left, right) => left.id.localeCompare(right.id, 'en', { numeric: true }));
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
