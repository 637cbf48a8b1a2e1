import type { IsoDate, Right } from '../domain/option.ts';

/** What the name of a listed option says: `SPXW230915C04505000`. */
export interface OptionSymbol {
  root: string;
  expiry: IsoDate;
  right: Right;
  strike: number;
}

/** Date, right and strike take the last 15 characters; the root is what stands before them. */
const SUFFIX_LENGTH = 15;
const SUFFIX = /^(\d{2})(\d{2})(\d{2})([CP])(\d{8})$/;

/** @source OCC option symbology. @returns undefined when the text is not an option symbol. */
export function parseOptionSymbol(text: string): OptionSymbol | undefined {
  const root = text.slice(0, -SUFFIX_LENGTH).trim();
  const match = SUFFIX.exec(text.slice(-SUFFIX_LENGTH));
  if (!match || !/^[A-Z][A-Z0-9.]*$/.test(root)) return undefined;
  const [, year = '', month = '', day = '', right, strike = ''] = match;
  if (right !== 'C' && right !== 'P') return undefined;
  return { root, expiry: `20${year}-${month}-${day}`, right, strike: Number(strike) / 1000 };
}

/** A class with a changed deliverable after a split or merger, such as AMD1. */
export function isAdjustedRoot(root: string): boolean {
  return /\d$/.test(root);
}

/** Trading classes of an index that do not carry its name. @source Cboe and Nasdaq product pages. */
const UNDERLYING_OF_ROOT: Readonly<Record<string, string>> = {
  SPXW: 'SPX',
  SPXPM: 'SPX',
  NDXP: 'NDX',
  RUTW: 'RUT',
  VIXW: 'VIX',
  DJXW: 'DJX',
  XSPW: 'XSP',
  MRUTW: 'MRUT',
};

/**
 * The underlying whose options carry these roots: the one that all but a weekly suffix have in common.
 * @returns undefined for none, and for roots that have nothing in common.
 */
export function underlyingOfRoots(roots: Iterable<string>): string | undefined {
  const symbols = Array.from(roots, (root) => UNDERLYING_OF_ROOT[root] ?? root);
  const [shortest] = symbols.toSorted((a, b) => a.length - b.length);
  return symbols.every((symbol) => shortest !== undefined && symbol.startsWith(shortest)) ? shortest : undefined;
}
