import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export type Direction = 'toTws' | 'toClient';

/**
 * What to do with one message: `pass` it, `cut` the line instead of passing it, `passThenMute`: pass it and let nothing
 * more through to the client, as a line that is about to die does.
 */
export type Verdict = 'pass' | 'cut' | 'passThenMute';

/** Fields of one TWS message; the first is its id. */
export type Rule = (direction: Direction, fields: readonly string[]) => Verdict;

/** Ids of TWS messages. @source tws.md, "Wire protocol for the simulator". */
export const PLACE = '3';
export const CANCEL = '4';
export const OPEN_ORDER = '5';
export const EXECUTION = '11';

/** A line between a client and a TWS that can be cut at any message. */
export class CuttingProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #lines = new Set<{ client: Socket; tws: Socket; mute: boolean }>();
  #rule: Rule = () => 'pass';
  /** Every message that reached TWS, by id. */
  readonly passedToTws: string[][] = [];

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
  }

  static async start(target: number): Promise<CuttingProxy> {
    const server = createServer();
    const proxy = new CuttingProxy(server, target);
    server.on('connection', (client) => proxy.#accept(client));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Holds from the next message on. */
  setRule(rule: Rule): void {
    this.#rule = rule;
  }

  /** Cuts every line and waits until the far side has gone, so that a client id is free again. */
  async cut(): Promise<void> {
    await Promise.all([...this.#lines].map(({ client, tws }) => closed(client, tws)));
  }

  async close(): Promise<void> {
    await this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    const tws = connect(this.#target, '127.0.0.1');
    const line = { client, tws, mute: false };
    this.#lines.add(line);
    const end = (): void => {
      this.#lines.delete(line);
      client.destroy();
      tws.destroy();
    };
    for (const socket of [client, tws]) {
      socket.on('error', end);
      socket.on('close', end);
    }
    const toTws = messages('API\0'.length, (bytes, fields) => {
      const verdict = this.#rule('toTws', fields);
      if (verdict === 'cut') return end();
      this.passedToTws.push(fields);
      tws.write(bytes);
      if (verdict === 'passThenMute') line.mute = true;
    });
    const toClient = messages(0, (bytes, fields) => {
      if (line.mute) return;
      const verdict = this.#rule('toClient', fields);
      if (verdict === 'cut') return end();
      client.write(bytes);
      if (verdict === 'passThenMute') line.mute = true;
    });
    client.on('data', toTws);
    tws.on('data', toClient);
  }
}

async function closed(...sockets: Socket[]): Promise<void> {
  for (const socket of sockets) {
    socket.destroy();
    if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  }
}

/** Splits a byte stream into TWS frames: a 4-byte length, then fields that each end in NUL. */
function messages(prefix: number, take: (bytes: Buffer, fields: string[]) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let skip = prefix;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      if (rest.length < skip + 4) return;
      const end = skip + 4 + rest.readUInt32BE(skip);
      if (rest.length < end) return;
      const fields = rest
        .toString('utf8', skip + 4, end)
        .split('\0')
        .slice(0, -1);
      take(rest.subarray(0, end), fields);
      rest = rest.subarray(end);
      skip = 0;
    }
  };
}
