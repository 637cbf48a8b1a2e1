import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { BenchOptions, MeasuredLine, PeerRunner } from './benchLine.ts';
import type { Timing } from './timing.ts';

const SCRIPTS = resolve(import.meta.dirname, 'peers');
const LIMIT_MS = 240_000;

/** A program of others that does a line's work on the line's own inputs. */
export interface PythonPeer {
  /** What follows the colon of the line's id, and the script's first argument. */
  id: string;
  /** A file of test/bench/peers, or a path of its own. */
  script: string;
}

/** What a peer is given: the numbers that our side was timed on, and our answers for it to compare with. */
export interface PeerInputs {
  /** One file each: `<name>.f64`, Float64 little-endian. */
  columns: Record<string, ArrayLike<number>>;
  /** `terms.json`. */
  terms: Record<string, unknown>;
}

/** What a script prints, once: figures in the line's unit. It exits with an error when its answers are wrong. */
export interface PeerAnswer extends Timing {
  /** Library, version and method. */
  peer: string;
  /** How far its answers lie from ours or the truth, in words. */
  error: string;
}

/**
 * One more line for each peer that was asked for. A peer that is not installed or fails costs its own line's figure
 * only: the line says why.
 */
export async function besidePeers(
  line: MeasuredLine,
  { peers, inputs }: { peers: readonly PythonPeer[]; inputs: () => PeerInputs },
  { wants, ...options }: BenchOptions,
): Promise<MeasuredLine[]> {
  const wanted = peers.filter(({ id }) => wants(`${line.id}:${id}`));
  const { runner } = options;
  if ('absent' in runner || wanted.length === 0) {
    const why = 'absent' in runner ? runner.absent : '';
    return wanted.map(({ id }) => withoutPeer(line, id, why));
  }
  const folder = mkdtempSync(join(tmpdir(), 'legwork-peers-'));
  try {
    writeInputs(folder, inputs());
    const lines: MeasuredLine[] = [];
    for (const peer of wanted) lines.push(await beside(line, peer, { ...options, folder, runner }));
    return lines;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Run extends Omit<BenchOptions, 'wants' | 'runner'> {
  folder: string;
  runner: Extract<PeerRunner, { python: string }>;
}

async function beside(
  line: MeasuredLine,
  { id, script }: PythonPeer,
  { folder, runner: { python }, fail, progress }: Run,
): Promise<MeasuredLine> {
  progress(`${line.id}:${id} ...`);
  try {
    const { stdout } = await promisify(execFile)(python, [resolve(SCRIPTS, script), id, folder], {
      ...{ timeout: LIMIT_MS, maxBuffer: 1e8 },
      // Numba keeps nothing beside its sources, and starts as many threads as our pool.
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', NUMBA_NUM_THREADS: '2' },
    });
    const { peer, error, best, p50 } = JSON.parse(stdout) as PeerAnswer;
    if (!(best > 0)) throw new Error(`it printed no figure: ${stdout}`);
    return {
      ...line,
      ...{ id: `${line.id}:${id}`, peer: `${peer} (${error})`, peerValue: best },
      ...{ ratio: line.value / best, peerP50: p50 },
    };
  } catch (thrown) {
    const { message, stderr = '' } = thrown as Error & { stderr?: string };
    fail(`${line.id}:${id}: ${message}`);
    const last = stderr.trim().split('\n').at(-1);
    return withoutPeer(line, id, `failed: ${last === '' ? message : last}`);
  }
}

function withoutPeer(line: MeasuredLine, id: string, why: string): MeasuredLine {
  const none = { peerValue: null, ratio: null, peerP50: undefined };
  return { ...line, ...none, id: `${line.id}:${id}`, peer: `${id}: ${why}` };
}

function writeInputs(folder: string, { columns, terms }: PeerInputs): void {
  for (const [name, values] of Object.entries(columns)) {
    writeFileSync(join(folder, `${name}.f64`), new Uint8Array(Float64Array.from(values).buffer));
  }
  writeFileSync(join(folder, 'terms.json'), JSON.stringify(terms));
}
