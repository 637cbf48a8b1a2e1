import { Piscina } from 'piscina';
import { contractCount, type ChainHandle } from '../chain/chain.ts';
import type { Valuation } from '../chain/expiryMarket.ts';
import type { ModelCount } from '../chain/modelGreeks.ts';
import { packHandle, type PackedHandle } from '../chain/packedHandle.ts';
import type { Clock } from '../domain/clock.ts';
import { LegworkError } from '../domain/errors.ts';
import type { Profile, Range } from '../domain/profile.ts';
import { ScanCancelled } from '../scan/cancellation.ts';
import type { ScanResult, ScanSettings } from '../scan/scanRequest.ts';
import { unpackRows } from './packedRows.ts';
import type { PackedScan, PoolAnswer, PoolTask } from './poolTask.ts';

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
}

export interface ModelRequest extends Valuation {
  chain: ChainHandle;
  /** Symbols that need model values; all of them by default. */
  symbols?: readonly string[];
  /** Expiries that need model values; all of them by default. */
  dte?: Range;
}

const DEADLINE_MS = 60_000;
const ATTEMPTS = 3;

type NewTask<Task> = Task extends PoolTask ? Omit<Task, 'chain' | 'chainId' | 'cancel'> : never;

/**
 * Long-lived worker threads for everything that computes: scans, and the model's vols and Greeks. Workers read and
 * write the chain in place; only handles go there and packed numbers come back.
 *
 * An aborted call rejects at once; its worker stops at the next group of the chain and is kept.
 * A worker that crashes or hangs is replaced, its task repeated, and `onProblem` told.
 */
export class ScanPool {
  readonly #clock: Clock;
  readonly #pool: Piscina<PoolTask, PoolAnswer<unknown>>;
  readonly #onProblem: (message: string) => void;
  readonly #deadlineMs: number;
  readonly #threads: number;
  readonly #handles = new WeakMap<ChainHandle, { id: number; packed: PackedHandle }>();
  #nextId = 1;
  #isClosing = false;

  constructor({ clock, threads, onProblem, workerFile, deadlineMs = DEADLINE_MS }: ScanPoolOptions) {
    this.#clock = clock;
    this.#onProblem = onProblem;
    this.#deadlineMs = deadlineMs;
    this.#threads = threads;
    this.#pool = new Piscina({
      filename: String(workerFile ?? new URL('./scanWorker.ts', import.meta.url)),
      minThreads: threads,
      maxThreads: threads,
      idleTimeout: Infinity,
    });
  }

  /**
   * Scans a chain. Give the same handle object again for a re-filter, and the same `nowMs` while only the profile
   * changed: what was prepared is then used again.
   * @throws ScanCancelled when the signal is aborted. @throws LegworkError kind `bug` when it cannot be computed.
   */
  async scan(request: ScanRequest, signal?: AbortSignal): Promise<ScanResult> {
    const { chain, profile, nowMs, rate, facts, withHistograms = false } = request;
    const startedMs = this.#clock.monotonic();
    const task = { kind: 'scan', profile, settings: { nowMs, rate, facts }, withHistograms } as const;
    const { packed, ...rest } = await this.#run<PackedScan>(chain, task, signal);
    const summary = { ...rest.summary, tookMs: this.#clock.monotonic() - startedMs };
    return { ...rest, summary, rows: unpackRows(packed, chain.groups) };
  }

  /** Fills the chain's model columns in place, on all threads. Contracts are what was looked at. */
  async computeModel(
    { chain, nowMs, rate, symbols = [], dte = {} }: ModelRequest,
    signal?: AbortSignal,
  ): Promise<ModelCount> {
    const shares = shareGroups(chain, this.#threads * 4);
    const counts = await Promise.all(
      shares.map(([fromGroup, toGroup]) =>
        this.#run<ModelCount>(
          chain,
          { kind: 'model', valuation: { nowMs, rate }, symbols, dte, fromGroup, toGroup },
          signal,
        ),
      ),
    );
    return counts.reduce(
      (sum, count) => ({ contracts: sum.contracts + count.contracts, solved: sum.solved + count.solved }),
      { contracts: 0, solved: 0 },
    );
  }

  /** Ends every thread; what still runs rejects with ScanCancelled. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#pool.destroy();
  }

  /** The answer, or ScanCancelled as soon as the signal is aborted; the worker then stops at its next group. */
  async #run<Value>(handle: ChainHandle, what: NewTask<PoolTask>, signal: AbortSignal | undefined): Promise<Value> {
    if (signal?.aborted) throw new ScanCancelled();
    const { id, packed } = this.#handleOf(handle);
    const cancel = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => {
      Atomics.store(cancel, 0, 1);
      aborted.reject(new ScanCancelled());
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const answer = await Promise.race([
        this.#attempt({ ...what, chain: packed, chainId: id, cancel }),
        aborted.promise,
      ]);
      if (answer.outcome === 'done') return answer.value as Value;
      if (answer.outcome === 'cancelled') throw new ScanCancelled();
      const { message, stack } = answer;
      throw new LegworkError({ kind: 'bug', code: 'unexpected', message, ...(stack === undefined ? {} : { stack }) });
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Runs a task until a worker survives it. */
  async #attempt(task: PoolTask): Promise<PoolAnswer<unknown>> {
    for (let attempt = 1; ; attempt++) {
      const deadline = new AbortController();
      const timer = this.#clock.setTimer(() => deadline.abort(), this.#deadlineMs);
      try {
        return await this.#pool.run(task, { signal: deadline.signal });
      } catch (error) {
        if (this.#isClosing) throw new ScanCancelled('the pool was closed');
        const why = deadline.signal.aborted
          ? `did not answer within ${this.#deadlineMs / 1000} s`
          : `was lost (${error instanceof Error ? error.message : String(error)})`;
        if (attempt >= ATTEMPTS) {
          const message = `A scan worker ${why}, ${ATTEMPTS} times in a row. Restart Legwork, and report this if it happens again.`;
          throw new LegworkError({ kind: 'bug', code: 'unexpected', message }, { cause: error });
        }
        this.#onProblem(`A scan worker ${why}. It was replaced and its work is repeated.`);
      } finally {
        this.#clock.clearTimer(timer);
      }
    }
  }

  #handleOf(handle: ChainHandle): { id: number; packed: PackedHandle } {
    const known = this.#handles.get(handle);
    if (known) return known;
    const made = { id: this.#nextId++, packed: packHandle(handle) };
    this.#handles.set(handle, made);
    return made;
  }
}

/** Half-open ranges of groups with about the same number of contracts each. An expiry's two rights may part. */
function shareGroups(chain: ChainHandle, shares: number): [number, number][] {
  const perShare = Math.max(1, contractCount(chain) / shares);
  const ranges: [number, number][] = [];
  let from = 0;
  let contracts = 0;
  for (const [i, group] of chain.groups.entries()) {
    contracts += group.rowCount;
    if (contracts < perShare && i < chain.groups.length - 1) continue;
    ranges.push([from, i + 1]);
    from = i + 1;
    contracts = 0;
  }
  return ranges;
}
