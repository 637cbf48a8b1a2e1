import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { inputError } from '../../scanner/domain/errors.ts';

interface Surroundings {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
}

/** Where this platform keeps an application's data. */
export function defaultDataDir({ platform, env, home }: Surroundings): string {
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Legwork');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Legwork');
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'legwork');
}

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file',
  ENOTDIR: 'a part of the path is a file',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

/**
 * Makes the data folder, for this person only.
 * @param chosen From --data-dir; the platform's own place when absent.
 * @throws LegworkError input/invalid when it cannot be made or written.
 */
export function prepareDataDir(chosen: string | undefined): string {
  const folder = resolve(chosen ?? defaultDataDir({ platform: process.platform, env: process.env, home: homedir() }));
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.R_OK);
  } catch (error) {
    throw inputError(
      'data-dir',
      `The data folder ${folder} cannot be used: ${reason(error)}. Choose another with --data-dir.`,
    );
  }
  return folder;
}
