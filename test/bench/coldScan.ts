import type { Chain } from '../../scanner/chain/chain.ts';
import { CONTROL } from '../../scanner/chain/columns.ts';
import type { RecordedChain } from '../../scanner/domain/recordedChain.ts';
import { LiveShard } from '../../scanner/pool/liveShard.ts';
import { prepareChain } from '../../scanner/scan/preparedChain.ts';
import { rankShards } from '../../scanner/scan/ranking.ts';
import { scanShard } from '../../scanner/scan/shard.ts';
import { rowsOf } from '../../scanner/scan/shardRows.ts';
import { timedLine, type BenchOptions, type MeasuredLine } from './benchLine.ts';
import { checkSurvivors, doubleLoop, loopGroups } from './doubleLoop.ts';
import { besidePeers } from './pythonPeers.ts';
import { scanInputs, scanPeers } from './scanPeers.ts';
import { draggedTo, spreadProfile } from './spreadProfile.ts';
import { volSample, type VolSolver } from './textbookChain.ts';
import { interleave, plus, scaled } from './timing.ts';

const RATE = 0.045;
const settings = { rate: RATE, facts: {} };

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

export interface ColdStyle {
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

/** One line of G5 of performance.md, and those of its peers. */
export async function coldLines(style: ColdStyle, options: BenchOptions): Promise<MeasuredLine[]> {
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

export function coldChain({ asOfMs }: RecordedChain, chain: Chain): ColdChain {
  return { chain, asOfMs, live: new LiveShard(chain, chain.groups) };
}
