/** Accounts that a request means: an id, or all of them for an empty name or `All`. */
export function accountsNamed(all: readonly string[], name: string): string[] {
  const wanted = name.trim();
  return wanted === '' || wanted === 'All' ? [...all] : all.filter((account) => account === wanted);
}

/** To whole cents, as TWS tells money. */
export function cents(dollars: number): number {
  return Math.round(dollars * 100) / 100;
}
