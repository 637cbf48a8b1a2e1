import { underlyingQuote, type Chain } from './chain.ts';

/** A basis point: less than the spread of the most liquid underlying moves no Greek that is shown. */
const MOVED = 1e-4;
/** Ticks that stay within it are taken all the same after this time. */
const STALE_MS = 2_000;

/**
 * The spots at which live options are valued. An underlying ticks many times a second, and a new spot makes every vol
 * and Greek of its options out of date; so a spot stands until the market has moved away from it by more than a basis
 * point, or for two seconds. All scans of one chain share them, so that no two windows value the same option twice.
 * What a broker's own Greeks were made with is not touched by this.
 */
export class ValuationSpots {
  /** By symbol. */
  readonly #kept = new Map<string, { spot: number; sinceMs: number }>();

  /** Spots of these symbols (all of the chain's when the list is empty); a symbol without one is left out. */
  of(chain: Chain, symbols: readonly string[], nowMs: number): Readonly<Record<string, number>> {
    const spots: Record<string, number> = {};
    for (const symbol of symbols.length === 0 ? chain.symbols : symbols) {
      const { spot } = underlyingQuote(chain, symbol);
      if (!(spot > 0)) continue;
      const kept = this.#kept.get(symbol);
      const stands =
        kept !== undefined && Math.abs(spot / kept.spot - 1) <= MOVED && Math.abs(nowMs - kept.sinceMs) < STALE_MS;
      if (!stands) this.#kept.set(symbol, { spot, sinceMs: nowMs });
      spots[symbol] = stands ? kept.spot : spot;
    }
    return spots;
  }
}
