import { IBApi } from '@stoqey/ib';
import type { Clock, Random, TimerHandle } from '../../scanner/domain/clock.ts';
import type { BrokerLog, BrokerNotice, BrokerTarget, ConnectionPort, LinkStatus, Unsubscribe } from '../gateway.ts';
import type { MessagePacer } from '../pacing/messagePacer.ts';
import { retryDelayMs } from './backoff.ts';
import { guardFrames } from './frameGuard.ts';
import { Heartbeat, type HeartbeatSettings } from './heartbeat.ts';
import type { TwsLink } from './link.ts';
import { classifyNotice, describeNotice, saysReadOnly } from './notices.ts';
import type { OrderIds, RequestIds } from './orderIds.ts';
import { ReconcileGate, type ReconcilePart } from './reconcileGate.ts';
import type { StatusBoard } from './statusBoard.ts';
import { Watchdog } from './watchdog.ts';

export interface SessionSettings {
  /** From the start of an attempt until TWS has named accounts and an order id, ms. */
  handshakeMs: number;
  heartbeat: HeartbeatSettings;
  /** For each of the four lists of the reconcile gate, ms. */
  reconcileMs: number;
  /** How long TWS may be without IB before we connect anew, in case its "restored" was lost, ms. */
  upstreamPatienceMs: number;
}

export const DEFAULT_SESSION: SessionSettings = {
  handshakeMs: 10_000,
  heartbeat: { everyMs: 5_000, deadlineMs: 5_000 },
  reconcileMs: 10_000,
  upstreamPatienceMs: 300_000,
};

export interface SessionDeps {
  clock: Clock;
  random: Random;
  log: BrokerLog;
  link: TwsLink;
  pacer: MessagePacer;
  board: StatusBoard;
  requestIds: RequestIds;
  orderIds: OrderIds;
  settings: SessionSettings;
}

/** What the other ports need to know of the session. */
export interface SessionListener {
  /** A fresh socket is through its handshake: every subscription has to be made again. */
  up?(): void;
  /** 1101: the socket is the same, but TWS has forgotten all market data. */
  dataLost?(): void;
  /** What happens to orders in flight is unknown from here on. */
  linkLost?(epoch: number): void;
  reconciled?(epoch: number): void;
}

/** Notices after which another attempt with the same settings cannot help. */
const FINAL = new Set([326, 503, 506, 1300]);
/** The library's own word for a socket error. */
const CONNECT_FAIL = 502;
const DATA_LOST = 1101;
const WATCH_MS = 1_000;
/** What @stoqey/ib writes by itself: the version offer and START_API. */
const HANDSHAKE_FRAMES = 2;
/** High enough that the library's own limiter, which bursts over TWS's limit, never holds a frame. */
const LIBRARY_RATE = 1_000;

/** One connection to TWS over all its attempts: handshake, heartbeat, reconcile gate, reconnect. */
export class TwsSession implements ConnectionPort {
  readonly #deps: SessionDeps;
  readonly #heartbeat: Heartbeat;
  readonly #gate: ReconcileGate;
  readonly #watchdog: Watchdog;
  readonly #listeners = new Set<SessionListener>();
  #wanted = false;
  #attempt = 0;
  #accounts: string[] | undefined;
  #offeredId: number | undefined;
  #startedMs = 0;
  #upstreamLostMs = 0;
  #retry: TimerHandle | undefined;

