import type { AccountPort, AccountSummary, PnlUpdate } from '../../../broker/gateway.ts';
import type { AccountView } from '../../contract/desk.ts';

/** Newest summary and P&L of every account, joined. Per-position P&L is the position book's business. */
export class AccountBook {
  /** By account id. */
  readonly #summaries = new Map<string, AccountSummary>();
  /** By account id, whole account only. */
  readonly #pnl = new Map<string, PnlUpdate>();
  readonly #stops: (() => void)[];

  constructor(port: AccountPort, onChange: () => void) {
    this.#stops = [
      port.onSummary((summary) => {
        this.#summaries.set(summary.account, summary);
        onChange();
      }),
      port.onPnl((pnl) => {
        if (pnl.conId !== undefined) return;
        this.#pnl.set(pnl.account, pnl);
        onChange();
      }),
    ];
  }

  summary(account: string): AccountSummary | undefined {
    return this.#summaries.get(account);
  }

  /** Of the whole account. */
  pnl(account: string): PnlUpdate | undefined {
    return this.#pnl.get(account);
  }

  view(account: string): AccountView | undefined {
    const summary = this.#summaries.get(account);
    const pnl = this.#pnl.get(account);
    if (summary === undefined && pnl === undefined) return undefined;
    return {
      account,
      netLiquidation: summary?.netLiquidation,
      buyingPower: summary?.buyingPower,
      excessLiquidity: summary?.excessLiquidity,
      maintMargin: summary?.maintMargin,
      cash: summary?.cash,
      dailyPnl: pnl?.daily,
      unrealisedPnl: pnl?.unrealised,
      realisedPnl: pnl?.realised,
      atMs: Math.max(summary?.atMs ?? 0, pnl?.atMs ?? 0),
    };
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }
}
