import type { SimulatorCore } from '../core/simulatorCore.ts';
import type { FieldReader } from './fieldReader.ts';
import type { Field } from './frames.ts';

/** What a message family sees of the connection it serves. */
export interface Connection {
  readonly core: SimulatorCore;
  readonly serverVersion: number;
  /** -1 until START_API. */
  readonly clientId: number;
  /** Market-data lines in use by all clients, and their limit. */
  readonly lines: LineCount;
  /** Answer id first. */
  send(...fields: Field[]): void;
  error(requestId: number, code: number, message: string): void;
  /** Bytes written but not yet taken by the client. */
  readonly backlog: number;
}

export interface LineCount {
  used: number;
  readonly limit: number;
}

/** A group of requests with the state one client has in it. */
export interface MessageFamily {
  readonly handlers: ReadonlyMap<number, (request: FieldReader) => void>;
  /** Frees timers and lines; the connection is gone. */
  close?(): void;
}
