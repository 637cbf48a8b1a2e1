import type { Duplex } from 'node:stream';
import type { SimulatorCore } from '../core/simulatorCore.ts';
import type { FaultPlan } from '../faults.ts';
import type { LineCount } from './family.ts';
import { ClientSession } from './session.ts';
import type { SessionHost } from './session.ts';

const MARKET_DATA_LINES = 100;

/** All connected clients and what they share: the core, market-data lines, client ids and order ids. */
export class SessionTable implements SessionHost {
  readonly core: SimulatorCore;
  readonly faults: FaultPlan;
  readonly lines: LineCount = { used: 0, limit: MARKET_DATA_LINES };
  readonly #sessions = new Set<ClientSession>();

  readonly loopTurnedAt: () => number;
  readonly onBug: (thrown: unknown) => void;

  constructor(options: Pick<SessionHost, 'core' | 'faults' | 'loopTurnedAt' | 'onBug'>) {
    this.core = options.core;
    this.faults = options.faults;
    this.loopTurnedAt = options.loopTurnedAt;
    this.onBug = options.onBug;
  }

  /** Serves a client on this stream until either end closes it. */
  accept(stream: Duplex): void {
    this.#sessions.add(new ClientSession(stream, this));
  }

  isFree(clientId: number, asker: ClientSession): boolean {
    return ![...this.#sessions].some((session) => session !== asker && session.clientId === clientId);
  }

  nextValidId(): number {
    return this.faults.nextValidId ?? this.core.exchange.highestOrderId() + 1;
  }

  closed(session: ClientSession): void {
    this.#sessions.delete(session);
  }

  cutAll(): void {
    for (const session of [...this.#sessions]) session.channel.cut();
  }

  /** A notice to every client that has started. */
  notify(code: number, message: string): void {
    for (const session of this.#sessions) if (session.clientId >= 0) session.error(-1, code, message);
  }

  /** After the wire's condition has been changed. */
  applyCondition(): void {
    for (const session of this.#sessions) session.channel.applyCondition();
  }
}