  constructor(deps: SessionDeps) {
    const { link, clock, settings, requestIds, board } = deps;
    this.#deps = deps;
    this.#heartbeat = new Heartbeat(
      { link, clock, settings: settings.heartbeat },
      {
        beat: (latencyMs, clockSkewMs) => board.set({ latencyMs, clockSkewMs }),
        dead: (ms) =>
          this.#drop(`TWS has been silent for ${Math.round(ms / 1000)} s; the connection is dead on its side`),
        clockJumped: () => this.#regate('The computer slept or its clock was changed.'),
      },
    );
    this.#gate = new ReconcileGate(
      { link, clock, ids: requestIds, deadlineMs: settings.reconcileMs },
      { done: () => this.#reconciled(), late: (missing) => this.#late(missing) },
    );
    this.#watchdog = new Watchdog({ clock, log: deps.log, everyMs: WATCH_MS }, () => this.#look());
    link.on('managedAccounts', (text) => {
      this.#accounts = text.split(',').filter((account) => account !== '');
      this.#shakeHands();
    });
    link.on('nextValidId', (id) => {
      this.#offeredId = id;
      this.#shakeHands();
    });
    link.on('disconnected', () => this.#drop('TWS closed the connection'));
    link.on('info', (text, code) => this.#noticed(code, text, undefined));
    link.on('error', (error, code, reqId) => this.#noticed(code, error.message, reqId));
  }

  connect(target: BrokerTarget): void {
    this.disconnect();
    this.#wanted = true;
    this.#attempt = 0;
    this.#deps.board.set({ target: { ...target }, accounts: undefined });
    this.#watchdog.start();
    this.#try(target);
  }

  disconnect(): void {
    this.#wanted = false;
    this.#drop('Disconnected on request');
    this.#stopRetry();
    this.#watchdog.stop();
    this.#deps.board.set({ problem: undefined, retryAtMs: undefined });
  }

  status(): LinkStatus {
    return this.#deps.board.status();
  }

  onStatus(listener: (status: LinkStatus) => void): Unsubscribe {
    return this.#deps.board.onStatus(listener);
  }

  onNotice(listener: (notice: BrokerNotice) => void): Unsubscribe {
    return this.#deps.board.onNotice(listener);
  }

  /** Gives this socket up and starts anew, for a port that can no longer trust it. */
  reconnect(reason: string): void {
    this.#drop(reason);
  }

  /** For the other ports of the gateway. */
  listen(listener: SessionListener): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  // --- one attempt ---

  #try(target: BrokerTarget): void {
    const { link, pacer, board, log, clock } = this.#deps;
    this.#stopRetry();
    this.#accounts = undefined;
    this.#offeredId = undefined;
    this.#startedMs = clock.monotonic();
    board.set({ phase: 'connecting', retryAtMs: undefined, upstreamOk: true, readOnlyApi: false });
    try {
      const api = new IBApi({ ...target, maxReqPerSec: LIBRARY_RATE });
      link.attach(api);
      api.connect(target.clientId);
      guardFrames(api, log);
      pacer.count(HANDSHAKE_FRAMES);
    } catch (error) {
      log.error({ err: error }, 'Connecting to TWS threw.');
      this.#drop(`The connection could not be opened: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #shakeHands(): void {
    const { link, board, orderIds } = this.#deps;
    const target = board.facts.target;
    if (!this.#accounts || this.#offeredId === undefined || !target) return;
    orderIds.offered(target.clientId, this.#offeredId);
    // nextValidId also comes as the answer to a later question of ours or of TWS's own accord.
    if (board.facts.phase !== 'connecting') return;
    link.open();
    board.set({ accounts: this.#accounts, problem: undefined });
    this.#heartbeat.start();
    this.#openGate();
    this.#each((listener) => listener.up?.());
  }

  /** Nothing is traded until the gate is through; the epoch refuses orders that were made before. */
  #openGate(): void {
    const { link, board } = this.#deps;
    link.nextEpoch();
    board.set({ phase: 'reconciling' });
    if (board.facts.upstreamOk) this.#gate.start();
  }

  #reconciled(): void {
    const { board, link } = this.#deps;
    this.#attempt = 0;
    board.set({ phase: 'ready', problem: undefined });
    this.#each((listener) => listener.reconciled?.(link.epoch));
  }

  #late(missing: ReconcilePart[]): void {
    const { board } = this.#deps;
    const blocked: readonly ReconcilePart[] = ['open orders', 'completed orders'];
    if (board.facts.readOnlyApi && missing.every((part) => blocked.includes(part))) return this.#readOnlyReady();
    board.set({
      problem: `TWS has not listed ${missing.join(', ')} yet. Orders stay off until it has; it is asked again. If this goes on, restart TWS.`,
    });
  }

  /** Reading works, trading cannot: ready, but never reconciled. */
  #readOnlyReady(): void {
    this.#gate.stop();
    this.#attempt = 0;
    this.#deps.board.set({
      phase: 'ready',
      problem:
        'The API of TWS is read-only: market data works, orders do not. To trade, clear "Read-Only API" in TWS under Configuration, API, Settings.',
    });
  }

  // --- notices ---

