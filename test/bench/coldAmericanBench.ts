import { chainOfRecorded } from '../../scanner/chain/chainOfRecorded.ts';
import type { BenchOptions, MeasuredLine } from './benchLine.ts';
import { coldChain, coldLines } from './coldScan.ts';
import { spyChain } from './spyChain.ts';
import { treeVol } from './textbookChain.ts';

/** G5b of performance.md: an SPY chain from quotes to the best 200, American, on one thread. */
export async function lines(options: BenchOptions): Promise<MeasuredLine[]> {
  if (!options.wants('G5b')) return [];
  const recorded = spyChain();
  return coldLines(
    {
      id: 'G5b',
      name: (firstMs) => `American, tables warm (with building them ${firstMs.toFixed(0)} ms)`,
      ...{ chain: coldChain(recorded, chainOfRecorded([recorded])), rounds: 800, limit: 4 },
      ...{ peer: 'binomial tree of 256 steps per option, double loop', solve: treeVol, sample: 30 },
      peers: ['quantlib'],
    },
    options,
  );
}
