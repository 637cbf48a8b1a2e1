/** `ticket`: a line a person looks at or holds (ticket, position). `scan`: one that a chain load passes through. */
export type LinePriority = 'ticket' | 'scan';

/** One market-data line of TWS. Give it back when the frame that cancels it has been written. */
export interface LineLease {
  readonly priority: LinePriority;
  release(): void;
}

export interface LineRequest {
  priority: LinePriority;
  granted: (lease: LineLease) => void;
  /** A ticket needs this line: cancel it and release soon. Scan lines only, at most once. */
  revoked?: () => void;
}

interface Held extends LineLease {
  revoked: (() => void) | undefined;
}

/**
 * Shares TWS's market-data lines (100 by default, watchlists of TWS included) among tickets and scans.
 * A ticket takes the place of a waiting scan, and when nothing is free the oldest scan line is called back.
 * @source tws.md, "Limits": error 101 beyond the lines of the account.
 */
export class LineBudget {
  readonly #budget: number;
  readonly #held = new Set<Held>();
  readonly #calledBack = new Set<Held>();
  readonly #waiting: Record<LinePriority, Set<LineRequest>> = { ticket: new Set(), scan: new Set() };

  constructor(budget: number) {
    if (!Number.isInteger(budget) || budget < 1)
      throw new RangeError(`a line budget is a whole number of at least 1, not ${budget}`);
    this.#budget = budget;
  }

  get budget(): number {
    return this.#budget;
  }

  get used(): number {
    return this.#held.size;
  }

  /** Grants now or later. @returns withdraws the request while it waits; does nothing once granted. */
  acquire(request: LineRequest): () => void {
    this.#waiting[request.priority].add(request);
    this.#serve();
    return () => void this.#waiting[request.priority].delete(request);
  }

  /** The link is gone and TWS has dropped every line. Requests that wait stay. */
  releaseAll(): void {
    this.#held.clear();
    this.#calledBack.clear();
    this.#serve();
  }

  #serve(): void {
    while (this.#held.size < this.#budget) {
      const [request] = this.#waiting.ticket.size > 0 ? this.#waiting.ticket : this.#waiting.scan;
      if (!request) return;
      this.#waiting[request.priority].delete(request);
      this.#grant(request);
    }
    this.#callBack();
  }

  #grant(request: LineRequest): void {
    const held: Held = {
      priority: request.priority,
      revoked: request.revoked,
      release: () => {
        this.#calledBack.delete(held);
        if (this.#held.delete(held)) this.#serve();
      },
    };
    this.#held.add(held);
    request.granted(held);
  }

  /** Calls back as many of the oldest scan lines as tickets wait. */
  #callBack(): void {
    let short = this.#waiting.ticket.size - this.#calledBack.size;
    for (const held of this.#held) {
      if (short <= 0) return;
      if (held.priority !== 'scan' || this.#calledBack.has(held)) continue;
      this.#calledBack.add(held);
      short--;
      held.revoked?.();
    }
  }
}
