import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { SOCKET_PATH } from '../contract/socketPath.ts';
import type { EngineLog } from '../engine/log.ts';
import { inputError } from '../../scanner/domain/errors.ts';
import { NO_SESSION_PAGE, NOT_BUILT_PAGE } from './loopbackPages.ts';
import { newSecret, sameSecret, SessionGate } from './sessionGate.ts';
import { StaticFiles } from './staticFiles.ts';
import { contentSecurityPolicy } from './windowPolicy.ts';

const ADDRESS = '127.0.0.1';
/** A profile file of a million characters, escaped, with room to spare. */
const MAX_MESSAGE_BYTES = 8 << 20;
const MAX_SOCKETS = 32;
const HTML = 'text/html; charset=utf-8';

export interface LoopbackOptions {
  /** 0 takes any free port. */
  port: number;
  /** Folder of the built interface. */
  rendererDir: string;
  /** Serves the contract to a window that has shown its session. */
  onWindow: (socket: WebSocket) => void;
  log: EngineLog;
}

export interface LoopbackHost {
  port: number;
  /** `http://127.0.0.1:PORT` */
  origin: string;
  /** True when the built interface is there. */
  built: boolean;
  /** Authorises POST /launch: another `legwork app` of the same person asks so for a window of its own. */
  launchKey: string;
  /** An address that opens one window, once. */
  launchUrl(): string;
  /** Windows connected now. */
  windows(): number;
  close(): Promise<void>;
}

/**
 * Serves the interface and the contract to windows of this computer only.
 * @throws LegworkError input/invalid when the port is taken or not allowed.
 */
export async function startLoopback(options: LoopbackOptions): Promise<LoopbackHost> {
  const server = createServer();
  const port = await listen(server, options.port);
  const host = new Loopback(server, port, options);
  return {
    port,
    origin: host.origin,
    built: host.files.built,
    launchKey: host.launchKey,
    launchUrl: () => host.launchUrl(),
    windows: () => host.windows,
    close: () => host.close(),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? portTaken(port) : error.code === 'EACCES' ? portRefused(port) : error);
    });
    server.listen({ port, host: ADDRESS, exclusive: true }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function portTaken(port: number) {
  return inputError('port', `Port ${port} on ${ADDRESS} is in use by another program. Choose another with --port N.`);
}

function portRefused(port: number) {
  return inputError('port', `This account may not listen on port ${port}. Choose one above 1023 with --port N.`);
}

class Loopback {
  readonly origin: string;
  readonly launchKey = newSecret();
  readonly files: StaticFiles;
  readonly #server: Server;
  readonly #authority: string;
  readonly #gate: SessionGate;
  readonly #onWindow: (socket: WebSocket) => void;
  readonly #log: EngineLog;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });

  constructor(server: Server, port: number, options: LoopbackOptions) {
    this.#authority = `${ADDRESS}:${port}`;
    this.origin = `http://${this.#authority}`;
    this.files = new StaticFiles(options.rendererDir);
    this.#gate = new SessionGate(port);
    this.#onWindow = options.onWindow;
    this.#log = options.log;
    this.#server = server;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request, response);
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, socket, head);
    });
  }

  get windows(): number {
    return this.#sockets.clients.size;
  }

  launchUrl(): string {
    return `${this.origin}/?t=${this.#gate.newLaunchToken()}`;
  }

  close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.close(1001, 'Legwork is closing');
    this.#sockets.close();
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
      for (const socket of this.#sockets.clients) socket.terminate();
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of this.#securityHeaders()) response.setHeader(name, value);
    const refused = this.#refusal(request);
    if (refused !== undefined) {
      reply(response, { status: refused });
      return;
    }
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    if (request.method === 'POST' && path === '/launch') this.#launch(request, response);
    else if (request.method !== 'GET' && request.method !== 'HEAD') reply(response, { status: 405 });
    else if (path === '/') this.#index(request, response, new URLSearchParams(query).get('t'));
    else this.#asset(path, response);
  }

  /** 421 for a Host that is not ours (DNS rebinding), 403 for a foreign Origin. */
  #refusal(request: IncomingMessage): number | undefined {
    if (request.headers.host !== this.#authority) return 421;
    const { origin } = request.headers;
    return origin === undefined || origin === this.origin ? undefined : 403;
  }

  #index(request: IncomingMessage, response: ServerResponse, token: string | null): void {
    const known = this.#gate.accepts(request.headers.cookie);
    const cookie = token === null || known ? undefined : this.#gate.redeem(token);
    if (cookie !== undefined) response.setHeader('set-cookie', cookie);
    if (token !== null && (known || cookie !== undefined)) {
      response.setHeader('location', '/');
      reply(response, { status: 303 });
      return;
    }
    if (!known) {
      reply(response, { status: 401, contentType: HTML, body: NO_SESSION_PAGE });
      return;
    }
    const index = this.files.read('/index.html');
    if (index === undefined) reply(response, { status: 503, contentType: HTML, body: NOT_BUILT_PAGE });
    else reply(response, { status: 200, ...index });
  }

  #asset(path: string, response: ServerResponse): void {
    const file = path === '/index.html' ? undefined : this.files.read(path);
    if (file === undefined) {
      reply(response, { status: 404 });
      return;
    }
    if (file.immutable) response.setHeader('cache-control', 'public, max-age=31536000, immutable');
    reply(response, { status: 200, ...file });
  }

  #launch(request: IncomingMessage, response: ServerResponse): void {
    const offered = request.headers.authorization ?? '';
    if (!sameSecret(offered, `Bearer ${this.launchKey}`)) reply(response, { status: 401 });
    else reply(response, { status: 200, body: this.launchUrl() });
  }

  /** Browsers always send Origin on an upgrade, so a missing one is refused too. */
  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refused = this.#refusal(request) ?? (request.headers.origin === undefined ? 403 : undefined);
    const status = refused ?? (this.#gate.accepts(request.headers.cookie) ? undefined : 401);
    if (status !== undefined || request.url !== SOCKET_PATH || this.windows >= MAX_SOCKETS) {
      socket.end(
        `HTTP/1.1 ${status ?? (request.url === SOCKET_PATH ? 503 : 404)} Refused\r\nConnection: close\r\n\r\n`,
      );
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', (error) => {
        this.#log.warn('window connection failed', { message: error.message });
      });
      this.#onWindow(webSocket);
    });
  }

  #securityHeaders(): [string, string][] {
    return [
      ['content-security-policy', contentSecurityPolicy([`ws://${this.#authority}`])],
      ['x-content-type-options', 'nosniff'],
      ['referrer-policy', 'no-referrer'],
      ['cross-origin-opener-policy', 'same-origin'],
      ['cross-origin-resource-policy', 'same-origin'],
      ['cache-control', 'no-store'],
    ];
  }
}

interface Reply {
  status: number;
  contentType?: string;
  body?: string | Buffer;
}

function reply(response: ServerResponse, { status, contentType = 'text/plain', body = '' }: Reply): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
