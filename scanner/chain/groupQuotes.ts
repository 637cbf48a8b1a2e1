import { readGroup, type Chain, type ChainGroup } from './chain.ts';

/** Strikes and prices of a group at one instant, ascending by strike: Float64[n] each. */
export interface QuoteRows {
  readonly n: number;
  readonly strike: Float64Array;
  readonly bid: Float64Array;
  readonly ask: Float64Array;
}

/** Room for the longest group so far, and the views of it by length: a chain's groups have few different ones. */
let room = newRoom(512);
let views: (QuoteRows | undefined)[] = [];

function newRoom(n: number): QuoteRows {
  return { n, strike: new Float64Array(n), bid: new Float64Array(n), ask: new Float64Array(n) };
}

function viewOf(n: number): QuoteRows {
  if (n > room.n) {
    room = newRoom(2 * n);
    views = [];
  }
  const { strike, bid, ask } = room;
  return (views[n] ??= { n, strike: strike.subarray(0, n), bid: bid.subarray(0, n), ask: ask.subarray(0, n) });
}

/**
 * Copies a group's quotes to where the next call copies the next group's: to be used up at once. A chain has tens of
 * thousands of groups, of which most are counted or valued and looked at no more.
 */
export function scratchQuotes(chain: Chain, group: ChainGroup): { quotes: QuoteRows; generation: number } {
  const { firstRow, rowCount } = group;
  const quotes = viewOf(rowCount);
  const { strike, bid, ask } = quotes;
  const { columns } = chain;
  const generation = readGroup(chain, group, (before) => {
    for (let i = 0; i < rowCount; i++) {
      strike[i] = columns.strike[firstRow + i] ?? 0;
      bid[i] = columns.bid[firstRow + i] ?? 0;
      ask[i] = columns.ask[firstRow + i] ?? 0;
    }
    return before;
  });
  return { quotes, generation };
}
