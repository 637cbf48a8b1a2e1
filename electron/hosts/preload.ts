/**
 * Runs sandboxed before the page. Tells the page that it is in Electron and hands it one MessagePort to the
 * engine when it asks; nothing else is exposed, no ipcRenderer and no Node.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { PORT_CHANNEL, PORT_REQUEST } from './windowPolicy.ts';

contextBridge.exposeInMainWorld('legworkHost', 'electron');

window.addEventListener('message', (event) => {
  if (event.source !== window || event.data !== PORT_REQUEST) return;
  const { port1, port2 } = new MessageChannel();
  ipcRenderer.postMessage(PORT_CHANNEL, null, [port2]);
  window.postMessage(PORT_CHANNEL, location.origin, [port1]);
});
