import { app, BrowserWindow, shell, type Session, type WebContents } from 'electron';
import { isOwnPage, mayOpenExternally, WEB_PREFERENCES, WINDOW_ORIGIN } from './windowPolicy.ts';

/** More crashes of the page than this within the time, and it is not reloaded any more. */
const CRASH_LIMIT = 3;
const CRASH_WINDOW_MS = 60_000;
/** The desk's own background, so that nothing flashes before the first paint. */
const BACKGROUND = '#090b0e';

/** Denies every permission (camera, location, notifications, devices ...): the desk needs none but writing the clipboard. */
export function denyPermissions(session: Session): void {
  const allowed = (permission: string, url: string) => permission === 'clipboard-sanitized-write' && isOwnPage(url);
  session.setPermissionRequestHandler((contents, permission, decide) => {
    decide(allowed(permission, contents.getURL()));
  });
  session.setPermissionCheckHandler((_contents, permission, origin) => allowed(permission, `${origin}/`));
  session.setDevicePermissionHandler(() => false);
}

/** Keeps every page of this process, also ones nobody meant to open, on our own origin and in our own windows. */
export function guardNavigation(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      if (!isOwnPage(event.url)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      if (!isOwnPage(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
    });
    contents.setWindowOpenHandler(({ url }) => {
      if (mayOpenExternally(url)) void shell.openExternal(url);
      return { action: 'deny' };
    });
  });
}

export interface WindowOptions {
  session: Session;
  /** The bundled preload script. */
  preload: string;
  onGaveUp: (reason: string) => void;
}

/** Opens the desk; shown when it has painted. */
export function openWindow({ session, preload, onGaveUp }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    show: false,
    width: 1440,
    height: 900,
    minWidth: 1024,
    minHeight: 640,
    backgroundColor: BACKGROUND,
    title: 'Legwork',
    webPreferences: { ...WEB_PREFERENCES, devTools: !app.isPackaged, session, preload },
  });
  window.once('ready-to-show', () => {
    window.show();
  });
  reloadAfterCrash(window.webContents, onGaveUp);
  void window.loadURL(`${WINDOW_ORIGIN}/`);
  return window;
}

/** A dead page loses nothing: the engine lives in this process, and a new page opens its streams again. */
function reloadAfterCrash(contents: WebContents, onGaveUp: (reason: string) => void): void {
  const crashes: number[] = [];
  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    const now = Date.now();
    crashes.push(now);
    if (crashes.filter((at) => at > now - CRASH_WINDOW_MS).length > CRASH_LIMIT) onGaveUp(reason);
    else contents.reload();
  });
}
