import type { AmericanExpiry } from '../math/americanExpiry.ts';
import type { Chain, ChainGroup } from './chain.ts';
import type { ExpiryMarket } from './expiryMarket.ts';
import { GREEKS, greekColumns, groupGreeks, type Greek, type GreekColumns, type GroupQuotes } from './groupGreeks.ts';
import { scratchQuotes } from './groupQuotes.ts';

/** Quotes that were read at one instant. */
export interface ReadQuotes extends GroupQuotes {
  /** `groupGeneration` then. */
  generation: number;
}

/** What a group's values were made of. */
interface Stamp {
  /** `groupGeneration` of the quotes. */
  generation: number;
  market: ExpiryMarket;
  /** Rows with a vol. */
  solved: number;
}

/**
 * The model columns of the groups that one thread owns: nobody else writes them, everybody may read them. Values stand
 * for as long as the quotes and the market that they were made of.
 */
export class ModelColumns {
  readonly #chain: Chain;
  readonly #americanOf: (quotes: GroupQuotes) => AmericanExpiry;
  readonly #columns: GreekColumns;
  /** By the group's slot. */
  readonly #stamps: (Stamp | undefined)[] = [];

  /** @param americanOf what values an American group; asked once for every time that it is valued. */
  constructor(chain: Chain, americanOf: (quotes: GroupQuotes) => AmericanExpiry) {
    this.#chain = chain;
    this.#americanOf = americanOf;
    this.#columns = greekColumns(chain.columns, 'model');
  }

  /** Values a group as it is quoted now. @returns rows with a vol. */
  value(group: ChainGroup, market: ExpiryMarket): number {
    const { quotes, generation } = scratchQuotes(this.#chain, group);
    const { strike, bid, ask } = quotes;
    return this.#current({ group, market, strike, bid, ask, generation }).solved;
  }

  /**
   * Copies a vol or Greek of just these quotes, row by row: the columns may be of other ones when they are next looked at.
   * @param to Float64[rows], written.
   */
  copy(quotes: ReadQuotes, greek: Greek, to: Float64Array): void {
    this.#current(quotes);
    const column = this.#columns[greek];
    const { firstRow, rowCount } = quotes.group;
    for (let row = 0; row < rowCount; row++) to[row] = column[firstRow + row] ?? NaN;
  }

  /** Leaves a group without any value. */
  blank({ firstRow, rowCount, slot }: ChainGroup): void {
    this.#stamps[slot] = undefined;
    for (const name of GREEKS) this.#columns[name].fill(NaN, firstRow, firstRow + rowCount);
  }

  #current(quotes: ReadQuotes): Stamp {
    const { group, market, generation } = quotes;
    const known = this.#stamps[group.slot];
    if (known?.generation === generation && known.market === market) return known;
    this.#stamps[group.slot] = undefined;
    const solved = groupGreeks(quotes, this.#americanOf, { columns: this.#columns, at: group.firstRow });
    return (this.#stamps[group.slot] = { generation, market, solved });
  }
}
