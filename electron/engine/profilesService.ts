import { inputError } from '../../scanner/domain/errors.ts';
import { parseProfile } from '../../scanner/domain/profile.ts';
import type { Storage } from '../storage/storage.ts';
import type { Implementer } from './implementer.ts';

export function profilesService(os: Implementer, profiles: Storage['profiles']) {
  return {
    list: os.profiles.list.handler(() => profiles.list()),
    save: os.profiles.save.handler(({ input }) => profiles.save(input.profile, input.id)),
    remove: os.profiles.remove.handler(({ input }) => {
      profiles.remove(input.id);
    }),
    restore: os.profiles.restore.handler(({ input }) => profiles.restore(input.id)),
    import: os.profiles.import.handler(({ input }) => profiles.save(parseProfile(readJson(input.text)))),
    export: os.profiles.export.handler(({ input }) => {
      const stored = profiles.get(input.id);
      if (stored === undefined) throw inputError('id', `There is no profile ${input.id} to export.`);
      const { profile } = stored;
      return { fileName: `${fileStem(profile.name)}.json`, text: `${JSON.stringify(profile, null, 2)}\n` };
    }),
  };
}

/** Deeper than any profile; a bomb of brackets is refused before it costs anything. */
const MAX_DEPTH = 16;

/** @throws LegworkError input/invalid that says where the text stops being JSON. */
function readJson(text: string): unknown {
  if (deepest(text) > MAX_DEPTH) throw inputError('profile', 'This file is nested too deeply to be a profile.');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw inputError('profile', `This file is not JSON: ${found}. Export a profile to see what one looks like.`);
  }
}

function deepest(text: string): number {
  let depth = 0;
  let most = 0;
  for (const character of text) {
    if (character === '{' || character === '[') most = Math.max(most, ++depth);
    else if (character === '}' || character === ']') depth -= 1;
  }
  return most;
}

/** Letters, digits and dashes: a name that every file system takes. */
function fileStem(name: string): string {
  const stem = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
  return stem === '' ? 'profile' : stem.slice(0, 60);
}
