import { Buffer } from 'node:buffer';

/** Larger than any request a client can mean; TWS's own answers may be larger. */
const MAX_REQUEST_BYTES = 0xffff;
/** How TWS writes "no value" for a double. */
export const UNSET_DOUBLE = '1.7976931348623157E308';
export const UNSET_INTEGER = '2147483647';

/** One value on the wire: empty text for undefined, 1 and 0 for booleans. */
export type Field = string | number | boolean | undefined;

/** What a client sent cannot be read. The session answers with an error and closes. */
export class MalformedFrame extends Error {
  override name = 'MalformedFrame';
}

function fieldText(field: Field): string {
  if (field === undefined) return '';
  if (typeof field === 'boolean') return field ? '1' : '0';
  if (typeof field === 'number') return Number.isFinite(field) ? String(field) : UNSET_DOUBLE;
  return field.replaceAll('\0', ' ');
}

/** Four bytes of length, then each field ended by NUL. */
export function encodeFrame(fields: readonly Field[]): Buffer {
  const body = Buffer.from(fields.map((field) => `${fieldText(field)}\0`).join(''), 'utf8');
  const frame = Buffer.allocUnsafe(4 + body.length);
  frame.writeUInt32BE(body.length, 0);
  body.copy(frame, 4);
  return frame;
}

/** Takes bytes as they come and gives whole frames; holds at most one unfinished frame. */
export class FrameSplitter {
  #held: Buffer = Buffer.alloc(0);
  #greeted = false;

  /**
   * @returns bodies of complete frames; the first one of a connection is the version range after `API\0`.
   * @throws MalformedFrame for a wrong greeting, a length of 0 or beyond the cap.
   */
  push(chunk: Uint8Array): Buffer[] {
    this.#held = this.#held.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#held, chunk]);
    const frames: Buffer[] = [];
    if (!this.#greeted) {
      const greeting = Buffer.from('API\0', 'latin1');
      const seen = this.#held.subarray(0, 4);
      if (!seen.equals(greeting.subarray(0, seen.length))) throw new MalformedFrame('the greeting is not API\\0');
      if (seen.length < 4) return frames;
      this.#held = this.#held.subarray(4);
      this.#greeted = true;
    }
    while (this.#held.length >= 4) {
      const length = this.#held.readUInt32BE(0);
      if (length === 0 || length > MAX_REQUEST_BYTES) throw new MalformedFrame(`a frame of ${length} bytes`);
      if (this.#held.length < 4 + length) break;
      frames.push(this.#held.subarray(4, 4 + length));
      this.#held = this.#held.subarray(4 + length);
    }
    return frames;
  }
}

/** Fields of one frame. @throws MalformedFrame when the last field is not ended. */
export function splitFields(body: Buffer): string[] {
  const fields = body.toString('utf8').split('\0');
  if (fields.pop() !== '') throw new MalformedFrame('a frame that does not end with NUL');
  return fields;
}
