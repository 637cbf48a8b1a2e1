import type { Clock, TimerHandle } from '../../scanner/domain/clock.ts';
import type { AccountPort, AccountSummary, BrokerLog, PnlUpdate, PositionUpdate, Unsubscribe } from '../gateway.ts';
import type { AccountWire, AccountWireListener, SummaryField } from '../tws/accountWire.ts';

const SUMMARY_REST_MS = 20;

type Listeners<T> = Set<(value: T) => void>;

/**
 * Balances, positions and P&L. Everything is asked again after each reconnect; P&L of a position is subscribed while
 * it is held. Late listeners are told what is known at once.
 */
export class AccountFeed implements AccountPort, AccountWireListener {
  readonly #clock: Clock;
  readonly #log: BrokerLog;
  readonly #summaries = new Map<string, AccountSummary>();
  readonly #positions = new Map<string, PositionUpdate>();
  readonly #pnls = new Map<string, PnlUpdate>();
  /** Named by TWS since the list was last asked for. */
  readonly #confirmed = new Set<string>();
  /** By account and conId: ends that position's P&L. */
  readonly #positionPnl = new Map<string, Unsubscribe>();
  readonly #onSummary: Listeners<AccountSummary> = new Set();
  readonly #onPosition: Listeners<PositionUpdate> = new Set();
  readonly #onPnl: Listeners<PnlUpdate> = new Set();
  /** Accounts whose summary has changed since it was told. */
  readonly #stale = new Set<string>();
  #flush: TimerHandle | undefined;
  #wire: AccountWire | undefined;

  constructor(deps: { clock: Clock; log: BrokerLog }) {
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /** The wire needs this feed as its listener first. */
  use(wire: AccountWire): void {
    this.#wire = wire;
  }

  onSummary(listener: (summary: AccountSummary) => void): Unsubscribe {
    return this.#listen(this.#onSummary, listener, this.#summaries.values());
  }

  onPosition(listener: (position: PositionUpdate) => void): Unsubscribe {
    return this.#listen(this.#onPosition, listener, this.#positions.values());
  }

  onPnl(listener: (pnl: PnlUpdate) => void): Unsubscribe {
    return this.#listen(this.#onPnl, listener, this.#pnls.values());
  }

  // --- from the wire ---

  up(accounts: readonly string[]): void {
    this.#positionPnl.clear();
    this.#wire?.askSummary();
    for (const account of accounts) this.#wire?.askPnl(account, undefined);
    // Held before the reconnect: the gate's list confirms or closes them.
    for (const position of this.#positions.values()) this.#followPnl(position);
  }

  summary(account: string, field: SummaryField, dollars: number | undefined): void {
    const known = this.#summaries.get(account) ?? {
      account,
      netLiquidation: undefined,
      buyingPower: undefined,
      excessLiquidity: undefined,
      maintMargin: undefined,
      cash: undefined,
      atMs: this.#clock.now(),
    };
    this.#summaries.set(account, { ...known, [field]: dollars, atMs: this.#clock.now() });
    this.#stale.add(account);
    this.#flush ??= this.#clock.setTimer(() => this.#tellSummaries(), SUMMARY_REST_MS);
  }

  position(position: PositionUpdate): void {
    const key = keyOf(position.account, position.conId);
    this.#confirmed.add(key);
    if (position.quantity === 0) this.#positions.delete(key);
    else this.#positions.set(key, position);
    this.#tell(this.#onPosition, position);
    this.#followPnl(position);
  }

  positionsAsked(): void {
    this.#confirmed.clear();
  }

  /** Closed while we were away: TWS leaves it out of the list instead of saying 0. */
  positionsEnd(): void {
    const gone = [...this.#positions].filter(([key]) => !this.#confirmed.has(key));
    for (const [, position] of gone) this.position({ ...position, quantity: 0 });
  }

  pnl(pnl: PnlUpdate): void {
    this.#pnls.set(keyOf(pnl.account, pnl.conId), pnl);
    this.#tell(this.#onPnl, pnl);
  }

  /** TWS sends the fields one by one, and no end after a change: they are told together, once they rest. */
  #tellSummaries(): void {
    this.#flush = undefined;
    for (const account of this.#stale) {
      const summary = this.#summaries.get(account);
      if (summary) this.#tell(this.#onSummary, summary);
    }
    this.#stale.clear();
  }

  /** Releases the timer. */
  close(): void {
    if (this.#flush !== undefined) this.#clock.clearTimer(this.#flush);
    this.#flush = undefined;
  }

  #followPnl({ account, conId, quantity }: PositionUpdate): void {
    const key = keyOf(account, conId);
    const followed = this.#positionPnl.get(key);
    if (quantity === 0) {
      followed?.();
      this.#positionPnl.delete(key);
      this.#pnls.delete(key);
    } else if (!followed && this.#wire) this.#positionPnl.set(key, this.#wire.askPnl(account, conId));
  }

  #listen<T>(to: Listeners<T>, listener: (value: T) => void, known: Iterable<T>): Unsubscribe {
    to.add(listener);
    for (const value of [...known]) this.#guarded(() => listener(value));
    return () => void to.delete(listener);
  }

  #tell<T>(listeners: Listeners<T>, value: T): void {
    for (const listener of listeners) this.#guarded(() => listener(value));
  }

  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#log.error({ err: error }, 'A listener of account data threw; this is a bug in Legwork.');
    }
  }
}

function keyOf(account: string, conId: number | undefined): string {
  return `${account}/${conId ?? 'all'}`;
}
