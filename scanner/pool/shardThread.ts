import { Piscina } from 'piscina';
import type { Clock } from '../domain/clock.ts';
import { LegworkError } from '../domain/errors.ts';
import { ScanCancelled } from '../scan/cancellation.ts';
import type { PoolAnswer, PoolTask } from './poolTask.ts';

export interface ShardThreadOptions {
  clock: Clock;
  workerFile: string | URL;
  deadlineMs: number;
  onProblem: (message: string) => void;
}

const ATTEMPTS = 3;
/**
 * Many times what is ever in use: V8 collects old objects the sooner the less it may hold at most, and would with its own
 * bound let them grow to four times what is in use.
 */
const MOST_HEAP_MB = 1024;

/**
 * One long-lived worker thread, which does one task after another: a pool of one, since what a worker has prepared is
 * of use to itself only. When it crashes or hangs it is replaced, its task repeated, and `onProblem` told.
 */
export class ShardThread {
  readonly #options: ShardThreadOptions;
  readonly #piscina: Piscina<PoolTask, PoolAnswer<unknown>>;
  /** Settled when the tasks that came before are done: the deadline of a task is its own, not that of a queue. */
  #last: Promise<unknown> = Promise.resolve();
  #isClosing = false;

  constructor(options: ShardThreadOptions) {
    this.#options = options;
    const filename = String(options.workerFile);
    const resourceLimits = { maxOldGenerationSizeMb: MOST_HEAP_MB };
    this.#piscina = new Piscina({
      ...{ filename, minThreads: 1, maxThreads: 1, idleTimeout: Infinity, resourceLimits },
      // Between tasks its loop turns: what V8 leaves for later, to give memory back, never runs in one that blocks.
      atomics: 'async',
    });
    this.#piscina.on('error', (error: Error) => {
      this.#onStray(error);
    });
  }

  /** @throws LegworkError kind `bug` when no worker survives it. @throws ScanCancelled when the pool was closed. */
  run(task: PoolTask): Promise<PoolAnswer<unknown>> {
    const answer = this.#last.then(() => this.#attempt(task));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#piscina.destroy();
  }

  /**
   * What no task waits for: an answer that was on its way when its worker was ended, which everybody knows by then, or
   * the loss of a worker that had nothing to do. Without a listener either would end the program.
   */
  #onStray({ message }: Error): void {
    if (this.#isClosing || message.startsWith('Unexpected message from Worker')) return;
    this.#options.onProblem(`A scan worker was lost (${message}) while it had nothing to do. It was replaced.`);
  }

  /** Runs a task until a worker survives it. */
  async #attempt(task: PoolTask): Promise<PoolAnswer<unknown>> {
    const { clock, deadlineMs, onProblem } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const deadline = new AbortController();
      const timer = clock.setTimer(() => {
        deadline.abort();
      }, deadlineMs);
      try {
        return await this.#piscina.run(task, { signal: deadline.signal });
      } catch (error) {
        if (this.#isClosing) throw new ScanCancelled('the pool was closed');
        const why = deadline.signal.aborted
          ? `did not answer within ${deadlineMs / 1000} s`
          : `was lost (${error instanceof Error ? error.message : String(error)})`;
        if (attempt >= ATTEMPTS) {
          const message = `A scan worker ${why}, ${ATTEMPTS} times in a row. Restart Legwork, and report this if it happens again.`;
          throw new LegworkError({ kind: 'bug', code: 'unexpected', message }, { cause: error });
        }
        onProblem(`A scan worker ${why}. It was replaced and its work is repeated.`);
      } finally {
        clock.clearTimer(timer);
      }
    }
  }
}
