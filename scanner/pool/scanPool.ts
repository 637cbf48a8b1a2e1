import { chainGeneration, openChain, type Chain, type ChainHandle } from '../chain/chain.ts';
import { latestMs } from '../chain/expiryMarket.ts';
import { packHandle } from '../chain/packedHandle.ts';
import type { Clock } from '../domain/clock.ts';
import { LegworkError } from '../domain/errors.ts';
import type { Profile } from '../domain/profile.ts';
import { ScanCancelled } from '../scan/cancellation.ts';
import { explorationOf } from '../scan/exploration.ts';
import { unpackRows } from '../scan/packedRows.ts';
import { rankShards } from '../scan/ranking.ts';
import type { ScanResult, ScanSettings } from '../scan/scanRequest.ts';
import { summaryOf } from '../scan/shard.ts';
import { mergeRows } from '../scan/shardRows.ts';
import type { PoolTask, ShardChain, Tasks, TaskValues } from './poolTask.ts';
import { ShardOwners } from './shardOwners.ts';
import { ShardThread } from './shardThread.ts';

export interface ScanPoolOptions {
  clock: Clock;
  threads: number;
  /** Told in plain words when a worker was lost and its work repeated. */
  onProblem: (message: string) => void;
  /** The bundled worker, where there is a bundle; by default its source beside this file. */
  workerFile?: string | URL;
  /** A task that takes longer hangs: its worker is replaced and the task repeated. */
  deadlineMs?: number;
}

export interface ScanRequest extends ScanSettings {
  chain: ChainHandle;
  profile: Profile;
  /** Histograms and the hint cost about as much again as the scan. */
  withHistograms?: boolean;
  /** Also brings the chain's model columns up to date, for expiries too that the profile does not look at. */
  valueAll?: boolean;
}

const DEADLINE_MS = 60_000;
/** Ranking so many takes no longer than a worker's answer, 0.2 ms; more of them would hold up the thread that asks. */
const MOST_RANKED_HERE = 25_000;

/** A handle as the workers know it. */
interface KnownHandle {
  chain: Chain;
  shared: Omit<ShardChain, 'shard'>;
}

/**
 * Long-lived worker threads for everything that computes: scans, and the model's vols and Greeks. Each worker owns a
 * share of the expiries and keeps them prepared (`LiveShard`), so that a call costs what has changed since the last.
 * Workers read and write the chain in place; only handles go there and packed numbers come back.
 *
 * An aborted call rejects at once; its workers stop within milliseconds and are kept.
 * A worker that crashes or hangs is replaced, its task repeated, and `onProblem` told.
 */
export class ScanPool {
  readonly #clock: Clock;
  readonly #threads: readonly ShardThread[];
  readonly #owners: ShardOwners;
  readonly #handles = new WeakMap<ChainHandle, KnownHandle>();
  readonly #buffers = new WeakMap<SharedArrayBuffer, number>();
  #lastId = 0;

  constructor({ clock, threads, onProblem, workerFile, deadlineMs = DEADLINE_MS }: ScanPoolOptions) {
    this.#clock = clock;
    const file = workerFile ?? new URL('./scanWorker.ts', import.meta.url);
    const options = { clock, workerFile: file, deadlineMs, onProblem };
    this.#threads = Array.from({ length: threads }, () => new ShardThread(options));
    this.#owners = new ShardOwners(threads);
  }

