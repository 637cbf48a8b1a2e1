import type { Clock } from '../../scanner/domain/clock.ts';
import { modeOfAccount, type TradingMode } from '../../scanner/domain/tradingMode.ts';
import type { BrokerLog, BrokerNotice, BrokerTarget, LinkPhase, LinkStatus, Unsubscribe } from '../gateway.ts';
import type { LineBudget } from '../pacing/lineBudget.ts';
import type { MessagePacer } from '../pacing/messagePacer.ts';
import type { TwsLink } from './link.ts';

interface Facts {
  target: BrokerTarget | undefined;
  phase: LinkPhase;
  accounts: string[] | undefined;
  problem: string | undefined;
  upstreamOk: boolean;
  readOnlyApi: boolean;
  latencyMs: number | undefined;
  clockSkewMs: number | undefined;
  retryAtMs: number | undefined;
}

const OFFLINE: Facts = {
  target: undefined,
  phase: 'offline',
  accounts: undefined,
  problem: undefined,
  upstreamOk: true,
  readOnlyApi: false,
  latencyMs: undefined,
  clockSkewMs: undefined,
  retryAtMs: undefined,
};

/** One live account among several makes the session live, and so does none at all; one on paper makes it paper. */
function tradingMode(accounts: readonly string[]): TradingMode {
  const modes = accounts.map(modeOfAccount);
  if (modes.length === 0 || modes.includes('live')) return 'live';
  return modes.includes('paper') ? 'paper' : 'simulated';
}

/** What is known of the connection, and who is told when it changes. */
export class StatusBoard {
  readonly #deps: { clock: Clock; link: TwsLink; pacer: MessagePacer; lines: LineBudget; log: BrokerLog };
  readonly #statusListeners = new Set<(status: LinkStatus) => void>();
  readonly #noticeListeners = new Set<(notice: BrokerNotice) => void>();
  #facts: Facts = OFFLINE;
  #sinceMs: number;
  #shown = '';

  constructor(deps: { clock: Clock; link: TwsLink; pacer: MessagePacer; lines: LineBudget; log: BrokerLog }) {
    this.#deps = deps;
    this.#sinceMs = deps.clock.now();
  }

  get facts(): Readonly<Facts> {
    return this.#facts;
  }

  set(change: Partial<Facts>): void {
    if (change.phase !== undefined && change.phase !== this.#facts.phase) this.#sinceMs = this.#deps.clock.now();
    this.#facts = { ...this.#facts, ...change };
    this.show();
  }

  /** Tells the listeners if anything differs from what they were told last. */
  show(): void {
    const status = this.status();
    const text = JSON.stringify(status);
    if (text === this.#shown) return;
    this.#shown = text;
    for (const listener of this.#statusListeners) this.#tell(() => listener(status));
  }

  notice(notice: BrokerNotice): void {
    for (const listener of this.#noticeListeners) this.#tell(() => listener(notice));
  }

  status(): LinkStatus {
    const { link, pacer, lines } = this.#deps;
    const { accounts, ...facts } = this.#facts;
    return {
      ...facts,
      mode: accounts ? tradingMode(accounts) : undefined,
      accounts: accounts ?? [],
      serverVersion: link.serverVersion,
      epoch: link.epoch,
      messagesPerSecond: pacer.inLastSecond(),
      messageCeiling: pacer.ceiling,
      linesUsed: lines.used,
      lineBudget: lines.budget,
      sinceMs: this.#sinceMs,
    };
  }

  onStatus(listener: (status: LinkStatus) => void): Unsubscribe {
    this.#statusListeners.add(listener);
    return () => void this.#statusListeners.delete(listener);
  }

  onNotice(listener: (notice: BrokerNotice) => void): Unsubscribe {
    this.#noticeListeners.add(listener);
    return () => void this.#noticeListeners.delete(listener);
  }

  /** A listener that throws must not stop a reconnect. */
  #tell(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#deps.log.error({ err: error }, 'A listener of the connection status threw; this is a bug in Legwork.');
    }
  }
}
