import type { ScanHead } from '../../electron/contract/scan.ts';
import type { StreamMessage } from '../../electron/contract/stream.ts';
import { Profile } from '../../scanner/domain/profile.ts';
import type { RankedSpread } from '../../scanner/domain/spread.ts';
import { KeyedRows, type RowChange } from './keyedRows.ts';

/** The open scan: the profile it runs with, its funnel and its rows. */
export class ScanStore {
  /** What the scan runs with now, saved or not. Replaced whole, never mutated. */
  profile = $state.raw<Profile>(Profile.parse({ version: 1, name: 'New profile' }));
  head = $state.raw<ScanHead | undefined>(undefined);
  count = $state(0);
  /** Rises with every change of rows. */
  version = $state(0);
  problem = $state<string | undefined>(undefined);
  stream = $state<string | undefined>(undefined);
  /** Rows that joined a scan that had already settled. */
  readonly fresh = new Set<string>();
  readonly #rows = new KeyedRows<RankedSpread>((row) => row.id);
  readonly #listeners = new Set<(change: RowChange<RankedSpread>) => void>();

  row(id: string): RankedSpread | undefined {
    return this.#rows.get(id);
  }

  rows(): RankedSpread[] {
    return this.#rows.values();
  }

  /** Tells `listener` what each message changed, so that the grid does no more than that. */
  listen(listener: (change: RowChange<RankedSpread>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  receive(message: StreamMessage<RankedSpread, ScanHead>): void {
    const settled = this.head !== undefined && !this.head.progress.running;
    const change = this.#rows.fold(message);
    if (change === undefined) return;
    if (message.head) this.head = message.head;
    this.problem = this.head?.problem;
    if (change.reset) this.fresh.clear();
    else if (settled) for (const row of change.added) this.fresh.add(row.id);
    for (const row of change.removed) this.fresh.delete(row.id);
    this.count = this.#rows.size;
    this.version++;
    for (const listener of this.#listeners) listener(change);
  }

  /** A new stream starts its generations anew; rows stay on the screen until it speaks. */
  opened(stream: string | undefined): void {
    this.stream = stream;
    if (stream !== undefined) this.#rows.clear();
  }
}
