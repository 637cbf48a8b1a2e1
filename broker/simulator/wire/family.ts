import type { SimulatorCore } from '../core/simulatorCore.ts';
import type { FaultPlan } from '../faults.ts';
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
  /** Misfortunes planned for this simulator. */
  readonly faults: FaultPlan;
  /** Message id first. */
  send(...fields: Field[]): void;
  /** Request id -1 for what belongs to no request. */
  error(requestId: number, code: number, message: string): void;
  /** Bytes written but not yet taken by the client. */
  readonly backlog: number;
}

export interface LineCount {
  used: number;
  readonly limit: number;
}

export type RequestHandler = (request: FieldReader) => void;

/** A group of requests with the state one client has in it. */
export interface MessageFamily {
  /** By message id; each reads the fields after it. */
  readonly handlers: ReadonlyMap<number, RequestHandler>;
  /** Frees timers and lines; the connection is gone. */
  close?(): void;
}
