import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Names on PATH, best first. All are Chromium inside and know `--app`. */
const LINUX_NAMES = [
  ...['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'],
  ...['microsoft-edge-stable', 'microsoft-edge', 'brave-browser', 'vivaldi'],
];
const MAC_APPS = ['Google Chrome', 'Microsoft Edge', 'Chromium', 'Brave Browser'];
const WINDOWS_PATHS = [
  ['Google', 'Chrome', 'Application', 'chrome.exe'],
  ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
  ['Chromium', 'Application', 'chrome.exe'],
];
const WINDOWS_ROOTS = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'];

export interface Computer {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  isExecutable: (path: string) => boolean;
}

/** Where this computer has a browser that can show an app window. LEGWORK_BROWSER names another. */
export function findBrowser(computer: Computer): string | undefined {
  return candidates(computer).find(computer.isExecutable);
}

function candidates({ platform, env }: Computer): string[] {
  const chosen = env['LEGWORK_BROWSER'];
  if (chosen !== undefined && chosen !== '') return [chosen];
  if (platform === 'win32') {
    const roots = WINDOWS_ROOTS.flatMap((name) => env[name] ?? []);
    return WINDOWS_PATHS.flatMap((path) => roots.map((root) => join(root, ...path)));
  }
  if (platform === 'darwin') return MAC_APPS.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return LINUX_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/** False where no window can be shown at all. */
export function hasDisplay({ platform, env }: Pick<Computer, 'platform' | 'env'>): boolean {
  return platform !== 'linux' || Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']);
}

export const thisComputer: Computer = {
  platform: process.platform,
  env: process.env,
  isExecutable: (path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  },
};

/** A browser that is gone this soon after a clean exit handed its window to another process of the same profile. */
const HANDED_OVER_MS = 3_000;

export interface AppWindow {
  /** How it ended: `closed` by the person, `handed-over` to a browser that runs on, or `failed` to open. */
  ended: Promise<'closed' | 'handed-over' | 'failed'>;
  close(): void;
}

/**
 * Opens the address in a window of its own, without tabs, under a profile in the data folder.
 * @param url Carries a launch token that works once, so that its stay in the process list does no harm.
 */
export function openAppWindow(browser: string, url: string, dataDir: string): AppWindow {
  const args = [
    `--app=${url}`,
    `--user-data-dir=${join(dataDir, 'browser')}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--window-size=1440,900',
    // Chromium refuses to start sandboxed for root; there is no user to protect then.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  const startedAt = Date.now();
  const child = spawn(browser, args, { stdio: 'ignore' });
  return { ended: endOf(child, startedAt), close: () => void child.kill() };
}

function endOf(child: ChildProcess, startedAt: number): Promise<'closed' | 'handed-over' | 'failed'> {
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve('failed');
    });
    child.once('exit', (code) => {
      const soon = Date.now() - startedAt < HANDED_OVER_MS;
      resolve(!soon ? 'closed' : code === 0 ? 'handed-over' : 'failed');
    });
  });
}
