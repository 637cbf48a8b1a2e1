import { LegworkError } from '../../scanner/domain/errors.ts';
import type { RankedSpread } from '../../scanner/domain/spread.ts';
import type { ScanHead } from '../contract/scan.ts';
import type { Implementer } from './implementer.ts';
import { analyse, type AnalysisDeps } from './scan/analysis.ts';
import { LiveScan, type LiveScanDeps } from './scan/liveScan.ts';
import type { StreamRegistry } from './streams/streamRegistry.ts';
import { explain } from './scan/whyNot.ts';

export interface ScanServiceDeps extends LiveScanDeps, AnalysisDeps {
  streams: StreamRegistry;
}

/** The scans that windows have open. */
export class OpenScans {
  /** By owner and stream id. */
  readonly #scans = new Map<string, LiveScan>();

  add(owner: string, stream: string, scan: LiveScan): () => void {
    const key = `${owner} ${stream}`;
    this.#scans.set(key, scan);
    return () => {
      this.#scans.delete(key);
      scan.close();
    };
  }

  /** @throws LegworkError input/not-found when this owner has no scan of that stream. */
  find(owner: string, stream: string): LiveScan {
    const scan = this.#scans.get(`${owner} ${stream}`);
    if (scan !== undefined) return scan;
    const message = 'This scan is not open any more. Open it again.';
    throw new LegworkError({ kind: 'input', code: 'not-found', field: 'stream', message });
  }

  all(): Iterable<LiveScan> {
    return this.#scans.values();
  }
}

export function scanService(os: Implementer, scans: OpenScans, deps: ScanServiceDeps) {
  return {
    watch: os.scan.watch.handler(({ input, context, signal }) =>
      deps.streams.serve<RankedSpread, ScanHead>({ owner: context.owner, stream: input.stream, signal }, (stream) =>
        scans.add(context.owner, input.stream, new LiveScan(input.profile, stream, deps)),
      ),
    ),
    refine: os.scan.refine.handler(({ input, context }) => {
      scans.find(context.owner, input.stream).refine(input.profile);
    }),
    pause: os.scan.pause.handler(({ input, context }) => {
      scans.find(context.owner, input.stream).pause(input.paused);
    }),
    analyse: os.scan.analyse.handler(({ input }) => analyse(input.spreadId, deps)),
    whyNot: os.scan.whyNot.handler(({ input }) => explain(input, deps)),
  };
}
