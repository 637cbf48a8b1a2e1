import { move, transferableSymbol, valueSymbol } from 'piscina';
import { openChain, type Chain, type ChainGroup } from '../chain/chain.ts';
import { unpackHandle } from '../chain/packedHandle.ts';
import { toAppError } from '../domain/errors.ts';
import { guessTable } from '../math/impliedVol.ts';
import { columnKernel } from '../math/kernel/columnKernel.ts';
import { ScanCancelled } from '../scan/cancellation.ts';
import { exploreShard } from '../scan/exploration.ts';
import type { PreparedChain } from '../scan/preparedChain.ts';
import { rankShards, type RankColumns } from '../scan/ranking.ts';
import { scanShard, type ShardScan } from '../scan/shard.ts';
import { rowsOf } from '../scan/shardRows.ts';
import { LiveShard } from './liveShard.ts';
import type { FindTask, PoolAnswer, PoolTask, RowsTask, ShardChain, TaskValues } from './poolTask.ts';

/** What the worker has of the chain that it saw last. */
interface Opened {
  handleId: number;
  bufferId: number;
  live: LiveShard;
}

// What the first implied vols need takes some 20 ms to make: made while the thread has nothing else to do.
columnKernel();
guessTable();

let opened: Opened | undefined;

/** Scans between their first and their third phase, by id; what nobody came back for is pushed out. */
const found = new Map<number, { shard: ShardScan; prepared: PreparedChain }>();
const MOST_FOUND = 8;

/** Whether the task that runs now is wanted no more. */
let isCancelled = (): boolean => false;

/** Entry of a pool's thread. Never rejects: a rejected task means that the thread itself was lost. */
export default function runTask(task: PoolTask): unknown {
  const answer = answerTo(task);
  const packed = answer.outcome === 'done' && 'packed' in answer.value ? answer.value.packed : undefined;
  return packed ? move({ [transferableSymbol]: [packed.buffer], [valueSymbol]: answer }) : answer;
}

function answerTo(task: PoolTask): PoolAnswer<TaskValues[keyof TaskValues]> {
  try {
    const value = valueOf(task);
    return value === undefined ? { outcome: 'forgotten' } : { outcome: 'done', value };
  } catch (error) {
    return error instanceof ScanCancelled ? { outcome: 'cancelled' } : { outcome: 'failed', error: toAppError(error) };
  }
}

function valueOf(task: PoolTask): TaskValues[keyof TaskValues] | undefined {
  isCancelled = () => Atomics.load(task.cancel, 0) !== 0;
  switch (task.kind) {
    case 'find':
      return find(task);
    case 'rank':
      return rankShards(task.columns, task.profile, { isCancelled });
    case 'rows':
      return rows(task);
  }
}

function find({ chain, scanId, profile, settings, valueAll }: FindTask): TaskValues['find'] {
  const { live } = open(chain);
  const { greeks: source, symbols, dte } = profile;
  const prepared = live.prepared({ source, settings, symbols, dte, valueAll });
  const shard = scanShard(prepared, profile, { isCancelled });
  found.set(scanId, { shard, prepared });
  for (const id of found.keys()) {
    if (found.size <= MOST_FOUND) break;
    found.delete(id);
  }
  return { counts: shard.counts, columns: shared(shard.columns) };
}

function rows({ scanId, profile, ranking, withHistograms }: RowsTask) {
  const known = found.get(scanId);
  found.delete(scanId);
  if (!known) return undefined;
  const { shard, prepared } = known;
  const packed = rowsOf(shard, ranking, profile, { isCancelled });
  return { packed, samples: withHistograms ? exploreShard(prepared, profile, { isCancelled }) : undefined };
}

/** All parts of the survivors in one copy that any thread can read without another. */
function shared(parts: readonly RankColumns[]): RankColumns {
  const [first = []] = parts;
  return first.map((_, k) => {
    const columns = parts.map((part) => part[k] ?? new Float64Array(0));
    const bytes = columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const joined = new Float64Array(new SharedArrayBuffer(bytes));
    let at = 0;
    for (const column of columns) {
      joined.set(column, at);
      at += column.length;
    }
    return joined;
  });
}

function open({ handle, handleId, bufferId, owners, shard }: ShardChain): Opened {
  if (opened?.handleId === handleId) return opened;
  const chain: Chain = openChain(unpackHandle(handle));
  const owned: ChainGroup[] = chain.groups.filter((_, i) => owners[i] === shard);
  if (opened?.bufferId === bufferId) {
    opened.live.replace(chain, owned);
    opened = { ...opened, handleId };
  } else opened = { handleId, bufferId, live: new LiveShard(chain, owned, () => isCancelled()) };
  return opened;
}
