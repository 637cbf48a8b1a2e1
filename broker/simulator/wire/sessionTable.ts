import type { Duplex } from 'node:stream';
import type { SimulatorCore } from '../core/simulatorCore.ts';
import type { LineCount } from './family.ts';
import { ClientSession } from './session.ts';
import type { SessionHost } from './session.ts';

const MARKET_DATA_LINES = 100;

/** All connected clients and what they share: the core, market-data lines, client ids and order ids. */
export class SessionTable implements SessionHost {
  readonly core: SimulatorCore;
  readonly lines: LineCount = { used: 0, limit: MARKET_DATA_LINES };
  readonly #sessions = new Set<ClientSession>();

  constructor(core: SimulatorCore) {
    this.core = core;
  }

  accept(stream: Duplex): ClientSession {
    const session = new ClientSession(stream, this);
    this.#sessions.add(session);
    return session;
  }

  sessions(): readonly ClientSession[] {
    return [...this.#sessions];
  }

  claim(session: ClientSession, clientId: number): boolean {
    for (const other of this.#sessions) if (other !== session && other.clientId === clientId) return false;
    return true;
  }

  nextValidId(): number {
    return this.core.exchange.highestOrderId() + 1;
  }

  closed(session: ClientSession): void {
    this.#sessions.delete(session);
  }

  cutAll(): void {
    for (const session of this.sessions()) session.cut();
  }
}
