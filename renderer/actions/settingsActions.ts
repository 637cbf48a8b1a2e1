import type { Settings } from '../../electron/contract/desk.ts';
import { SymbolName } from '../../scanner/domain/profile.ts';
import type { Desk } from '../state/desk.svelte.ts';

export async function loadSettings(desk: Desk): Promise<void> {
  const settings = await desk.ask((client) => client.settings.get());
  if (settings === undefined) return;
  desk.settings = settings;
  desk.restartQuotes();
}

/** Saves part of the settings. The window changes at once and goes back when the engine refuses. */
export async function changeSettings(desk: Desk, patch: Partial<Settings>): Promise<boolean> {
  const before = desk.settings;
  const wanted = { ...before, ...patch };
  desk.settings = wanted;
  const answer = await desk.attempt((client) => client.settings.put(wanted));
  desk.settings = answer.value ?? before;
  if (answer.failed !== undefined) desk.services.tell({ kind: 'bad', text: answer.failed });
  return answer.value !== undefined;
}

/** Symbols in a typed or pasted text, upper case, each once, and the words that are none. */
export function readSymbols(text: string): { symbols: string[]; refused: string[] } {
  const symbols = new Set<string>();
  const refused: string[] = [];
  for (const word of text.split(/[\s,;]+/)) {
    if (word === '') continue;
    const parsed = SymbolName.safeParse(word);
    if (parsed.success) symbols.add(parsed.data);
    else refused.push(word);
  }
  return { symbols: [...symbols], refused };
}

export async function addToWatchlist(desk: Desk, symbols: readonly string[]): Promise<void> {
  const watchlist = [...new Set([...desk.settings.watchlist, ...symbols])].slice(0, 50);
  if (await changeSettings(desk, { watchlist })) desk.restartQuotes();
}

export async function removeFromWatchlist(desk: Desk, symbol: string): Promise<void> {
  const watchlist = desk.settings.watchlist.filter((other) => other !== symbol);
  if (await changeSettings(desk, { watchlist })) desk.restartQuotes();
}
