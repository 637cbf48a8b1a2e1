import type { Clock, TimerHandle } from '../../../scanner/domain/clock.ts';
import type { AccountBook } from './accountBook.ts';
import type { Exchange } from './exchange.ts';
import type { OptionInstrument } from './instrument.ts';
import type { Market } from './market.ts';

/** Longest wait at once; timers of more than 24 days do not exist. */
const LONGEST_WAIT_MS = 6 * 3_600_000;

/**
 * Settles options that expire: index options in cash; stock and ETF options in the money by a cent are exercised into
 * shares at the strike. What is out of the money is gone.
 */
export class Settlement {
  readonly #options: { clock: Clock; market: Market; accounts: AccountBook; exchange: Exchange };
  readonly #unlisten: () => void;
  #timer: TimerHandle | undefined;

  constructor(options: { clock: Clock; market: Market; accounts: AccountBook; exchange: Exchange }) {
    this.#options = options;
    this.#unlisten = options.exchange.onEvent((event) => {
      if (event.type === 'position') this.#arm();
    });
  }

  close(): void {
    this.#unlisten();
    if (this.#timer) this.#options.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #held(): { account: string; option: OptionInstrument; quantity: number }[] {
    const { accounts } = this.#options;
    return accounts
      .accounts()
      .flatMap((account) =>
        accounts
          .holdings(account)
          .flatMap(({ instrument, quantity }) =>
            instrument.kind === 'option' && quantity !== 0 ? [{ account, option: instrument, quantity }] : [],
          ),
      );
  }

  #arm(): void {
    const { clock, market } = this.#options;
    const instants = this.#held().map(({ option }) => market.settlementMs(option));
    if (this.#timer) clock.clearTimer(this.#timer);
    this.#timer = undefined;
    if (instants.length === 0) return;
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(0, Math.min(...instants) - clock.now()));
    this.#timer = clock.setTimer(() => {
      this.#timer = undefined;
      this.#settleDue();
      this.#arm();
    }, waitMs);
  }

  #settleDue(): void {
    const { clock, market, accounts, exchange } = this.#options;
    const nowMs = clock.now();
    for (const { account, option, quantity } of this.#held()) {
      const settledMs = market.settlementMs(option);
      if (settledMs > nowMs) continue;
      const { underlying, multiplier } = option.root;
      const { spot } = market.stateAt(underlying, settledMs);
      const worth = Math.max(0, option.right === 'C' ? spot - option.strike : option.strike - spot);
      accounts.book(account, option, { quantity: -quantity, price: worth, commission: 0, nowMs });
      exchange.tellPosition(account, option.conId);
      if (underlying.listing.secType === 'IND' || worth < 0.01) continue;
      // Worth in cash and shares at the market together are the same as shares at the strike.
      const shares = quantity * multiplier * (option.right === 'C' ? 1 : -1);
      accounts.book(account, underlying, { quantity: shares, price: spot, commission: 0, nowMs });
      exchange.tellPosition(account, underlying.conId);
    }
  }
}
