import { EventEmitter } from 'node:events';
import { randomUUID } from 'node:crypto';
import { createRouterClient } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { WebSocket as NodeSocket } from 'ws';
import { clientOverPort, clientOverSocket, type LegworkClient } from '../../electron/contract/client.ts';
import { SOCKET_PATH } from '../../electron/contract/socketPath.ts';
import type { Caller } from '../../electron/engine/caller.ts';
import type { NodeHost } from '../../electron/hosts/nodeHost.ts';

/** A connected window: its client, and how it goes away. */
export interface Connected {
  api: LegworkClient;
  close(): void;
}

export type Transport = (host: NodeHost) => Promise<Connected>;

/** Calls the router in this process, as the command line does. */
const inProcess: Transport = ({ hosted }) => {
  const api = createRouterClient(hosted.engine.router, { context: { owner: randomUUID() } });
  return Promise.resolve({ api, close: () => undefined });
};

/** Electron's MessagePortMain: an EventEmitter whose 'message' carries {data}; it knows no addEventListener. */
class MainPort extends EventEmitter {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<unknown>) => this.emit('message', { data, ports: [] });
    port.addEventListener('close', () => this.emit('close'));
  }

  postMessage(message: unknown): void {
    this.#port.postMessage(message);
  }
}

/** As the Electron window: one end here, the other as the main process sees it. */
const messagePort: Transport = ({ hosted }) => {
  const { port1, port2 } = new MessageChannel();
  const main = new MainPort(port1);
  new RPCHandler<Caller>(hosted.engine.router).upgrade(main, { context: { owner: randomUUID() } });
  return Promise.resolve({
    api: clientOverPort(port2),
    close: () => {
      port2.close();
    },
  });
};

/** As a browser window: launch link, session cookie, WebSocket. */
export async function openWindow(launchUrl: string): Promise<Connected> {
  const { origin } = new URL(launchUrl);
  const launch = await fetch(launchUrl, { redirect: 'manual' });
  const cookie = launch.headers.get('set-cookie')?.split(';')[0] ?? '';
  const socket = new NodeSocket(`${origin.replace('http', 'ws')}${SOCKET_PATH}`, { headers: { cookie }, origin });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve).once('error', reject);
  });
  return {
    api: clientOverSocket(socket as unknown as WebSocket),
    close: () => {
      socket.close();
    },
  };
}

const webSocket: Transport = ({ loopback }) => openWindow(loopback.launchUrl());

export const TRANSPORTS: [string, Transport][] = [
  ['a call in this process', inProcess],
  ['a MessagePort', messagePort],
  ['a WebSocket', webSocket],
];
