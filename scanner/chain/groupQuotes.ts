import { readGroup, type Chain, type ChainGroup } from './chain.ts';

/** Strikes and prices of a group at one instant, ascending by strike. */
export interface QuoteRows {
  /** Rows; columns may be longer. */
  n: number;
  strike: Float64Array;
  bid: Float64Array;
  ask: Float64Array;
  /** `groupGeneration` of the group at that instant. */
  generation: number;
}

const scratch: QuoteRows = { n: 0, generation: 0, ...newColumns(512) };

function newColumns(length: number): Pick<QuoteRows, 'strike' | 'bid' | 'ask'> {
  return { strike: new Float64Array(length), bid: new Float64Array(length), ask: new Float64Array(length) };
}

/**
 * Copies a group's quotes to where the next call copies the next group's: to be used up at once. A chain has tens of
 * thousands of groups, of which most are counted or valued and looked at no more.
 */
export function scratchQuotes(chain: Chain, group: ChainGroup): Readonly<QuoteRows> {
  const { rowCount } = group;
  if (scratch.bid.length < rowCount) Object.assign(scratch, newColumns(2 * rowCount));
  scratch.n = rowCount;
  const { strike, bid, ask } = scratch;
  const { columns } = chain;
  const { firstRow } = group;
  readGroup(chain, group, (generation) => {
    scratch.generation = generation;
    for (let i = 0; i < rowCount; i++) {
      strike[i] = columns.strike[firstRow + i] ?? 0;
      bid[i] = columns.bid[firstRow + i] ?? 0;
      ask[i] = columns.ask[firstRow + i] ?? 0;
    }
  });
  return scratch;
}
