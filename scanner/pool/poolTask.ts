import type { PackedHandle } from '../chain/packedHandle.ts';
import type { AppError } from '../domain/errors.ts';
import type { Profile } from '../domain/profile.ts';
import type { ShardSamples } from '../scan/exploration.ts';
import type { PackedRows } from '../scan/packedRows.ts';
import type { RankColumns, Ranking } from '../scan/ranking.ts';
import type { ScanSettings } from '../scan/scanRequest.ts';
import type { ShardCounts } from '../scan/preparedChain.ts';

/** A chain as a task carries it: handles and shared numbers only. */
export interface ShardChain {
  handle: PackedHandle;
  /** Names the handle, and its buffer, so that a worker knows what it has prepared before. */
  handleId: number;
  bufferId: number;
  /** Int32 by group of the handle: the shard that owns it. */
  owners: Int32Array;
  /** The shard that this task is for. */
  shard: number;
}

/** Not 0 once nobody wants the answer any more. */
interface TaskFrame {
  cancel: Int32Array;
}

/** First phase of a scan: finds and counts what passes among the shard's expiries, and keeps it for the third. */
export interface FindTask extends TaskFrame {
  kind: 'find';
  chain: ShardChain;
  scanId: number;
  profile: Profile;
  settings: ScanSettings;
  valueAll: boolean;
}

/** Second phase, in any one worker where survivors are many: percentiles and threshold over those of all shards. */
export interface RankTask extends TaskFrame {
  kind: 'rank';
  profile: Profile;
  /** By shard. */
  columns: RankColumns[];
}

/** Third phase: the shard's best rows. */
export interface RowsTask extends TaskFrame {
  kind: 'rows';
  scanId: number;
  profile: Profile;
  ranking: Ranking;
  withHistograms: boolean;
}

export interface Tasks {
  find: FindTask;
  rank: RankTask;
  rows: RowsTask;
}

export type PoolTask = Tasks[keyof Tasks];

export interface Found {
  counts: ShardCounts;
  /** In shared memory, for the thread that ranks. */
  columns: RankColumns;
}

export interface ShardRows {
  /** Transferred. */
  packed: PackedRows;
  /** Absent unless asked for. */
  samples: ShardSamples | undefined;
}

/** What each kind of task is answered with. */
export interface TaskValues {
  find: Found;
  rank: Ranking;
  rows: ShardRows;
}

/** A worker answers; it throws for nothing, so that a rejected task always means a lost worker. */
export type PoolAnswer<Value> =
  | { outcome: 'done'; value: Value }
  | { outcome: 'cancelled' }
  /** The worker that found was lost since: the scan has to be done again. */
  | { outcome: 'forgotten' }
  | { outcome: 'failed'; error: AppError };
