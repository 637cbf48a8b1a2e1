/**
 * Measures one file of benchmarks in a process of its own: code that ran for other lines would have taught the compiler
 * shapes that these do not have, and left a heap that is collected more slowly. Forked by build/benchLines.ts.
 */
import { pathToFileURL } from 'node:url';
import type { MeasuredLine, MeasureLines, PeerRunner } from '../test/bench/benchLine.ts';
import { Selection } from './benchSelection.ts';

export interface FileTask {
  file: string;
  only: string | undefined;
  runner: PeerRunner;
}

export type FileReport = { failure: string } | { progress: string } | { lines: MeasuredLine[] };

function report(what: FileReport): void {
  process.send?.(what);
}

async function measure({ file, only, runner }: FileTask): Promise<void> {
  const selection = new Selection(only);
  try {
    const module = (await import(pathToFileURL(file).href)) as { lines?: MeasureLines };
    if (module.lines === undefined) throw new Error('it exports no `lines`.');
    const lines = await module.lines({
      wants: (id) => selection.needs(id),
      runner,
      fail: (failure) => {
        report({ failure });
      },
      progress: (progress) => {
        report({ progress });
      },
    });
    report({ lines });
  } catch (error) {
    report({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

process.once('message', (task: FileTask) => {
  void measure(task).finally(() => {
    process.disconnect();
  });
});
