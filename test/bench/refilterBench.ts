import { chainOfRecorded } from '../../scanner/chain/chainOfRecorded.ts';
import { prepareChain } from '../../scanner/scan/preparedChain.ts';
import { scan } from '../../scanner/scan/scan.ts';
import { timedLine, type BenchOptions, type MeasuredLine } from './benchLine.ts';
import { checkSurvivors, doubleLoop, loopGroups } from './doubleLoop.ts';
import { besidePeers } from './pythonPeers.ts';
import { scanInputs, scanPeers } from './scanPeers.ts';
import { spyChain } from './spyChain.ts';
import { draggedTo, spreadProfile } from './spreadProfile.ts';
import { interleave } from './timing.ts';

/** G4 of performance.md: an SPY-sized chain (the recorded one where it is there) filtered again, on one thread. */
export async function lines(options: BenchOptions): Promise<MeasuredLine[]> {
  if (!options.wants('G4')) return [];
  const prepared = prepareChain(chainOfRecorded([spyChain()]), { rate: 0.045, facts: {} }, { source: 'vendor' });
  const { summary, work } = scan(prepared, spreadProfile);
  const { contracts, pairs, survivors } = summary;
  checkSurvivors(prepared);
  const groups = loopGroups(prepared);
  const [ours, theirs] = await interleave(
    { run: (round) => scan(prepared, draggedTo(round)), rounds: 10_000 },
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
