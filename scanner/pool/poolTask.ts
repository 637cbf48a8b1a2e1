import type { PackedHandle } from '../chain/packedHandle.ts';
import type { Valuation } from '../chain/expiryMarket.ts';
import type { Profile, Range } from '../domain/profile.ts';
import type { ScanResult, ScanSettings } from '../scan/scanRequest.ts';

/** What every task carries: a handle, and a flag that is not 0 once nobody wants the answer any more. */
interface TaskFrame {
  chain: PackedHandle;
  /** Names the handle, so that a worker knows what it has prepared before. */
  chainId: number;
  cancel: Int32Array;
}

export interface ScanTask extends TaskFrame {
  kind: 'scan';
  profile: Profile;
  settings: ScanSettings;
  withHistograms: boolean;
}

export interface ModelTask extends TaskFrame {
  kind: 'model';
  valuation: Valuation;
  /** Empty for all. */
  symbols: readonly string[];
  dte: Range;
  /** Half-open range of the handle's groups that this worker owns. */
  fromGroup: number;
  toGroup: number;
}

export type PoolTask = ScanTask | ModelTask;

/** Rows travel as one transferred array. */
export type PackedScan = Omit<ScanResult, 'rows'> & { packed: Float64Array };

/** A worker answers; it throws for nothing, so that a rejected task always means a lost worker. */
export type PoolAnswer<Value> =
  | { outcome: 'done'; value: Value }
  | { outcome: 'cancelled' }
  | { outcome: 'failed'; message: string; stack: string | undefined };
