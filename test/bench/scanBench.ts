import { chainOfRecorded } from '../../scanner/chain/chainOfRecorded.ts';
import type { Chain } from '../../scanner/chain/chain.ts';
import { CONTROL } from '../../scanner/chain/columns.ts';
import type { RecordedChain } from '../../scanner/domain/recordedChain.ts';
import { LiveShard } from '../../scanner/pool/liveShard.ts';
import { prepareChain, type PreparedChain } from '../../scanner/scan/preparedChain.ts';
import { rankShards } from '../../scanner/scan/ranking.ts';
import { scan } from '../../scanner/scan/scan.ts';
import { scanShard } from '../../scanner/scan/shard.ts';
import { rowsOf } from '../../scanner/scan/shardRows.ts';
import { timedLine, type BenchOptions, type MeasuredLine } from './benchLine.ts';
import { doubleLoop, loopGroups } from './doubleLoop.ts';
import { europeanNames } from './names.ts';
import { besidePeers } from './pythonPeers.ts';
import { scanInputs, scanPeers } from './scanPeers.ts';
import { spyChain } from './spyChain.ts';
import { draggedTo, spreadProfile } from './spreadProfile.ts';
import { newtonVol, treeVol, volSample, type VolSolver } from './textbookChain.ts';
import { interleave, plus, scaled } from './timing.ts';

const RATE = 0.045;
const settings = { rate: RATE, facts: {} };

/** The scan's count against the double loop's: what is fast and wrong is not measured. */
function checkSurvivors(prepared: PreparedChain): void {
  const found = scan(prepared, spreadProfile).summary.survivors;
  const { survivors } = doubleLoop(loopGroups(prepared), spreadProfile);
  if (survivors !== found) throw new Error(`the scan found ${found} spreads, the double loop ${survivors}`);
}

async function refilter(chain: Chain, options: BenchOptions): Promise<MeasuredLine[]> {
  const prepared = prepareChain(chain, settings, { source: 'vendor' });
  const { summary, work } = scan(prepared, spreadProfile);
  const { contracts, pairs, survivors } = summary;
  checkSurvivors(prepared);
  const groups = loopGroups(prepared);
  const [ours, theirs] = await interleave(
    { run: (round) => scan(prepared, draggedTo(round)), rounds: 3000 },
    { run: () => doubleLoop(groups, spreadProfile), rounds: 12 },
  );
  const line = timedLine({
    id: 'G4',
    name: `re-filter ${contracts} contracts, ${pairs} pairs (${work} touched, ${survivors} left, funnel exact)`,
    ...{ ours, theirs, peer: 'double loop over every pair (plain JS)' },
    goal: { bound: '<=', limit: 0.15, unit: 'ms' },
  });
  const peers = scanPeers('vertical_scan.py', ['pandas-naive', 'pandas', 'numpy', 'numba']);
  return [line, ...(await besidePeers(line, { peers, inputs: () => scanInputs(prepared, spreadProfile) }, options))];
}

interface ColdChain {
  chain: Chain;
  asOfMs: number;
  /** What a worker has of it: American tables live as long as the program, so that a scan finds them built. */
  live: LiveShard;
}

/**
 * From quotes to the best 200, as a worker does it: implied vols and Greeks of every contract, scan, rows. A second later
 * each round and with every group marked as ticked, so that nothing of the last round stands.
 */
function coldScan({ chain, asOfMs, live }: ColdChain, round: number): void {
  for (const { slot } of chain.groups) Atomics.add(chain.columns.groupSequence, slot, 2);
  Atomics.add(chain.columns.control, CONTROL.generation, 1);
  const question = { settings: { ...settings, nowMs: asOfMs + 1000 * round }, symbols: [] };
  const profile = { ...draggedTo(round), greeks: 'model' as const };
  const prepared = live.prepared({ ...question, source: 'model', dte: profile.dte, valueAll: true });
  const shard = scanShard(prepared, profile);
  rowsOf(shard, rankShards(shard.columns, profile), profile);
}

interface ColdStyle {
  id: string;
  /** Given how long the very first round took. */
  name: (firstMs: number) => string;
  chain: ColdChain;
  rounds: number;
  limit: number;
  /** Our own plain-JS peer: a vol per option, then the double loop. */
  peer: string;
  solve: VolSolver;
  /** Options that it is timed on. */
  sample: number;
  peers: readonly string[];
}

async function cold(style: ColdStyle, options: BenchOptions): Promise<MeasuredLine[]> {
  const { id, name, chain, rounds, limit, peer } = style;
  const start = performance.now();
  coldScan(chain, 0);
  const firstMs = performance.now() - start;
  const prepared = prepareChain(chain.chain, settings, { source: 'model' });
  checkSurvivors(prepared);
  const groups = loopGroups(prepared);
  const vols = volSample(groups, { count: style.sample, rate: RATE, solve: style.solve });
  const [ours, loop, solving] = await interleave(
    { run: (round) => coldScan(chain, round + 1), rounds },
    { run: () => doubleLoop(groups, spreadProfile), rounds: 5 },
    { run: vols.run, rounds: 3 },
  );
  const line = timedLine({
    ...{
      id,
      name: `cold quotes to top 200, ${name(firstMs)}`,
      ours,
      peer,
      theirs: plus(loop, scaled(solving, vols.times)),
    },
    goal: { bound: '<=', limit, unit: 'ms' },
  });
  const inputs = () => scanInputs(prepared, { ...spreadProfile, greeks: 'model' });
  return [line, ...(await besidePeers(line, { peers: scanPeers('cold_scan.py', style.peers), inputs }, options))];
}

function coldChain({ asOfMs }: RecordedChain, chain: Chain): ColdChain {
  return { chain, asOfMs, live: new LiveShard(chain, chain.groups) };
}

function coldEuropean(recorded: RecordedChain): ColdStyle {
  return {
    ...{
      id: 'G5a',
      name: () => 'European',
      chain: coldChain(recorded, europeanNames(recorded, 1)),
      rounds: 600,
      limit: 1,
    },
    ...{ peer: 'Newton per option (textbook), double loop', solve: newtonVol, sample: 2000 },
    peers: ['numpy', 'numba'],
  };
}

function coldAmerican(recorded: RecordedChain): ColdStyle {
  return {
    id: 'G5b',
    name: (firstMs) => `American, tables warm (with building them ${firstMs.toFixed(0)} ms)`,
    ...{ chain: coldChain(recorded, chainOfRecorded([recorded])), rounds: 300, limit: 4 },
    ...{ peer: 'binomial tree of 256 steps per option, double loop', solve: treeVol, sample: 30 },
    peers: ['quantlib'],
  };
}

/** G4 and G5 of performance.md: scans of an SPY-sized chain (the recorded one where it is there), on one thread. */
export async function lines(options: BenchOptions): Promise<MeasuredLine[]> {
  const { wants } = options;
  if (!['G4', 'G5a', 'G5b'].some(wants)) return [];
  const recorded = spyChain();
  return [
    ...(wants('G4') ? await refilter(chainOfRecorded([recorded]), options) : []),
    ...(wants('G5a') ? await cold(coldEuropean(recorded), options) : []),
    ...(wants('G5b') ? await cold(coldAmerican(recorded), options) : []),
  ];
}
