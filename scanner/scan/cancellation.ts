/** Thrown by a scan that was cancelled. */
export class ScanCancelled extends Error {
  override name = 'ScanCancelled';
}

/** Candidates between two questions whether the scan is still wanted: well under a millisecond of work. */
export const POLL_EVERY = 4096;

/** Asks every few thousand candidates whether a computation is still wanted, and ends it when it is not. */
export class Cancellation {
  readonly #isCancelled: () => boolean;
  #sinceAsked = 0;

  constructor(isCancelled: () => boolean = () => false) {
    this.#isCancelled = isCancelled;
  }

  /**
   * Notes that so many candidates were dealt with.
   * @throws ScanCancelled
   */
  after(candidates: number): void {
    this.#sinceAsked += candidates;
    if (this.#sinceAsked < POLL_EVERY) return;
    this.#sinceAsked = 0;
    this.ask();
  }

  /** @throws ScanCancelled */
  ask(): void {
    if (this.#isCancelled()) throw new ScanCancelled('the scan was cancelled');
  }

  /**
   * Runs a loop over `count` candidates in parts, asking after each: `work` gets half-open ranges.
   * @throws ScanCancelled
   */
  inParts(count: number, work: (from: number, to: number) => void): void {
    for (let from = 0; from < count; from += POLL_EVERY) {
      const to = Math.min(count, from + POLL_EVERY);
      work(from, to);
      this.after(to - from);
    }
  }
}
