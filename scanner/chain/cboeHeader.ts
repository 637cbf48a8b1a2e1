import { inputError } from '../domain/errors.ts';
import type { Right } from '../domain/option.ts';

/** Where the fields of one side of a row stand; -1 for a field that this file does not have. */
export interface SideColumns {
  right: Right;
  /** Name of the symbol column: `Calls` or `Puts`. */
  label: string;
  symbol: number;
  last: number;
  bid: number;
  ask: number;
  volume: number;
  iv: number;
  delta: number;
  gamma: number;
  openInterest: number;
}

export interface CboeColumns {
  expiry: number;
  strike: number;
  call: SideColumns;
  put: SideColumns;
  names: string[];
  /** Fields that a whole row has. */
  count: number;
}

/**
 * Finds the columns by name: the fields between `Calls` and `Puts` are the call's, those after it the put's.
 * @throws LegworkError kind `input` that names the column that is missing.
 */
export function findColumns(cells: readonly string[], where: string): CboeColumns {
  const names = cells.map((cell) => cell.trim());
  while (names.at(-1) === '') names.pop();
  const lower = names.map((name) => name.toLowerCase());
  const puts = lower.indexOf('puts');
  const need = (index: number, name: string): number => {
    if (index >= 0) return index;
    throw inputError(name, `${where}: no column "${name}". Expected the column names of a Cboe quote file.`);
  };
  need(puts, 'Puts');
  const side = (right: Right, label: string, from: number, to: number): SideColumns => {
    const at = (...aliases: string[]): number => {
      const index = lower.findIndex((name, i) => i >= from && i < to && aliases.includes(name));
      return index;
    };
    return {
      right,
      label,
      symbol: need(at(label.toLowerCase()), label),
      last: at('last sale', 'last'),
      bid: need(at('bid'), 'Bid'),
      ask: need(at('ask'), 'Ask'),
      volume: at('volume', 'vol'),
      iv: at('iv'),
      delta: at('delta'),
      gamma: at('gamma'),
      openInterest: at('open interest', 'open int'),
    };
  };
  return {
    expiry: need(lower.indexOf('expiration date'), 'Expiration Date'),
    strike: need(lower.indexOf('strike'), 'Strike'),
    call: side('C', 'Calls', 0, puts),
    put: side('P', 'Puts', puts, names.length),
    names,
    count: names.length,
  };
}
