import type { BenchOptions, MeasuredLine } from './benchLine.ts';
import { coldChain, coldLines } from './coldScan.ts';
import { europeanNames } from './names.ts';
import { spyChain } from './spyChain.ts';
import { newtonVol } from './textbookChain.ts';

/** G5a of performance.md: an SPY-sized chain from quotes to the best 200, European, on one thread. */
export async function lines(options: BenchOptions): Promise<MeasuredLine[]> {
  if (!options.wants('G5a')) return [];
  const recorded = spyChain();
  return coldLines(
    {
      id: 'G5a',
      name: () => 'European',
      ...{ chain: coldChain(recorded, europeanNames(recorded, 1)), rounds: 3000, limit: 1 },
      ...{ peer: 'Newton per option (textbook), double loop', solve: newtonVol, sample: 2000 },
      peers: ['numpy', 'numba'],
    },
    options,
  );
}
