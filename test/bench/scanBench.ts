import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { chainOfRecorded } from '../../scanner/chain/chainOfRecorded.ts';
import type { Chain } from '../../scanner/chain/chain.ts';
import { BYTES_PER_CONTRACT } from '../../scanner/chain/columns.ts';
import { computeModelGreeks } from '../../scanner/chain/modelGreeks.ts';
import { parseProfile, type Profile } from '../../scanner/domain/profile.ts';
import type { RecordedChain } from '../../scanner/domain/recordedChain.ts';
import { ScanPool } from '../../scanner/pool/scanPool.ts';
import { prepareChain } from '../../scanner/scan/preparedChain.ts';
import { scan } from '../../scanner/scan/scan.ts';
import { hostClock } from '../scanner/pool/hostClock.ts';
import type { BenchLine, BenchOptions } from './benchLine.ts';
import { doubleLoop, loopGroups, type LoopGroup } from './doubleLoop.ts';
import { spyChain } from './spyChain.ts';
import { crrImpliedVol, textbookImpliedVol } from './textbook.ts';

const RATE = 0.045;
const NAMES = 50;
const THREADS = 2;
const settings = { rate: RATE, facts: {} };
const PEER_LOOP = 'double loop over every pair (plain JS)';

const profile = parseProfile({
  version: 1,
  name: 'bench',
  dte: { min: 20, max: 60 },
  shortDelta: { min: 0.15, max: 0.35 },
  width: { min: 1, max: 10 },
  creditToWidth: { min: 0.15 },
  openInterest: { min: 100 },
  bidAskPercent: { max: 0.2 },
});

