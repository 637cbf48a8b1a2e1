import { ipcMain, type IpcMainEvent, type MessagePortMain } from 'electron';
import { isOwnPage, PORT_CHANNEL } from './windowPolicy.ts';

/**
 * Takes the MessagePort that the preload script hands over for a page. It is the only message the main process listens
 * to; what comes through the port is checked by the contract's schemas.
 * @param onWindow Serves the contract to a window; called once per page load.
 */
export function takePorts(onWindow: (port: MessagePortMain) => void): void {
  ipcMain.on(PORT_CHANNEL, (event) => {
    const [port] = event.ports;
    if (port === undefined) return;
    if (isTrustedSender(event)) onWindow(port);
    else port.close();
  });
}

/** Only the top frame of our own page may talk to the engine. */
function isTrustedSender({ senderFrame }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url);
}
