import type { Clock, TimerHandle } from '../../scanner/domain/clock.ts';
import { LegworkError } from '../../scanner/domain/errors.ts';
import type { QuoteSink, QuoteUpdate, Underlying } from '../gateway.ts';
import type { QuoteLine, QuoteLines } from '../tws/quoteLines.ts';

/** What the choice of strikes needs to know. */
export interface Spot {
  price: number;
  iv: number | undefined;
}

/** How long a price, then the 30-day vol behind it, is waited for, ms. */
const PRICE_MS = 6_000;
const VOL_MS = 1_500;

/** The underlying's line while its options are quoted: their Greeks need it, and the strikes come from its spot. */
export class SpotWatch {
  readonly #clock: Clock;
  readonly #line: QuoteLine;
  readonly #symbol: string;
  #known: QuoteUpdate = {};
  #resolve: ((spot: Spot) => void) | undefined;
  #timer: TimerHandle | undefined;
  #waitingForVol = false;
  readonly spot: Promise<Spot>;

  constructor(deps: { clock: Clock; lines: QuoteLines; sink: QuoteSink }, underlying: Underlying) {
    this.#clock = deps.clock;
    this.#symbol = underlying.symbol;
    let refuse: (error: LegworkError) => void = () => undefined;
    this.spot = new Promise<Spot>((resolve, reject) => {
      this.#resolve = resolve;
      refuse = reject;
    });
    // The pass that waits for it may have been stopped by then.
    this.spot.catch(() => undefined);
    this.#timer = deps.clock.setTimer(() => this.#late(refuse), PRICE_MS);
    // A ticket's priority: scan lines come and go, but every option of this symbol hangs on this one.
    this.#line = deps.lines.openUnderlying(underlying, 'ticket', {
      quote: (update, kind, atMs) => {
        deps.sink.underlying(underlying.symbol, update, kind, atMs);
        this.#known = { ...this.#known, ...update };
        this.#look();
      },
      refused: (error) => refuse(new LegworkError(error)),
    });
  }

  close(): void {
    this.#line.close();
    this.#stopTimer();
    this.#resolve = undefined;
  }

  #look(): void {
    const price = livePrice(this.#known);
    if (price === undefined || !this.#resolve) return;
    if (this.#known.iv !== undefined) return this.#settle(price);
    if (this.#waitingForVol) return;
    this.#waitingForVol = true;
    this.#stopTimer();
    this.#timer = this.#clock.setTimer(() => this.#settle(livePrice(this.#known) ?? price), VOL_MS);
  }

  #settle(price: number): void {
    this.#stopTimer();
    this.#resolve?.({ price, iv: this.#known.iv });
    this.#resolve = undefined;
  }

  #late(refuse: (error: LegworkError) => void): void {
    const price = livePrice(this.#known) ?? this.#known.close;
    if (price !== undefined) return this.#settle(price);
    refuse(
      new LegworkError({
        kind: 'data',
        code: 'timeout',
        message: `TWS gave no price of ${this.#symbol} within ${PRICE_MS / 1000} s, so its strikes cannot be chosen. Look whether TWS itself shows a price; the account may lack the market-data subscription.`,
      }),
    );
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}

function livePrice({ bid, ask, last }: QuoteUpdate): number | undefined {
  if (bid !== undefined && ask !== undefined && bid > 0 && ask >= bid) return (bid + ask) / 2;
  return last;
}