  /**
   * Scans a chain. Give the same handle object again while no rows were added. Whatever stands since the last call, be
   * it quotes, spots or clock, is not computed again, and what stands of the filters is not filtered again.
   * @throws ScanCancelled when the signal is aborted. @throws LegworkError kind `input` for a profile that cannot be
   * scanned. @throws LegworkError kind `bug` when it cannot be computed.
   */
  async scan(request: ScanRequest, signal?: AbortSignal): Promise<ScanResult> {
    const startedMs = this.#clock.monotonic();
    const result = await this.#cancellable(signal, async (cancel) => {
      for (;;) {
        const result = await this.#scanOnce(request, cancel);
        if (result) return result;
      }
    });
    return { ...result, summary: { ...result.summary, tookMs: this.#clock.monotonic() - startedMs } };
  }

  /** Ends every thread; what still runs rejects with ScanCancelled. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  /** The three phases of a scan. @returns undefined when a worker was lost between two of them. */
  async #scanOnce(request: ScanRequest, cancel: Int32Array): Promise<ScanResult | undefined> {
    const { chain: handle, profile, withHistograms = false, valueAll = false, ...settings } = request;
    const { chain, shared } = this.#handleOf(handle);
    const generation = chainGeneration(chain);
    const scanId = ++this.#lastId;
    const found = await Promise.all(
      this.#threads.map((_, shard) =>
        this.#run(shard, 'find', { cancel, chain: { ...shared, shard }, scanId, profile, settings, valueAll }),
      ),
    );
    const counts = found.map((one) => present(one).counts);
    const columns = found.map((one) => present(one).columns);
    const survivors = counts.reduce((sum, count) => sum + count.survivors, 0);
    const ranking =
      survivors <= MOST_RANKED_HERE
        ? rankShards(columns, profile)
        : present(await this.#run(0, 'rank', { cancel, profile, columns }));
    const parts = await Promise.all(
      this.#threads.map((_, shard) => this.#run(shard, 'rows', { cancel, scanId, profile, ranking, withHistograms })),
    );
    const origin = { groups: chain.groups, profile, ranking };
    const rows = parts.flatMap((part) => (part ? [unpackRows(part.packed, origin)] : []));
    if (rows.length < parts.length) return undefined;
    const samples = parts.flatMap((part) => part?.samples ?? []);
    return {
      rows: mergeRows(rows, profile),
      summary: summaryOf(counts, profile, latestMs(chain, settings)),
      ...(withHistograms ? explorationOf(samples, profile) : { histograms: [], hint: undefined }),
      work: counts.reduce((sum, { work }) => sum + work, 0),
      generation,
    };
  }

  /** Runs until done, or rejects with ScanCancelled as soon as the signal is aborted; what is left then stops itself. */
  async #cancellable<Value>(
    signal: AbortSignal | undefined,
    run: (cancel: Int32Array) => Promise<Value>,
  ): Promise<Value> {
    if (signal?.aborted) throw new ScanCancelled();
    const cancel = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => {
      aborted.reject(new ScanCancelled());
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([run(cancel), aborted.promise]);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      // Also when one shard failed: nobody waits for the others then.
      Atomics.store(cancel, 0, 1);
    }
  }

  /** @returns undefined when the worker has forgotten what the task builds on. */
  async #run<Kind extends keyof Tasks>(
    shard: number,
    kind: Kind,
    what: Omit<Tasks[Kind], 'kind'>,
  ): Promise<TaskValues[Kind] | undefined> {
    const thread = this.#threads[shard];
    if (!thread) throw new RangeError(`there is no shard ${shard}`);
    const answer = await thread.run({ ...what, kind } as unknown as PoolTask);
    if (answer.outcome === 'done') return answer.value as TaskValues[Kind];
    if (answer.outcome === 'cancelled') throw new ScanCancelled();
    if (answer.outcome === 'failed') throw new LegworkError(answer.error);
    return undefined;
  }

  #handleOf(handle: ChainHandle): KnownHandle {
    const known = this.#handles.get(handle);
    if (known) return known;
    const bufferId = this.#buffers.get(handle.buffer) ?? ++this.#lastId;
    this.#buffers.set(handle.buffer, bufferId);
    const owners = new Int32Array(new SharedArrayBuffer(handle.groups.length * Int32Array.BYTES_PER_ELEMENT));
    owners.set(this.#owners.assign(handle.groups));
    const shared = { handle: packHandle(handle), handleId: ++this.#lastId, bufferId, owners };
    const made = { chain: openChain(handle), shared };
    this.#handles.set(handle, made);
    return made;
  }
}

/** A first phase builds on nothing that could be forgotten. */
function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError('a worker has forgotten what it was not asked to keep');
  return value;
}
