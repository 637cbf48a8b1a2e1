import { contractCount, type Chain } from '../../scanner/chain/chain.ts';
import { BYTES_PER_CONTRACT } from '../../scanner/chain/columns.ts';
import { computeModelGreeks } from '../../scanner/chain/modelGreeks.ts';
import type { RecordedChain } from '../../scanner/domain/recordedChain.ts';
import { ScanPool } from '../../scanner/pool/scanPool.ts';
import { prepareChain } from '../../scanner/scan/preparedChain.ts';
import type { ScanResult } from '../../scanner/scan/scanRequest.ts';
import { reducingCollection } from '../../electron/hosts/pooledMemory.ts';
import { realClock } from '../../electron/hosts/realClock.ts';
import { goalText, meets, timedLine, type BenchOptions, type MeasuredLine } from './benchLine.ts';
import { doubleLoop, loopGroups } from './doubleLoop.ts';
import { europeanNames } from './names.ts';
import { besidePeers } from './pythonPeers.ts';
import { scanInputs, scanPeers } from './scanPeers.ts';
import { spyChain } from './spyChain.ts';
import { draggedTo, spreadProfile } from './spreadProfile.ts';
import { newtonVol, volSample } from './textbookChain.ts';
import { interleave, plus, scaled, type Contender } from './timing.ts';

const RATE = 0.045;
const THREADS = 2;
const NAMES = 50;
/** Five hundred names with as many contracts as SPY. */
const MANY_CONTRACTS = 5_250_000;
const settings = { rate: RATE, facts: {} };
const modelProfile = { ...spreadProfile, greeks: 'model' as const };

/** One name on one thread, as plain JS: what the pool's time is compared with, so many times over. */
interface PlainName {
  loop: Contender;
  vols: Contender;
  /** How many times the vols that are timed go into all. */
  times: number;
  /** What a scan must find in each name. */
  survivors: number;
  inputs: (copies: number) => ReturnType<typeof scanInputs>;
}

function plainName(recorded: RecordedChain): PlainName {
  const chain = europeanNames(recorded, 1);
  computeModelGreeks(chain, settings);
  const prepared = prepareChain(chain, settings, { source: 'model' });
  const groups = loopGroups(prepared);
  const { run, times } = volSample(groups, { count: 2000, rate: RATE, solve: newtonVol });
  return {
    loop: { run: () => doubleLoop(groups, spreadProfile), rounds: 5 },
    vols: { run, rounds: 3 },
    times,
    survivors: doubleLoop(groups, spreadProfile).survivors,
    inputs: (copies) => scanInputs(prepared, modelProfile, { copies }),
  };
}

interface Names {
  pool: ScanPool;
  chain: Chain;
  nowMs: number;
}

/**
 * Every vol and Greek again, and the scan: a second later, so that none of the last round stands. Quotes stand, as when
 * spots or the clock have moved, and what follows from them alone: their copies, and how many pairs are tradeable.
 */
function fullPass({ pool, chain, nowMs }: Names, round: number): Promise<ScanResult> {
  const profile = draggedTo(round, modelProfile);
  return pool.scan({ chain, profile, ...settings, nowMs: nowMs + 1000 * round, valueAll: true });
}

async function withNames<Result>(chain: Chain, nowMs: number, use: (names: Names) => Promise<Result>): Promise<Result> {
  const problems: string[] = [];
  const pool = new ScanPool({ clock: realClock, threads: THREADS, onProblem: (text) => problems.push(text) });
  try {
    const result = await use({ pool, chain, nowMs });
    if (problems.length > 0) throw new Error(problems.join(' '));
    return result;
  } finally {
    await pool.close();
  }
}

