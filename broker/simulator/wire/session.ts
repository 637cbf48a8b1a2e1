import type { Duplex } from 'node:stream';
import { Buffer } from 'node:buffer';
import type { SimulatorCore } from '../core/simulatorCore.ts';
import { accountFamily } from './account.ts';
import { contractsFamily } from './contracts.ts';
import type { Connection, LineCount, MessageFamily } from './family.ts';
import { FieldReader } from './fieldReader.ts';
import { encodeFrame, FrameSplitter, MalformedFrame, splitFields } from './frames.ts';
import type { Field } from './frames.ts';
import { historicalFamily } from './historical.ts';
import { marketDataFamily } from './marketData.ts';
import { ANSWER, REQUEST } from './messageIds.ts';
import { MessageRate } from './messageRate.ts';
import { ordersFamily } from './orders.ts';
import { connectionStamp } from './stamp.ts';

/** Highest version whose layouts are spoken; 194 changes message 4, 201 begins protobuf. */
export const MAX_SERVER_VERSION = 193;
export const MIN_SERVER_VERSION = 176;
const ADVANCED_REJECT = 166;
const LAST_REQUEST_ID = 104;

export interface SessionHost {
  readonly core: SimulatorCore;
  readonly lines: LineCount;
  /** Takes the client id, or says that another connection has it. */
  claim(session: ClientSession, clientId: number): boolean;
  nextValidId(): number;
  closed(session: ClientSession): void;
}

/** One client: handshake, rate, dispatch to the message families, and the end of it. */
export class ClientSession implements Connection {
  readonly core: SimulatorCore;
  readonly lines: LineCount;
  serverVersion = 0;
  clientId = -1;
  readonly #host: SessionHost;
  readonly #stream: Duplex;
  readonly #splitter = new FrameSplitter();
  readonly #rate: MessageRate;
  #families: MessageFamily[] = [];
  #handlers = new Map<number, (request: FieldReader) => void>();
  #ended = false;
  #corked = false;

  constructor(stream: Duplex, host: SessionHost) {
    this.#host = host;
    this.#stream = stream;
    this.core = host.core;
    this.lines = host.lines;
    this.#rate = new MessageRate(host.core.clock);
    stream.on('data', (chunk: Buffer) => this.#receive(chunk));
    stream.on('error', () => this.end());
    stream.on('close', () => this.end());
    stream.on('end', () => this.end());
  }

  get backlog(): number {
    return this.#stream.writableLength;
  }

  send(...fields: Field[]): void {
    if (this.#ended) return;
    if (!this.#corked) {
      // One packet for everything said in one go.
      this.#corked = true;
      this.#stream.cork();
      queueMicrotask(() => {
        this.#corked = false;
        this.#stream.uncork();
      });
    }
    this.#stream.write(encodeFrame(fields));
  }

  error(requestId: number, code: number, message: string): void {
    const json: Field[] = this.serverVersion >= ADVANCED_REJECT ? [''] : [];
    this.send(ANSWER.error, 2, requestId, code, message, ...json);
  }

  /** Says what is queued, then closes. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const family of this.#families) family.close?.();
    this.#stream.end();
    this.#host.closed(this);
  }

  /** Closes at once, as a cut cable does. */
  cut(): void {
    this.end();
    this.#stream.destroy();
  }

  #receive(chunk: Buffer): void {
    if (this.#ended) return;
    try {
      for (const body of this.#splitter.push(chunk)) {
        if (this.#ended) return;
        if (this.serverVersion === 0) this.#handshake(body);
        else this.#message(splitFields(body));
      }
    } catch (thrown) {
      if (!(thrown instanceof MalformedFrame)) throw thrown;
      if (this.serverVersion > 0)
        this.error(-1, 320, `Server error when reading an API client request: ${thrown.message}`);
      this.end();
    }
  }

  #handshake(body: Buffer): void {
    const match = /^v(\d{1,6})\.\.(\d{1,6})(?: .*)?$/.exec(body.toString('latin1'));
    if (!match) throw new MalformedFrame('the version range is unreadable');
    const version = Math.min(Number(match[2]), MAX_SERVER_VERSION);
    if (version < MIN_SERVER_VERSION || Number(match[1]) > MAX_SERVER_VERSION) {
      return this.end();
    }
    this.serverVersion = version;
    this.send(version, connectionStamp(this.core.now()));
  }

  #message(fields: readonly string[]): void {
    const id = Number(fields[0]);
    if (!Number.isInteger(id) || id < 1 || id > LAST_REQUEST_ID)
      throw new MalformedFrame(`unknown message id ${String(fields[0]).slice(0, 12)}`);
    const verdict = this.#rate.note();
    if (verdict !== 'ok') {
      this.error(
        -1,
        100,
        `Max rate of messages per second has been exceeded:max=50 rec=${this.#rate.received} (${this.#rate.breaches})`,
      );
      if (verdict === 'end') this.end();
      return;
    }
    const request = new FieldReader(fields.slice(1));
    if (id === REQUEST.startApi) return this.#startApi(request);
    if (this.clientId < 0) throw new MalformedFrame('a request before START_API');
    const handler = this.#handlers.get(id);
    if (handler) handler(request);
    else this.error(-1, 321, `Error validating request.-'bs' : cause - The simulator does not offer message ${id}`);
  }

  #startApi(request: FieldReader): void {
    request.int();
    const clientId = request.int();
    if (this.clientId >= 0) return;
    if (!this.#host.claim(this, clientId)) {
      this.error(-1, 326, 'Unable to connect as the client id is already in use. Retry with a unique client id.');
      return this.end();
    }
    this.clientId = clientId;
    this.#families = [contractsFamily, marketDataFamily, historicalFamily, ordersFamily, accountFamily].map((make) =>
      make(this),
    );
    for (const family of this.#families) for (const [id, handler] of family.handlers) this.#handlers.set(id, handler);
    this.#handlers.set(REQUEST.ids, () => this.#sendNextId());
    this.#handlers.set(REQUEST.managedAccounts, () => this.#sendAccounts());
    this.#handlers.set(REQUEST.currentTime, () => this.send(ANSWER.currentTime, 1, Math.floor(this.core.now() / 1000)));
    this.#handlers.set(REQUEST.serverLogLevel, () => undefined);
    this.#sendAccounts();
    this.#sendNextId();
    this.error(-1, 2104, 'Market data farm connection is OK:usfarm');
    this.error(-1, 2106, 'HMDS data farm connection is OK:ushmds');
    this.error(-1, 2158, 'Sec-def data farm connection is OK:secdefnj');
  }

  #sendNextId(): void {
    this.send(ANSWER.nextValidId, 1, this.#host.nextValidId());
  }

  #sendAccounts(): void {
    this.send(ANSWER.managedAccounts, 1, this.core.accounts.accounts().join(','));
  }
}
