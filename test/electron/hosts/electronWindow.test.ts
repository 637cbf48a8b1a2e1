import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, Session, WebContents } from 'electron';
import { beforeEach, expect, test, vi } from 'vitest';

/** Stands in for Electron, whose package cannot even be imported outside it; records what it is told. */
const electron = vi.hoisted(() => ({
  opened: [] as string[],
  windows: [] as BrowserWindowConstructorOptions[],
  loaded: [] as string[],
  contents: undefined as EventEmitter | undefined,
}));

vi.mock('electron', () => ({
  app: Object.assign(new EventEmitter(), { isPackaged: true }),
  shell: { openExternal: (url: string) => Promise.resolve(electron.opened.push(url)) },
  BrowserWindow: class extends EventEmitter {
    readonly webContents = new FakeContents();
    constructor(options: BrowserWindowConstructorOptions) {
      super();
      electron.windows.push(options);
      electron.contents = this.webContents;
    }
    show(): void {
      electron.loaded.push('shown');
    }
    loadURL(url: string): Promise<void> {
      electron.loaded.push(url);
      return Promise.resolve();
    }
  },
}));

class FakeContents extends EventEmitter {
  reloads = 0;
  windowOpenHandler: ((details: { url: string }) => { action: string }) | undefined;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpenHandler = handler;
  }
  reload(): void {
    this.reloads++;
  }
}

const { app } = await import('electron');
const { denyPermissions, guardNavigation, openWindow } = await import('../../../electron/hosts/electronWindow.ts');

type RequestHandler = Exclude<Parameters<Session['setPermissionRequestHandler']>[0], null>;
type CheckHandler = Exclude<Parameters<Session['setPermissionCheckHandler']>[0], null>;

interface Handlers {
  request?: RequestHandler;
  check?: CheckHandler;
  device?: () => boolean;
}

function permissionHandlers(): Handlers {
  const handlers: Handlers = {};
  denyPermissions({
    setPermissionRequestHandler: (handler: RequestHandler) => void (handlers.request = handler),
    setPermissionCheckHandler: (handler: CheckHandler) => void (handlers.check = handler),
    setDevicePermissionHandler: (handler: () => boolean) => void (handlers.device = handler),
  } as unknown as Session);
  return handlers;
}

beforeEach(() => {
  electron.opened.length = 0;
  electron.windows.length = 0;
  electron.loaded.length = 0;
  app.removeAllListeners();
});

test.each([
  ['media', 'app://legwork/', false],
  ['geolocation', 'app://legwork/', false],
  ['notifications', 'app://legwork/', false],
  ['clipboard-read', 'app://legwork/', false],
  ['clipboard-sanitized-write', 'app://legwork/', true],
  ['clipboard-sanitized-write', 'https://evil.example/', false],
] as const)('permission %s for %s -> %s', (permission, url, granted) => {
  const { request, check, device } = permissionHandlers();
  const answers: boolean[] = [];
  const contents = { getURL: () => url } as unknown as WebContents;
  request?.(contents, permission, (answer) => answers.push(answer), {} as Parameters<RequestHandler>[3]);
  const origin = url.replace(/\/$/, '');
  expect(answers).toEqual([granted]);
  expect(check?.(contents, permission, origin, {} as Parameters<CheckHandler>[3])).toBe(granted);
  expect(device?.()).toBe(false);
});

function guardedContents(): FakeContents {
  guardNavigation();
  const contents = new FakeContents();
  (app as unknown as EventEmitter).emit('web-contents-created', {}, contents);
  return contents;
}

test.each([
  ['will-navigate', 'https://evil.example/', true],
  ['will-navigate', 'file:///etc/passwd', true],
  ['will-navigate', 'app://legwork/', false],
  ['will-redirect', 'https://evil.example/', true],
])('%s to %s is stopped: %s', (name, url, stopped) => {
  const preventDefault = vi.fn();
  guardedContents().emit(name, { url, preventDefault });
  expect(preventDefault.mock.calls.length).toBe(stopped ? 1 : 0);
});

test('no webview can be attached', () => {
  const preventDefault = vi.fn();
  guardedContents().emit('will-attach-webview', { preventDefault });
  expect(preventDefault).toHaveBeenCalledOnce();
});

test('no window is ever opened; only listed links leave for the own browser', () => {
  const contents = guardedContents();
  expect(contents.windowOpenHandler?.({ url: 'https://evil.example/' })).toEqual({ action: 'deny' });
  expect(contents.windowOpenHandler?.({ url: 'file:///C:/Windows/System32/calc.exe' })).toEqual({ action: 'deny' });
  expect(contents.windowOpenHandler?.({ url: 'https://www.ibkrguides.com/' })).toEqual({ action: 'deny' });
  expect(electron.opened).toEqual(['https://www.ibkrguides.com/']);
});

function open(onGaveUp: (reason: string) => void = () => {}): FakeContents {
  openWindow({ session: {} as unknown as Session, preload: '/app/preload.cjs', onGaveUp });
  return electron.contents as FakeContents;
}

test('the window is sandboxed, without developer tools once packaged, and loads our own origin', () => {
  open();
  expect(electron.windows[0]?.show).toBe(false);
  expect(electron.windows[0]?.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    devTools: false,
    preload: '/app/preload.cjs',
  });
  expect(electron.loaded).toEqual(['app://legwork/']);
});

test('a page that crashes is loaded again, but not for ever', () => {
  const onGaveUp = vi.fn();
  const contents = open(onGaveUp);
  for (let crash = 0; crash < 3; crash++) contents.emit('render-process-gone', {}, { reason: 'crashed' });
  expect(contents.reloads).toBe(3);
  expect(onGaveUp).not.toHaveBeenCalled();
  contents.emit('render-process-gone', {}, { reason: 'oom' });
  expect(contents.reloads).toBe(3);
  expect(onGaveUp).toHaveBeenCalledExactlyOnceWith('oom');
});
