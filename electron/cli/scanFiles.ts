import { readFileSync, statSync } from 'node:fs';
import { MAX_FILE_CHARACTERS, parseCboeFile } from '../../scanner/chain/cboeFile.ts';
import { inputError, LegworkError } from '../../scanner/domain/errors.ts';
import { parseProfile, type Profile } from '../../scanner/domain/profile.ts';
import type { RecordedChain } from '../../scanner/domain/recordedChain.ts';

const MAX_PROFILE_BYTES = 1_000_000;

/**
 * Reads the chain files. One symbol may come from one file only: two quote times of one option cannot both be right.
 * @throws LegworkError input/invalid that names file, line and field.
 */
export function readChains(files: readonly string[], asOfMs: number | undefined): RecordedChain[] {
  const fileOfSymbol = new Map<string, string>();
  return files.map((file) => {
    const chain = parseCboeFile(readText('chain', file, MAX_FILE_CHARACTERS), { fileName: file, asOfMs });
    const other = fileOfSymbol.get(chain.symbol);
    if (other !== undefined) {
      throw inputError('chain', `${file}: ${chain.symbol} is in ${other} already. Give one file for each symbol.`);
    }
    fileOfSymbol.set(chain.symbol, file);
    return chain;
  });
}

/** @throws LegworkError input/invalid that names file, line and field. */
export function readProfile(file: string): Profile {
  const text = readText('profile', file, MAX_PROFILE_BYTES);
  let raw: unknown;
  try {
    raw = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw inputError(
      'profile',
      `${file}${lineOfJsonError(text, why)}: not JSON: ${why}. Correct it or export the profile anew.`,
    );
  }
  try {
    return parseProfile(raw);
  } catch (thrown) {
    if (!(thrown instanceof LegworkError) || thrown.error.kind !== 'input') throw thrown;
    const { field, message } = thrown.error;
    throw inputError(field, `${file}${lineOfField(text, field)}: ${message}`);
  }
}

function readText(field: string, file: string, mostBytes: number): string {
  try {
    const { size } = statSync(file);
    if (size > mostBytes) throw inputError(field, `${file}: ${size} bytes, expected at most ${mostBytes}.`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof LegworkError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw inputError(field, `${file}: cannot be read (${why}). Check the path given as --${field}.`);
  }
}

/** Where V8 says that the text stops being JSON: ` line 5`. */
function lineOfJsonError(text: string, why: string): string {
  const position = /position (\d+)/.exec(why)?.[1];
  if (position === undefined) return ` line ${lineAt(text, text.length)}`;
  return ` line ${lineAt(text, Number(position))}`;
}

/** The line of a field named by its path, ` line 5`; nothing for one that is missing. */
function lineOfField(text: string, path: string): string {
  let from = 0;
  let found = false;
  for (const name of path.split('.')) {
    const at = text.indexOf(JSON.stringify(name), from);
    if (at < 0) continue;
    found = true;
    from = at;
  }
  return found ? ` line ${lineAt(text, from)}` : '';
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
