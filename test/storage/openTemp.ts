import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { OpenOptions } from '../../electron/storage/database.ts';
import { openStorage } from '../../electron/storage/storage.ts';
import type { Storage } from '../../electron/storage/storage.ts';

/** A folder of its own that is gone when the test is over. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'legwork-storage-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestStorage {
  storage: Storage;
  path: string;
  logged: string[];
  /** ms since 1970; tests set it. */
  time: { nowMs: number };
  /** Closes and opens the same file again, as a restart does. */
  reopen: () => Storage;
  /** The storage as it is open now. */
  current: () => Storage;
}

/** A real SQLite file in a folder of its own, closed at the end of the test. */
export function tempStorage(changes: Partial<OpenOptions> = {}): TestStorage {
  const logged: string[] = [];
  const time = { nowMs: 1_700_000_000_000 };
  const options: OpenOptions = {
    path: join(tempFolder(), 'legwork.sqlite'),
    clock: { now: () => time.nowMs },
    log: (_, text) => void logged.push(text),
    ...changes,
  };
  let storage = openStorage(options);
  onTestFinished(() => storage.close());
  const reopen = (): Storage => {
    storage.close();
    storage = openStorage(options);
    return storage;
  };
  return { storage, path: options.path, logged, time, reopen, current: () => storage };
}
