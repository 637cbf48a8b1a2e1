import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const LOCK_FILE = 'legwork.lock';
const ASK_TIMEOUT_MS = 2_000;

const LockSchema = z.object({
  pid: z.number().int().positive(),
  /** 0 while starting, and for a host that does not listen. */
  port: z.number().int().min(0).max(65_535),
  launchKey: z.string(),
});
type Lock = z.infer<typeof LockSchema>;

/** One Legwork per data folder: two would share one client id and one order journal. */
export interface InstanceLock {
  /** Tells later starts where this one listens. */
  announce(port: number, launchKey: string): void;
  release(): void;
}

/** Another Legwork holds the folder. */
export interface RunningInstance {
  pid: number;
  /** The lock, for a person to delete when that process is no Legwork. */
  file: string;
  /** An address for one new window; undefined when it has none to give (Electron, or still starting). */
  launchUrl: string | undefined;
}

export type LockOutcome = { held: InstanceLock } | { running: RunningInstance };

/** Takes the folder, or says who has it. A lock whose process is gone is taken over. */
export async function takeInstanceLock(dataDir: string): Promise<LockOutcome> {
  const file = join(dataDir, LOCK_FILE);
  for (;;) {
    if (tryCreate(file)) return { held: heldLock(file) };
    const lock = readLock(file);
    if (lock !== undefined && isAlive(lock.pid)) {
      const answer = await askForWindow(lock);
      // After a restart of the computer the process id may be a stranger's: nobody listens then.
      if (answer.listening) return { running: { pid: lock.pid, file, launchUrl: answer.launchUrl } };
    }
    rmSync(file, { force: true });
  }
}

function tryCreate(file: string): boolean {
  try {
    writeLock(file, { pid: process.pid, port: 0, launchKey: '' }, 'wx');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** For this person's eyes only: the launch key opens a window. */
function writeLock(file: string, lock: Lock, flag: 'w' | 'wx'): void {
  writeFileSync(file, JSON.stringify(lock), { flag, mode: 0o600 });
}

function readLock(file: string): Lock | undefined {
  try {
    return LockSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined; // gone, or not written by us
  }
}

function heldLock(file: string): InstanceLock {
  return {
    announce: (port, launchKey) => {
      writeLock(file, { pid: process.pid, port, launchKey }, 'w');
    },
    release: () => {
      if (readLock(file)?.pid === process.pid) rmSync(file, { force: true });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

interface Answer {
  /** False when nobody listens where the lock says. */
  listening: boolean;
  launchUrl?: string;
}

async function askForWindow({ port, launchKey }: Lock): Promise<Answer> {
  if (port === 0) return { listening: true };
  try {
    const response = await fetch(`http://127.0.0.1:${port}/launch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${launchKey}` },
      signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
    });
    return response.ok ? { listening: true, launchUrl: await response.text() } : { listening: false };
  } catch (error) {
    return { listening: error instanceof Error && error.name === 'TimeoutError' };
  }
}
