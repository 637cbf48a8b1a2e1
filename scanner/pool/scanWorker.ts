import { move, transferableSymbol, valueSymbol } from 'piscina';
import { chainGeneration, openChain, type Chain } from '../chain/chain.ts';
import { computeModelGreeks, type ModelCount } from '../chain/modelGreeks.ts';
import { unpackHandle } from '../chain/packedHandle.ts';
import { prepareChain, type PreparedChain } from '../scan/preparedChain.ts';
import { ScanCancelled } from '../scan/cancellation.ts';
import { scan } from '../scan/scan.ts';
import { packRows } from './packedRows.ts';
import type { ModelTask, PackedScan, PoolAnswer, PoolTask, ScanTask } from './poolTask.ts';

/** The last chain that this worker opened, and what it prepared of it last: a moved slider copies no quotes. */
let opened: { chainId: number; chain: Chain } | undefined;
let prepared: { key: string; chain: PreparedChain } | undefined;

/** Entry of a pool's thread. Never rejects: a rejected task means that the thread itself was lost. */
export default function runTask(task: PoolTask): unknown {
  const answer = answerTo(task);
  const packed = answer.outcome === 'done' && 'packed' in answer.value ? answer.value.packed : undefined;
  return packed ? move({ [transferableSymbol]: [packed.buffer], [valueSymbol]: answer }) : answer;
}

function answerTo(task: PoolTask): PoolAnswer<PackedScan | ModelCount> {
  try {
    return { outcome: 'done', value: task.kind === 'scan' ? runScanTask(task) : runModelTask(task) };
  } catch (error) {
    if (error instanceof ScanCancelled) return { outcome: 'cancelled' };
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return { outcome: 'failed', message, stack };
  }
}

function chainOf(task: PoolTask): Chain {
  if (opened?.chainId !== task.chainId) {
    opened = { chainId: task.chainId, chain: openChain(unpackHandle(task.chain)) };
    prepared = undefined;
  }
  return opened.chain;
}

function isCancelled(task: PoolTask): boolean {
  return Atomics.load(task.cancel, 0) !== 0;
}

function runScanTask(task: ScanTask): PackedScan {
  const { profile, settings, withHistograms } = task;
  if (isCancelled(task)) throw new ScanCancelled();
  const chain = chainOf(task);
  const { greeks: source, symbols } = profile;
  const key = JSON.stringify([chainGeneration(chain), source, symbols, settings]);
  if (prepared?.key !== key) prepared = { key, chain: prepareChain(chain, settings, { source, symbols }) };
  const { rows, ...rest } = scan(prepared.chain, profile, { isCancelled: () => isCancelled(task), withHistograms });
  return { ...rest, packed: packRows(rows, chain.groups) };
}

function runModelTask(task: ModelTask): ModelCount {
  const chain = chainOf(task);
  prepared = undefined;
  const groups = chain.groups.slice(task.fromGroup, task.toGroup);
  const count = computeModelGreeks(chain, task.valuation, {
    groups,
    symbols: task.symbols,
    dte: task.dte,
    isCancelled: () => isCancelled(task),
  });
  if (isCancelled(task)) throw new ScanCancelled();
  return count;
}
