import type { Connection } from './family.ts';
import type { Field } from './frames.ts';
import { ANSWER } from './messageIds.ts';

/** Tick types of a quote's two sides and last trade. @source ibapi ticktype.py */
export const SIDE = { bidSize: 0, bid: 1, ask: 2, askSize: 3, last: 4, lastSize: 5 } as const;

/** Version of ticks 1, 2, 45 and 46 as live TWS sends it. */
const TICK_VERSION = 6;
const CAN_AUTO_EXECUTE = 1;
const SIZE_OF: Readonly<Record<number, number>> = {
  [SIDE.bid]: SIDE.bidSize,
  [SIDE.ask]: SIDE.askSize,
  [SIDE.last]: SIDE.lastSize,
};

/** The ticks of one request, each sent only when it has changed. */
export class TickStream {
  readonly #connection: Connection;
  readonly #requestId: number;
  /** Last text sent per tick type. */
  readonly #sent = new Map<number, string>();

  constructor(connection: Connection, requestId: number) {
    this.#connection = connection;
    this.#requestId = requestId;
  }

  has(type: number): boolean {
    return this.#sent.has(type);
  }

  /** Notes what is about to be sent. @returns false when it was the last thing sent. */
  changed(type: number, value: string): boolean {
    if (this.#sent.get(type) === value) return false;
    this.#sent.set(type, value);
    return true;
  }

  forget(type: number): void {
    this.#sent.delete(type);
  }

  /** A price with its size, and the size again on its own as TWS does. */
  price(type: number, price: number, size: number): void {
    if (!this.changed(type, `${price}/${size}`)) return;
    const mask = type === SIDE.bid || type === SIDE.ask ? CAN_AUTO_EXECUTE : 0;
    this.#send(ANSWER.tickPrice, type, price, size, mask);
    const sizeType = SIZE_OF[type];
    if (sizeType !== undefined) this.size(sizeType, size);
  }

  /** A side of a quote, or that there is none: -1, and 0 of it. */
  side(type: number, price: number | undefined, size: number): void {
    if (price === undefined) this.price(type, -1, 0);
    else this.price(type, price, size);
  }

  size(type: number, size: number): void {
    if (this.changed(type, String(size))) this.#send(ANSWER.tickSize, type, size);
  }

  text(type: number, text: string): void {
    if (this.changed(type, text)) this.#send(ANSWER.tickString, type, text);
  }

  generic(type: number, value: number): void {
    if (this.changed(type, String(value))) this.#send(ANSWER.tickGeneric, type, value);
  }

  /** Ticks carry the message id and version first, then the request id: `[1, 6, requestId, type, ...]`. */
  #send(message: number, ...fields: Field[]): void {
    this.#connection.send(message, TICK_VERSION, this.#requestId, ...fields);
  }
}