  #noticed(code: number, text: string, requestId: number | undefined): void {
    const { board, clock } = this.#deps;
    const { level, message } = describeNotice(code, text);
    if (code === CONNECT_FAIL) return this.#socketFailed(text);
    const about = requestId !== undefined && requestId > 0 && requestId !== 2_147_483_647 ? { requestId } : {};
    board.notice({ atMs: clock.now(), code, level, message, ...about });
    if (saysReadOnly(code, text)) {
      board.set({ readOnlyApi: true });
      this.#late(this.#gate.missing);
    }
    if (FINAL.has(code) && !('requestId' in about)) return this.#stopFor(message);
    const means = classifyNotice(code, 'system');
    if (means === 'linkDown') this.#upstreamLost(message);
    if (means === 'linkUp') this.#upstreamBack(code === DATA_LOST);
  }

  /** The library reports it as an error of its own; the status says it, with the address. */
  #socketFailed(text: string): void {
    const { target, phase } = this.#deps.board.facts;
    if (phase !== 'connecting') return this.#drop(`The connection to TWS broke (${text})`);
    const at = target ? `${target.host}:${target.port}` : 'that address';
    this.#drop(
      `No TWS or IB Gateway answers at ${at} (${text}). Start it, log in, tick "Enable ActiveX and Socket Clients" ` +
        'under Configuration, API, Settings, and compare the port: TWS 7496 live or 7497 paper, Gateway 4001 or 4002.',
    );
  }

  #upstreamLost(message: string): void {
    const { board, clock, pacer, link } = this.#deps;
    if (!board.facts.upstreamOk) return;
    this.#upstreamLostMs = clock.monotonic();
    this.#gate.stop();
    board.set({ upstreamOk: false, problem: message });
    if (!link.isOpen) return;
    // Orders alone: TWS still answers the rest, and a cancel may reach IB later.
    pacer.purge('TWS lost its connection to IBKR', ['order']);
    board.set({ phase: 'reconciling' });
    this.#each((listener) => listener.linkLost?.(link.epoch));
  }

  #upstreamBack(dataLost: boolean): void {
    const { board, link } = this.#deps;
    board.set({ upstreamOk: true, problem: undefined });
    if (!link.isOpen) return;
    // Also without a 1100 before it: that one may have been lost.
    this.#openGate();
    if (dataLost) this.#each((listener) => listener.dataLost?.());
  }

  #regate(why: string): void {
    const { board, link } = this.#deps;
    if (!link.isOpen || !board.facts.upstreamOk) return;
    board.set({ problem: `${why} Orders are being compared with TWS again.` });
    this.#openGate();
  }

  // --- ends ---

  #stopFor(message: string): void {
    this.#wanted = false;
    this.#drop(message);
  }

  #drop(reason: string): void {
    const { link, board, clock, random } = this.#deps;
    if (board.facts.phase === 'offline') return;
    const epoch = link.isOpen ? link.epoch : undefined;
    this.#heartbeat.stop();
    this.#gate.stop();
    board.set({ phase: 'offline', problem: reason, latencyMs: undefined, clockSkewMs: undefined });
    link.close(reason);
    if (epoch !== undefined) this.#each((listener) => listener.linkLost?.(epoch));
    if (!this.#wanted) return;
    const delayMs = retryDelayMs(this.#attempt++, random);
    board.set({ retryAtMs: clock.now() + delayMs });
    this.#scheduleRetry(delayMs);
  }

  #scheduleRetry(delayMs: number): void {
    this.#stopRetry();
    this.#retry = this.#deps.clock.setTimer(() => {
      this.#retry = undefined;
      const { target } = this.#deps.board.facts;
      if (this.#wanted && target) this.#try(target);
    }, delayMs);
  }

  /** While a connection is wanted: an attempt that hangs is ended, an offline session without a retry gets one. */
  #look(): void {
    const { board, clock, settings, link } = this.#deps;
    const { phase, upstreamOk } = board.facts;
    const nowMs = clock.monotonic();
    if (phase === 'connecting' && nowMs - this.#startedMs >= settings.handshakeMs)
      this.#drop(
        'TWS took the connection but did not finish its greeting. Look for a dialog in TWS that asks to accept this program, or restart TWS.',
      );
    else if (link.isOpen && !upstreamOk && nowMs - this.#upstreamLostMs >= settings.upstreamPatienceMs)
      this.#drop('TWS has been without IBKR for too long; connecting anew');
    else if (phase === 'offline' && this.#wanted && this.#retry === undefined) this.#scheduleRetry(0);
    board.show();
  }

  #each(call: (listener: SessionListener) => void): void {
    for (const listener of this.#listeners) {
      try {
        call(listener);
      } catch (error) {
        this.#deps.log.error({ err: error }, 'A port threw on a change of the connection; this is a bug in Legwork.');
      }
    }
  }

  #stopRetry(): void {
    if (this.#retry !== undefined) this.#deps.clock.clearTimer(this.#retry);
    this.#retry = undefined;
  }
}
