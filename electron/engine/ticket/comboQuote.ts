import type { ComboLeg, MarketDataKind } from '../../../broker/gateway.ts';
import type { ComboQuote } from '../../../broker/orders/ticket.ts';
import { alignToTick, type PriceIncrement } from '../../../scanner/domain/money.ts';
import type { LiveQuote } from './legQuotes.ts';

/** Worst first: a combo is only as live as its least live leg. */
const KINDS: readonly MarketDataKind[] = ['delayed-frozen', 'delayed', 'frozen', 'live'];

type Side = 'natural' | 'mid' | 'best';

/**
 * Prices of a combo from its legs' quotes, as credits in dollars per share (> 0 received) on valid ticks. Natural is
 * rounded against the trader, so that it always crosses.
 * @returns undefined while no leg was quoted.
 */
export function comboQuote(
  legs: readonly ComboLeg[],
  quoteOf: (conId: number) => LiveQuote | undefined,
  increments: readonly PriceIncrement[],
): ComboQuote | undefined {
  const quotes = legs.map(({ conId }) => quoteOf(conId));
  const known = quotes.filter((quote) => quote !== undefined);
  if (known.length === 0) return undefined;
  const price = (side: Side): number | undefined => {
    const credits = legs.map((leg, i) => legCredit(leg, quotes[i], side));
    const sum = credits.reduce<number | undefined>(add, 0);
    return sum === undefined ? undefined : alignToTick(sum, increments, side === 'natural' ? 'down' : 'nearest');
  };
  return {
    natural: price('natural'),
    mid: price('mid'),
    best: price('best'),
    kind: KINDS.find((kind) => known.some((quote) => quote.kind === kind)) ?? 'live',
    atMs: known.length < legs.length ? 0 : Math.min(...known.map(({ atMs }) => atMs)),
  };
}

/** What one leg adds: a sold leg receives, a bought one pays. A bid of 0 cannot be sold to. */
function legCredit({ action, ratio }: ComboLeg, live: LiveQuote | undefined, side: Side): number | undefined {
  const { bid, ask } = live?.quote ?? {};
  if (bid === undefined || ask === undefined || !(ask > 0) || bid > ask) return undefined;
  if (side === 'mid') return (action === 'SELL' ? ratio : -ratio) * ((bid + ask) / 2);
  const crossing = side === 'natural';
  if (action === 'SELL') return crossing && bid === 0 ? undefined : ratio * (crossing ? bid : ask);
  return -ratio * (crossing ? ask : bid);
}

function add(sum: number | undefined, value: number | undefined): number | undefined {
  return sum === undefined || value === undefined ? undefined : sum + value;
}
