import type { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import type { TimerHandle } from '../../../scanner/domain/clock.ts';
import type { SimulatorCore } from '../core/simulatorCore.ts';
import type { FaultPlan } from '../faults.ts';
import { Channel } from './channel.ts';
import { sessionFamilies } from './families.ts';
import type { Connection, LineCount, MessageFamily, RequestHandler } from './family.ts';
import { FieldReader, UnreadableRequest } from './fieldReader.ts';
import { encodeFrame, FrameSplitter, MalformedFrame, splitFields } from './frames.ts';
import type { Field } from './frames.ts';
import { ANSWER, REQUEST, requestIdOf } from './messageIds.ts';
import { MAX_MESSAGES_PER_SECOND, MessageRate } from './messageRate.ts';
import { PACE_OPTION, PacedRequests } from './pacedRequests.ts';
import { connectionStamp } from './stamp.ts';

/** Highest version whose layouts are spoken; 194 changes message 4, 201 begins protobuf. */
const MAX_SERVER_VERSION = 193;
const MIN_SERVER_VERSION = 176;
const LAST_REQUEST_ID = 104;
const HIGHEST_CLIENT_ID = 2 ** 31 - 1;

/** What the clients of one simulator share. */
export interface SessionHost {
  readonly core: SimulatorCore;
  readonly faults: FaultPlan;
  readonly lines: LineCount;
  /** False when another connection has the client id. */
  isFree(clientId: number, asker: ClientSession): boolean;
  nextValidId(): number;
  closed(session: ClientSession): void;
  /** When this thread last looked at its sockets. */
  readonly loopTurnedAt: () => number;
  /** The simulator's own mistake, met while serving a client. */
  onBug(thrown: unknown): void;
}

/** One client: handshake, rate, dispatch to the message families, and the end of it. */
export class ClientSession implements Connection {
  readonly core: SimulatorCore;
  readonly lines: LineCount;
  readonly faults: FaultPlan;
  serverVersion = 0;
  clientId = -1;
  readonly channel: Channel;
  readonly #host: SessionHost;
  readonly #splitter = new FrameSplitter();
  readonly #rate: MessageRate;
  readonly #delayed = new Set<TimerHandle>();
  /** Set for a client that wants to be held back rather than refused. */
  #paced: PacedRequests | undefined;
  #families: readonly MessageFamily[] = [];
  readonly #handlers = new Map<number, RequestHandler>();

  constructor(stream: Duplex, host: SessionHost) {
    this.#host = host;
    this.core = host.core;
    this.lines = host.lines;
    this.faults = host.faults;
    this.#rate = new MessageRate(host.core.clock, host.loopTurnedAt);
    this.channel = new Channel(stream, host.faults, {
      bytes: (chunk) => this.#receive(chunk),
      closed: () => this.#release(),
    });
  }

  get backlog(): number {
    return this.channel.backlog;
  }

  send(...fields: Field[]): void {
    if (this.channel.ended) return;
    const frame = encodeFrame(fields);
    const struck = this.faults.strike('answer', this.clientId, Number(fields[0]));
    switch (struck?.kind) {
      case 'drop':
        return;
      case 'duplicate':
        this.channel.write(frame);
        return this.channel.write(frame);
      case 'delay':
        return this.#later(struck.ms, () => this.channel.write(frame));
      case 'cutBefore':
        return this.channel.cut();
      case 'cutWithin':
        this.channel.write(frame.subarray(0, struck.bytes));
        return this.channel.cut();
      case 'cutAfter':
        this.channel.write(frame);
        return this.channel.cut();
      case undefined:
        return this.channel.write(frame);
    }
  }

  error(requestId: number, code: number, message: string): void {
    this.send(ANSWER.error, 2, requestId, code, message, '');
  }

  #receive(chunk: Buffer): void {
    try {
      for (const body of this.#splitter.push(chunk)) {
        if (this.channel.ended) return;
        if (this.serverVersion === 0) this.#handshake(body);
        else if (this.#paced) this.#paced.add(splitFields(body));
        else this.#arrived(splitFields(body));
      }
    } catch (thrown) {
      this.#refuseBytes(thrown);
    }
  }

  #refuseBytes(thrown: unknown): void {
    const malformed = thrown instanceof MalformedFrame || thrown instanceof UnreadableRequest;
    const message = malformed ? `Error reading request: ${thrown.message}` : 'The simulator failed on a request';
    if (this.serverVersion > 0) this.error(-1, 320, message);
    this.channel.end();
    // A fault of ours ends this client only, but is not hushed up.
    if (!malformed) this.#host.onBug(thrown);
  }

  #handshake(body: Buffer): void {
    const match = /^v(\d{1,6})\.\.(\d{1,6})(?: (.*))?$/.exec(body.toString('latin1'));
    if (!match) throw new MalformedFrame('the version range is unreadable');
    const version = Math.min(Number(match[2]), MAX_SERVER_VERSION);
    if (version < MIN_SERVER_VERSION || Number(match[1]) > MAX_SERVER_VERSION) return this.channel.end();
    this.serverVersion = version;
    if (match[3]?.includes(PACE_OPTION)) {
      const later = (delayMs: number, run: () => void): void => this.#later(delayMs, run);
      this.#paced = new PacedRequests({ clock: this.core.clock, later, handle: (fields) => this.#arrived(fields) });
    }
    this.channel.write(encodeFrame([version, connectionStamp(this.core.now())]));
  }

  /** Applies what is planned for this request, then handles it. */
  #arrived(fields: readonly string[]): void {
    const struck = this.faults.strike('request', this.clientId, Number(fields[0]));
    switch (struck?.kind) {
      case 'drop':
        return;
      case 'delay':
        return this.#later(struck.ms, () => this.#handle(fields));
      case 'cutBefore':
      case 'cutWithin':
        return this.channel.cut();
      case 'duplicate':
        this.#handle(fields);
        return this.#handle(fields);
      case 'cutAfter':
        this.#handle(fields);
        return this.channel.cut();
      case undefined:
        return this.#handle(fields);
    }
  }

  #handle(fields: readonly string[]): void {
    if (this.channel.ended) return;
    const id = Number(fields[0]);
    if (!Number.isInteger(id) || id < 1 || id > LAST_REQUEST_ID) {
      throw new MalformedFrame(`unknown message id ${String(fields[0]).slice(0, 12)}`);
    }
    if (!this.#withinRate()) return;
    const request = new FieldReader(fields.slice(1));
    if (id === REQUEST.startApi) return this.#startApi(request);
    if (this.clientId < 0) throw new MalformedFrame('a request before START_API');
    const handler = this.#handlers.get(id);
    if (handler) return this.#serve(handler, request, requestIdOf(fields));
    const message = `Error validating request.-'bs' : cause - The simulator does not offer message ${id}`;
    this.error(requestIdOf(fields), 321, message);
  }

  /** TWS refuses what it cannot read by the request's id and goes on. @source ib_insync #634, InterReact #4 */
  #serve(handler: RequestHandler, request: FieldReader, requestId: number): void {
    try {
      handler(request);
    } catch (thrown) {
      if (!(thrown instanceof UnreadableRequest)) throw thrown;
      this.error(requestId, 320, `Error reading request. Unable to parse data. ${thrown.message}`);
    }
  }

  #withinRate(): boolean {
    if (this.#paced) return true;
    const verdict = this.#rate.note();
    if (verdict === 'ok') return true;
    const counts = `max=${MAX_MESSAGES_PER_SECOND} rec=${this.#rate.received} (${this.#rate.breaches})`;
    this.error(-1, 100, `Max rate of messages per second has been exceeded:${counts}`);
    if (verdict === 'end') this.channel.end();
    return false;
  }

  #startApi(request: FieldReader): void {
    request.int();
    const clientId = request.int();
    if (this.clientId >= 0) return;
    if (clientId < 0 || clientId > HIGHEST_CLIENT_ID) throw new MalformedFrame(`client id ${clientId}`);
    if (!this.#host.isFree(clientId, this)) {
      this.error(-1, 326, 'Unable to connect as the client id is already in use. Retry with a unique client id.');
      return this.channel.end();
    }
    this.clientId = clientId;
    this.#families = sessionFamilies(this);
    for (const { handlers } of this.#families) for (const [id, run] of handlers) this.#handlers.set(id, run);
    this.#handlers.set(REQUEST.ids, () => this.#sendNextId());
    this.#handlers.set(REQUEST.managedAccounts, () => this.#sendAccounts());
    this.#handlers.set(REQUEST.currentTime, () => this.#sendTime());
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

  #sendTime(): void {
    this.send(ANSWER.currentTime, 1, Math.floor(this.core.now() / 1000));
  }

  #later(delayMs: number, run: () => void): void {
    const timer = this.core.clock.setTimer(() => {
      this.#delayed.delete(timer);
      try {
        run();
      } catch (thrown) {
        this.#refuseBytes(thrown);
      }
    }, delayMs);
    this.#delayed.add(timer);
  }

  #release(): void {
    for (const timer of this.#delayed) this.core.clock.clearTimer(timer);
    this.#delayed.clear();
    for (const family of this.#families) family.close?.();
    this.#host.closed(this);
  }
}
