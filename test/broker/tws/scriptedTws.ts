import { createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Wire ids of @source tws.md, "Wire protocol". */
const START_API = '71';
const ANSWERS: Readonly<Record<string, (fields: string[]) => string[][]>> = {
  [START_API]: () => [
    ['15', '1', 'DU1234567'],
    ['9', '1', '1'],
  ],
  '16': () => [['53', '1']],
  '99': () => [['102']],
  '7': (fields) => [['55', '1', fields[2] ?? '']],
  '61': () => [['62', '1']],
  '49': () => [['49', '1', '1795174000']],
};

export interface ScriptedTws {
  port: number;
  /** Every frame of the client after the handshake, as fields. */
  received: string[][];
  /** Writes one frame of NUL-terminated fields to every client. */
  send(...fields: (string | number)[]): void;
  /** Writes raw bytes. */
  sendBytes(bytes: Uint8Array): void;
  /** Answers requests of this message id so from now on. */
  answer(message: number, with_: (fields: string[]) => (string | number)[][]): void;
  /** Ends all connections and takes no more of them. */
  close(): Promise<void>;
}

function frame(fields: readonly (string | number)[]): Buffer {
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(''));
  const head = Buffer.alloc(4);
  head.writeInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/**
 * A TWS that says what a test tells it to: for answers that our simulator, which behaves, never gives. It greets as
 * version 193 unless `mute`, and ends the four lists of the reconcile gate at once.
 */
export async function scriptedTws({ mute = false } = {}): Promise<ScriptedTws> {
  const received: string[][] = [];
  const sockets = new Set<Socket>();
  const answers = new Map(Object.entries(ANSWERS));
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (!mute)
      serve(socket, (fields) => {
        received.push(fields);
        for (const reply of answers.get(fields[0] ?? '')?.(fields) ?? []) socket.write(frame(reply));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);
  return {
    port: (server.address() as AddressInfo).port,
    received,
    send: (...fields) => {
      for (const socket of sockets) socket.write(frame(fields));
    },
    sendBytes: (bytes) => {
      for (const socket of sockets) socket.write(bytes);
    },
    answer: (message, with_) =>
      void answers.set(String(message), (fields) => with_(fields).map((reply) => reply.map(String))),
    close,
  };
}

/** Greets, then hands on one frame at a time. */
function serve(socket: Socket, onFrame: (fields: string[]) => void): void {
  let held = Buffer.alloc(0);
  let greeted = false;
  socket.on('data', (bytes) => {
    held = Buffer.concat([held, bytes]);
    if (!greeted) {
      const offer = 8 + (held.length >= 8 ? held.readInt32BE(4) : Number.POSITIVE_INFINITY);
      if (held.length < offer) return;
      greeted = true;
      held = held.subarray(offer);
      socket.write(frame(['193', '20261120 11:00:00 EST']));
    }
    while (held.length >= 4 && held.length >= 4 + held.readInt32BE(0)) {
      const end = 4 + held.readInt32BE(0);
      onFrame(held.subarray(4, end).toString().split('\0').slice(0, -1));
      held = held.subarray(end);
    }
  });
}
