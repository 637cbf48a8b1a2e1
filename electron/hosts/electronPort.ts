import { randomUUID } from 'node:crypto';
import { RPCHandler } from '@orpc/server/message-port';
import type { Router } from '@orpc/server';
import { ipcMain, type IpcMainEvent } from 'electron';
import type { Caller } from '../engine/caller.ts';
import { isOwnPage, PORT_CHANNEL } from './windowPolicy.ts';

/**
 * Serves the contract over the MessagePort that the preload script hands over. It is the only message the main process
 * listens to; the contract's schemas check everything that comes through the port.
 */
export function servePorts(router: Router<never, Caller>): void {
  const handler = new RPCHandler<Caller>(router);
  ipcMain.on(PORT_CHANNEL, (event) => {
    const [port] = event.ports;
    if (port === undefined) return;
    if (!isTrustedSender(event)) {
      port.close();
      return;
    }
    handler.upgrade(port, { context: { owner: randomUUID() } });
    port.start();
  });
}

/** Only the top frame of our own page may talk to the engine. */
function isTrustedSender({ senderFrame }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url);
}
