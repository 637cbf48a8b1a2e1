/** Legwork in Electron: the engine in this process, the desk in one sandboxed window. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { RPCHandler } from '@orpc/server/message-port';
import { app, dialog, Menu, session, type BrowserWindow } from 'electron';
import type { Caller } from '../engine/caller.ts';
import { toAppError } from '../../scanner/domain/errors.ts';
import { prepareDataDir } from './dataDir.ts';
import { readElectronChoices } from './electronChoices.ts';
import { takePorts } from './electronPort.ts';
import { declareScheme, serveInterface } from './electronProtocol.ts';
import { denyPermissions, guardNavigation, openWindow } from './electronWindow.ts';
import { takeInstanceLock } from './instanceLock.ts';
import { openEngine, type HostedEngine } from './openEngine.ts';

/** The bundle's folder: out/main. */
const here = import.meta.dirname;

// Electron takes these only before it is ready.
app.enableSandbox();
declareScheme();
guardNavigation();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    app.quit();
  });
}

// Not awaited: Electron becomes ready only after this module has been evaluated to its end.
start().catch(fail);

async function start(): Promise<void> {
  const choices = readElectronChoices(process.argv.slice(app.isPackaged ? 1 : 2));
  const dataDir = prepareDataDir(choices.dataDir);
  app.setPath('userData', join(dataDir, 'electron'));
  if (!app.requestSingleInstanceLock()) {
    app.quit(); // the first one comes to the front instead
    return;
  }
  const lock = await takeInstanceLock(dataDir);
  if ('running' in lock) throw new Error(alreadyRunning(lock.running));
  const engine = openEngine({
    ...choices,
    dataDir,
    version: app.getVersion(),
    workerFile: new URL('../worker/scanWorker.js', import.meta.url),
    simulatorFile: new URL('../worker/simulatorThread.js', import.meta.url),
  });
  closeBeforeQuit(async () => {
    await (await engine).close();
    lock.held.release();
  });
  await app.whenReady();
  serveWindows(engine);
  const window = showDesk();
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  await engine;
}

function alreadyRunning({ pid, file }: { pid: number; file: string }): string {
  return (
    `Legwork is running already, as process ${pid}, on the same data folder. Use that one, or choose another folder ` +
    `with --data-dir. If process ${pid} is not Legwork, delete ${file}.`
  );
}

/** The page may ask for its port before the engine is up: its calls wait in the port until then. */
function serveWindows(engine: Promise<HostedEngine>): void {
  takePorts((port) => {
    void engine.then((hosted) => {
      const handler = new RPCHandler<Caller>(hosted.engine.router);
      handler.upgrade(port, { context: { owner: randomUUID() } });
      port.start();
    });
  });
}

function showDesk(): BrowserWindow {
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null);
  denyPermissions(session.defaultSession);
  serveInterface(session.defaultSession, join(here, '../renderer'));
  app.on('window-all-closed', () => {
    app.quit();
  });
  return openWindow({
    session: session.defaultSession,
    preload: join(here, '../preload/index.cjs'),
    onGaveUp: (reason) => {
      fail(new Error(`The window crashed several times (${reason}). Orders at the broker stay as they are.`));
    },
  });
}

/** Ends engine, simulator and log before the process does. */
function closeBeforeQuit(close: () => Promise<void>): void {
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void close().finally(() => {
      closed = true;
      app.quit();
    });
  });
}

function fail(thrown: unknown): void {
  dialog.showErrorBox('Legwork cannot go on', toAppError(thrown).message);
  app.exit(1);
}
