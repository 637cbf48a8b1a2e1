import type { IBApi } from '@stoqey/ib';
import type { BrokerLog } from '../gateway.ts';

/** @source @stoqey/ib core/io/socket.js: the longest frame that the Java client accepts. */
const LONGEST_FRAME = 0xffffff;
const HEADER = 4;

interface Emitter {
  listeners(event: 'data'): unknown[];
  removeAllListeners(event: 'data'): void;
  on(event: 'data', listener: (bytes: Buffer) => void): void;
  destroy(error?: Error): void;
}

function property(owner: unknown, name: string): unknown {
  return typeof owner === 'object' && owner !== null ? Reflect.get(owner, name) : undefined;
}

function isEmitter(value: unknown): value is Emitter {
  return ['listeners', 'removeAllListeners', 'on', 'destroy'].every(
    (name) => typeof property(value, name) === 'function',
  );
}

/**
 * Stands between the socket and @stoqey/ib and hands it one whole frame at a time. Three defects of the library make
 * this necessary: a frame of negative length hangs its loop for good, a throw while decoding (malformed reject JSON)
 * becomes an uncaughtException, and what it leaves half-read swallows the next message. It has no hook for this, so
 * the guard reaches into private fields; if they ever move, it says so in the log and the library is used as it is.
 * Call right after `connect()`.
 * @source tws.md, defects 6 and 9; @stoqey/ib 1.6.10 core/io/socket.js `onData`, core/io/decoder.js `process`.
 */
export function guardFrames(api: IBApi, log: BrokerLog): boolean {
  const controller = property(api, 'controller');
  const decoder = property(controller, 'decoder');
  const socket = property(property(controller, 'socket'), 'client');
  if (!isEmitter(socket) || !Array.isArray(property(decoder, 'dataQueue'))) {
    log.error({}, 'The TWS client library has changed inside: its frames are not guarded.');
    return false;
  }
  const [deliver] = socket.listeners('data');
  if (typeof deliver !== 'function') return false;
  socket.removeAllListeners('data');
  socket.on(
    'data',
    frameReader({
      deliver: (frame) => {
        try {
          Reflect.apply(deliver, socket, [frame]);
        } catch (error) {
          // Otherwise the rest of this message is taken for the start of the next one.
          if (typeof decoder === 'object' && decoder !== null) Reflect.set(decoder, 'dataQueue', []);
          log.error({ err: error }, 'A message from TWS could not be decoded and was left out.');
        }
      },
      refuse: (length) => {
        log.error({ length }, 'TWS sent a frame of impossible length; the connection is dropped.');
        socket.destroy(new Error(`frame of impossible length ${length}`));
      },
    }),
  );
  return true;
}

interface FrameSink {
  /** One whole frame with its header. */
  deliver: (frame: Buffer) => void;
  refuse: (length: number) => void;
}

/** Cuts a byte stream into frames of 4-byte length and payload. After a refused length nothing more is delivered. */
export function frameReader(sink: FrameSink): (bytes: Buffer) => void {
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted = HEADER;
  let refused = false;
  return (bytes) => {
    if (refused) return;
    chunks.push(bytes);
    held += bytes.length;
    if (held < wanted) return;
    let buffer = chunks.length === 1 ? bytes : Buffer.concat(chunks, held);
    while (buffer.length >= HEADER) {
      const length = buffer.readInt32BE(0);
      if (length < 0 || length > LONGEST_FRAME) {
        refused = true;
        chunks = [];
        sink.refuse(length);
        return;
      }
      wanted = HEADER + length;
      if (buffer.length < wanted) break;
      sink.deliver(buffer.subarray(0, wanted));
      buffer = buffer.subarray(wanted);
      wanted = HEADER;
    }
    chunks = buffer.length > 0 ? [buffer] : [];
    held = buffer.length;
  };
}