async function fiftyNames(recorded: RecordedChain, options: BenchOptions): Promise<MeasuredLine[]> {
  const { wants } = options;
  const plain = plainName(recorded);
  const chain = europeanNames(recorded, NAMES);
  const name = `${NAMES} names, ${THREADS} threads`;
  const timings = await withNames(chain, recorded.asOfMs, async (names) => {
    checkSurvivors(await fullPass(names, 0), NAMES * plain.survivors);
    const request = { chain, ...settings, nowMs: recorded.asOfMs };
    // Other bounds than those of the pass before, and of each other.
    const again = (round: number) => names.pool.scan({ ...request, profile: draggedTo(round + 1, modelProfile) });
    await again(-1);
    const [refiltered, loop] = await interleave({ run: again, rounds: 1000 }, plain.loop);
    const [full, vols] = await interleave({ run: (round) => fullPass(names, round + 1), rounds: 150 }, plain.vols);
    return { refiltered, full, loop: scaled(loop, NAMES), vols: scaled(vols, NAMES * plain.times) };
  });
  const { refiltered, full, loop, vols } = timings;
  const recomputed = timedLine({
    ...{
      id: 'G6a',
      name: `${name}: all vols and Greeks again, and scan, European`,
      ours: full,
      theirs: plus(loop, vols),
    },
    peer: 'Newton per option, double loop over every pair, one thread (plain JS)',
    goal: { bound: '<=', limit: 25, unit: 'ms' },
  });
  const refilter = timedLine({
    ...{ id: 'G6b', name: `${name}: re-filter`, ours: refiltered, theirs: loop },
    peer: 'double loop over every pair, one thread (plain JS)',
    goal: { bound: '<=', limit: 4, unit: 'ms' },
  });
  const inputs = () => plain.inputs(NAMES);
  return [
    ...(wants('G6a') ? [recomputed] : []),
    ...(await besidePeers(recomputed, { peers: scanPeers('cold_scan.py', ['numba']), inputs }, options)),
    ...(wants('G6b') ? [refilter] : []),
    ...(await besidePeers(refilter, { peers: scanPeers('vertical_scan.py', ['numba', 'numpy']), inputs }, options)),
  ];
}

async function manyNames(recorded: RecordedChain, options: BenchOptions): Promise<MeasuredLine[]> {
  const plain = plainName(recorded);
  const names = Math.round(MANY_CONTRACTS / recorded.options.length);
  const before = resident();
  const chain = europeanNames(recorded, names);
  const contracts = contractCount(chain);
  const { full, loop, vols, bytes } = await withNames(chain, recorded.asOfMs, async (running) => {
    checkSurvivors(await fullPass(running, 0), names * plain.survivors);
    const contenders = [{ run: (round: number) => fullPass(running, round + 1), rounds: 20 }, plain.loop] as const;
    const [whole, looped] = await interleave(...contenders);
    const [solved] = await interleave(plain.vols);
    return { full: whole, loop: looped, vols: solved, bytes: (resident() - before) / contracts };
  });
  const line = timedLine({
    id: 'G6d',
    name: `${contracts} contracts (${names} names), ${THREADS} threads: all vols and Greeks again, and scan (${bytes.toFixed(0)} bytes of RSS per contract)`,
    ...{ ours: full, theirs: scaled(plus(loop, scaled(vols, plain.times)), names) },
    peer: 'Newton per option, double loop over every pair, one thread (plain JS)',
    goal: { bound: '<=', limit: 300, unit: 'ms' },
  });
  const peers = scanPeers('cold_scan.py', ['numba']);
  return [line, ...(await besidePeers(line, { peers, inputs: () => plain.inputs(names) }, options))];
}

function checkSurvivors({ summary }: ScanResult, expected: number): void {
  if (summary.survivors !== expected) {
    throw new Error(`the pool found ${summary.survivors} spreads, the same names one by one have ${expected}`);
  }
}

function collect(): void {
  const collection = reducingCollection();
  if (!collection) throw new Error('memory cannot be measured: this V8 gives no collection away');
  collection();
}

/** Bytes of the whole process, all threads, after a full collection of this one. */
function resident(): number {
  collect();
  return process.memoryUsage().rss;
}

function memory(recorded: RecordedChain): MeasuredLine {
  collect();
  const before = process.memoryUsage().heapUsed;
  const copies = Array.from({ length: 20 }, () => recorded.options.map((option) => ({ ...option })));
  collect();
  const used = process.memoryUsage().heapUsed - before;
  const objects = copies.reduce((sum, options) => sum + options.length, 0);
  const goal = { bound: '<=', limit: 80, unit: 'bytes' } as const;
  return {
    ...{ id: 'G6c', name: 'memory per contract in the chain, with model values', value: BYTES_PER_CONTRACT },
    ...{ unit: goal.unit, peer: 'one plain object per option, without model values', peerValue: used / objects },
    ratio: (BYTES_PER_CONTRACT * objects) / used,
    ...{ goal: goalText(goal), met: meets(BYTES_PER_CONTRACT, goal) },
  };
}

/** G6 of performance.md: fifty and five hundred SPY-sized names on the pool. */
export async function lines(options: BenchOptions): Promise<MeasuredLine[]> {
  const { wants } = options;
  if (!['G6a', 'G6b', 'G6c', 'G6d'].some(wants)) return [];
  const recorded = spyChain();
  return [
    ...(wants('G6a') || wants('G6b') ? await fiftyNames(recorded, options) : []),
    ...(wants('G6c') ? [memory(recorded)] : []),
    ...(wants('G6d') ? await manyNames(recorded, options) : []),
  ];
}
