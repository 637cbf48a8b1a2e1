/**
 * Runs sandboxed before the page. Hands the page one MessagePort to the engine when it asks, and exposes nothing else:
 * no ipcRenderer, no Node, no names in the page's world.
 */
import { ipcRenderer } from 'electron';
import { PORT_CHANNEL, PORT_REQUEST } from './windowPolicy.ts';

window.addEventListener('message', (event) => {
  if (event.source !== window || event.data !== PORT_REQUEST) return;
  const { port1, port2 } = new MessageChannel();
  ipcRenderer.postMessage(PORT_CHANNEL, null, [port2]);
  window.postMessage(PORT_CHANNEL, location.origin, [port1]);
});
