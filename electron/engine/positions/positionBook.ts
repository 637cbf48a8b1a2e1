import type { AccountPort, PnlUpdate, PositionUpdate } from '../../../broker/gateway.ts';
import type { OrderRecord } from '../../../broker/orders/orderBook.ts';
import { newYorkDate } from '../../../scanner/domain/calendar.ts';
import type { PositionGroup } from '../../contract/orders.ts';
import type { LegQuotes } from '../ticket/legQuotes.ts';
import { groupLegs, type HeldOption, type LegGroup } from './groupLegs.ts';
import { positionView } from './positionView.ts';
import { tradedCombos } from './tradedCombos.ts';

/** Legs whose quotes are streamed; beyond that the broker's own P&L has to do. */
const MOST_STREAMED = 24;

export interface PositionBookDeps {
  account: AccountPort;
  quotes: LegQuotes;
  /** Our own orders in contracts that live on: which legs were opened together. */
  records: () => readonly OrderRecord[];
  nowMs: () => number;
  onChange: () => void;
}

/** What is held, as spreads, with the newest quotes and P&L. */
export class PositionBook {
  readonly #deps: PositionBookDeps;
  /** By account and conId. */
  readonly #held = new Map<string, PositionUpdate>();
  /** By account and conId. */
  readonly #pnl = new Map<string, PnlUpdate>();
  /** By conId: ends the stream of its quotes. */
  readonly #streamed = new Map<number, () => void>();
  readonly #stops: (() => void)[];
  #watchers = 0;

  constructor(deps: PositionBookDeps) {
    this.#deps = deps;
    this.#stops = [
      deps.account.onPosition((position) => {
        const key = keyOf(position.account, position.conId);
        if (position.quantity === 0) this.#held.delete(key);
        else this.#held.set(key, position);
        this.#stream();
        deps.onChange();
      }),
      deps.account.onPnl((pnl) => {
        if (pnl.conId === undefined) return;
        this.#pnl.set(keyOf(pnl.account, pnl.conId), pnl);
        deps.onChange();
      }),
    ];
  }

  /** Held contracts of one account, for the risk gate. */
  of(account: string): PositionUpdate[] {
    return [...this.#held.values()].filter((position) => position.account === account);
  }

  groups(): LegGroup[] {
    return groupLegs(this.#options(), tradedCombos(this.#deps.records()));
  }

  group(id: string): LegGroup | undefined {
    return this.groups().find((group) => group.id === id);
  }

  views(): PositionGroup[] {
    const today = newYorkDate(this.#deps.nowMs());
    return this.groups().map((group) => positionView(group, (leg) => this.#newsOf(leg), today));
  }

  /** Streams the legs' quotes while somebody looks. @returns what ends that. */
  watch(): () => void {
    this.#watchers += 1;
    this.#stream();
    let watching = true;
    return () => {
      if (!watching) return;
      watching = false;
      this.#watchers -= 1;
      this.#stream();
    };
  }

  /** Another market or account: what was held there is not held here. */
  reset(): void {
    this.#held.clear();
    this.#pnl.clear();
    this.#stream();
    this.#deps.onChange();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    for (const stop of this.#streamed.values()) stop();
    this.#streamed.clear();
  }

  #options(): HeldOption[] {
    return [...this.#held.values()].flatMap(({ account, conId, contract, quantity, averageCost }) =>
      contract === undefined ? [] : [{ account, conId, contract, quantity, averageCost }],
    );
  }

  #newsOf({ account, conId }: HeldOption) {
    const key = keyOf(account, conId);
    const quote = this.#deps.quotes.latest(conId)?.quote;
    return { quote, pnl: this.#pnl.get(key), held: this.#held.get(key)?.quantity ?? 0 };
  }

  /** Makes the streamed legs those that are held and looked at. */
  #stream(): void {
    const wanted = new Map(
      (this.#watchers === 0 ? [] : this.#options()).slice(0, MOST_STREAMED).map((leg) => [leg.conId, leg.contract]),
    );
    for (const [conId, stop] of this.#streamed) {
      if (wanted.has(conId)) continue;
      this.#streamed.delete(conId);
      stop();
    }
    for (const [conId, contract] of wanted) {
      if (this.#streamed.has(conId)) continue;
      this.#streamed.set(conId, this.#deps.quotes.watch({ ...contract, conId }, this.#deps.onChange));
    }
  }
}

function keyOf(account: string, conId: number): string {
  return `${account}|${conId}`;
}