function bestMs(rounds: number, run: () => void): number {
  let best = Infinity;
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

async function bestMsOf(rounds: number, run: (round: number) => Promise<unknown>): Promise<number> {
  let best = Infinity;
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    await run(i);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function line(fields: Omit<BenchLine, 'ratio' | 'met' | 'goal'> & { limit: number }): BenchLine {
  const { limit, ...rest } = fields;
  const ratio = rest.peerValue === null ? null : rest.value / rest.peerValue;
  return { ...rest, ratio, goal: `<= ${limit} ${rest.unit}`, met: rest.value <= limit };
}

/** The same chain under a European index's name, once or with a root for each of several names. */
function asIndex(recorded: RecordedChain, roots: readonly string[]): RecordedChain {
  const options = roots.flatMap((root) => recorded.options.map((option) => ({ ...option, root })));
  return { ...recorded, symbol: 'XSP', options };
}

function refilter(chain: Chain, groups: readonly LoopGroup[]): BenchLine {
  const prepared = prepareChain(chain, settings, { source: 'vendor' });
  const found = scan(prepared, profile);
  const { survivors } = doubleLoop(groups, profile);
  if (survivors !== found.summary.survivors) {
    throw new Error(`the scan found ${found.summary.survivors} spreads, the double loop ${survivors}`);
  }
  const { contracts, pairs } = found.summary;
  return line({
    id: 'G4',
    name: `re-filter ${contracts} contracts, ${pairs} pairs (${found.work} touched, ${survivors} left, funnel exact)`,
    value: bestMs(300, () => void scan(prepared, profile)),
    unit: 'ms',
    peer: PEER_LOOP,
    peerValue: bestMs(10, () => void doubleLoop(groups, profile)),
    limit: 0.15,
  });
}

const modelProfile: Profile = { ...profile, greeks: 'model' };

/** From quotes to the best 200: implied vols, Greeks, scan. */
function coldScan(chain: Chain): void {
  computeModelGreeks(chain, settings);
  scan(prepareChain(chain, settings, { source: 'model' }), modelProfile);
}

/** Milliseconds for one vol per option with a textbook's solver, scaled up from a sample. */
function peerVolsMs(
  groups: readonly LoopGroup[],
  sample: number,
  solve: (group: LoopGroup, i: number) => number,
): number {
  const open = groups.flatMap((group) => (group.years > 0 ? group.options.map((_, i) => [group, i] as const) : []));
  const step = Math.max(1, Math.floor(open.length / sample));
  const some = open.filter((_, i) => i % step === 0);
  let sum = 0;
  const ms = bestMs(2, () => {
    for (const [group, i] of some) sum += solve(group, i);
  });
  if (sum === 0) throw new Error('the peer solved nothing');
  return (ms * open.length) / some.length;
}

function textbookVol(group: LoopGroup, i: number): number {
  const { spot, years, isCall } = group;
  const option = group.options[i];
  return option ? textbookImpliedVol({ isCall, spot, years, rate: RATE, strike: option.strike }, option.mid) : 0;
}

function treeVol(group: LoopGroup, i: number): number {
  const { spot, years, isCall } = group;
  const option = group.options[i];
  return option ? crrImpliedVol({ isCall, spot, years, rate: RATE, strike: option.strike }, option.mid, 256) : 0;
}

function coldEuropean(recorded: RecordedChain): BenchLine {
  const chain = chainOfRecorded([asIndex(recorded, ['XSP'])]);
  const groups = loopGroups(prepareChain(chain, settings, { source: 'vendor' }));
  return line({
    id: 'G5a',
    name: 'cold quotes to top 200, European',
    value: bestMs(20, () => coldScan(chain)),
    unit: 'ms',
    peer: 'Newton per option (textbook), double loop',
    peerValue: peerVolsMs(groups, 2000, textbookVol) + bestMs(5, () => void doubleLoop(groups, profile)),
    limit: 1,
  });
}

function coldAmerican(recorded: RecordedChain): BenchLine {
  const chain = chainOfRecorded([recorded]);
  const groups = loopGroups(prepareChain(chain, settings, { source: 'vendor' }));
  return line({
    id: 'G5b',
    name: 'cold quotes to top 200, American',
    value: bestMs(3, () => coldScan(chain)),
    unit: 'ms',
    peer: 'binomial tree of 256 steps per option, double loop',
    peerValue: peerVolsMs(groups, 30, treeVol) + bestMs(5, () => void doubleLoop(groups, profile)),
    limit: 4,
  });
}

/** Fifty names on the pool; the peer is one thread, measured on one name and taken fifty times. */
async function manyNames(recorded: RecordedChain, groups: readonly LoopGroup[]): Promise<BenchLine[]> {
  const roots = Array.from({ length: NAMES }, (_, i) => `N${String(i).padStart(2, '0')}X`);
  const chain = chainOfRecorded([asIndex(recorded, roots)]);
  const pool = new ScanPool({
    clock: hostClock,
    threads: THREADS,
    onProblem: (text) => {
      throw new Error(text);
    },
  });
  const request = { chain, ...settings };
  try {
    const full = await bestMsOf(3, async () => {
      await pool.computeModel(request);
      await pool.scan({ ...request, profile: modelProfile });
    });
    const again = await bestMsOf(10, (round) =>
      pool.scan({ ...request, profile: { ...modelProfile, width: { min: 1, max: 10 + (round % 2) } } }),
    );
    const loop = bestMs(5, () => void doubleLoop(groups, profile));
    const name = `${NAMES} names, ${THREADS} threads`;
    const peerFull = NAMES * (peerVolsMs(groups, 2000, textbookVol) + loop);
    return [
      line({
        ...{ id: 'G6a', name: `${name}: recompute and scan, European`, unit: 'ms', limit: 25 },
        ...{ value: full, peer: 'Newton per option, double loop, one thread', peerValue: peerFull },
      }),
      line({
        ...{ id: 'G6b', name: `${name}: re-filter`, unit: 'ms', limit: 4 },
        ...{ value: again, peer: `${PEER_LOOP}, one thread`, peerValue: NAMES * loop },
      }),
    ];
  } finally {
    await pool.close();
  }
}

/** Bytes that stay allocated, after a full collection. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

function memory(recorded: RecordedChain): BenchLine {
  const before = heapUsed();
  const copies = Array.from({ length: 20 }, () => recorded.options.map((option) => ({ ...option })));
  const used = heapUsed() - before;
  return line({
    id: 'G6c',
    name: 'memory per contract, with model values',
    value: BYTES_PER_CONTRACT,
    unit: 'bytes',
    peer: 'one plain object per option, without model values',
    peerValue: used / copies.reduce((sum, options) => sum + options.length, 0),
    limit: 80,
  });
}

/** G4 to G6 of performance.md: scans of an SPY-sized chain (the recorded one where it is there). */
export async function lines({ wants }: BenchOptions): Promise<BenchLine[]> {
  const recorded = spyChain();
  const chain = chainOfRecorded([recorded]);
  const groups = loopGroups(prepareChain(chain, settings, { source: 'vendor' }));
  return [
    ...(wants('G4') ? [refilter(chain, groups)] : []),
    ...(wants('G5a') ? [coldEuropean(recorded)] : []),
    ...(wants('G5b') ? [coldAmerican(recorded)] : []),
    ...(wants('G6a') || wants('G6b') ? await manyNames(recorded, groups) : []),
    ...(wants('G6c') ? [memory(recorded)] : []),
  ];
}
