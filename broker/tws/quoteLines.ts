import { MarketDataType, type Contract, type IBApi } from '@stoqey/ib';
import type { Clock, TimerHandle } from '../../scanner/domain/clock.ts';
import type { AppError } from '../../scanner/domain/errors.ts';
import type { OptionContract, Right } from '../../scanner/domain/option.ts';
import type { BrokerLog, MarketDataKind, QuoteUpdate, Underlying } from '../gateway.ts';
import type { LineBudget, LineLease, LinePriority } from '../pacing/lineBudget.ts';
import type { Lane } from '../pacing/messagePacer.ts';
import { optionWireContract, underlyingContract } from './contracts.ts';
import type { TwsLink } from './link.ts';
import { classifyNotice } from './notices.ts';
import type { RequestIds } from './orderIds.ts';
import { lastCurrentMs } from './quoteAge.ts';
import { refusal } from './requests.ts';
import type { TwsSession } from './session.ts';
import { dividendTick, optionTick, priceTick, sizeTick, volTick } from './ticks.ts';

/**
 * Volume, open interest, historical and implied vol; of shares the dividends too.
 * @source tws.md, "Limits"; IBKR, "Generic Tick Types", 456.
 */
const INDEX_TICKS = '100,101,104,106';
const SHARE_TICKS = `${INDEX_TICKS},456`;
const OPTION_TICKS = '101';
/** Index is TWS's market-data type. */
const KINDS: readonly (MarketDataKind | undefined)[] = [undefined, 'live', 'frozen', 'delayed', 'delayed-frozen'];
const REOPEN_MS = 10_000;
/** A market-data farm went, and came back. Data can stay dead after it without any 1100. @source ib_insync #256. */
const FARM_BROKEN = 2103;
const FARM_OK = 2104;
/** How long a watched line may stay silent after its farm came back before it is asked for anew. */
const REVIVE_MS = 10_000;

export interface LineListener {
  /** Only what has changed. */
  quote(update: QuoteUpdate, kind: MarketDataKind, atMs: number): void;
  /** The request was written to TWS just now. */
  written?(): void;
  /** TWS refuses this contract. The line is closed. */
  refused?(error: AppError): void;
  /** A ticket needed the line, or the link went. A scan's line is closed and may be opened again. */
  lost?(): void;
}

interface Line {
  id: number | undefined;
  name: string;
  contract: Contract;
  right: Right | undefined;
  ticks: string;
  priority: LinePriority;
  lane: Lane;
  kind: MarketDataKind;
  lease: LineLease | undefined;
  withdraw: (() => void) | undefined;
  /** Takes the request back while it waits to be written. */
  takeBack: ((reason: string) => void) | undefined;
  listener: LineListener;
  /** Asked of the budget, not granted yet. */
  waiting: boolean;
  closed: boolean;
  /** Monotonic ms of the last tick. */
  heardMs: number;
  /** The same by the wall clock; undefined while nothing came. */
  heardAtMs: number | undefined;
  tickedSinceBreak: boolean;
}

/** An open market-data line, or one that waits for its turn. */
export interface QuoteLine {
  /** Twice does nothing. */
  close(): void;
}

/**
 * Market-data lines: one per contract and user, inside the line budget, under the message ceiling. Ticket lines come
 * back by themselves after a reconnect or 1101; scan lines are told and left to their loader.
 */
export class QuoteLines {
  readonly #deps: { link: TwsLink; lines: LineBudget; ids: RequestIds; clock: Clock; log: BrokerLog };
  readonly #byId = new Map<number, Line>();
  readonly #all = new Set<Line>();
  readonly #timers = new Set<TimerHandle>();
  /** Market-data farms that are broken, by the name that TWS gives them. */
  readonly #brokenFarms = new Set<string>();
  readonly #upstreamOk: () => boolean;
  /** The last tick of any line, ms since 1970. */
  #heardAtMs = 0;

  constructor(deps: {
    link: TwsLink;
    lines: LineBudget;
    ids: RequestIds;
    clock: Clock;
    log: BrokerLog;
    session: TwsSession;
  }) {
    this.#deps = deps;
    const { link, session } = deps;
    this.#upstreamOk = () => session.status().upstreamOk;
    link.on('tickPrice', (id, tick, value) => this.#quote(id, () => priceTick(tick, value)));
    link.on('tickSize', (id, tick, value) => this.#quote(id, (line) => sizeTick(tick, value, line.right)));
    link.on('tickString', (id, tick, text) => this.#quote(id, () => dividendTick(tick, text)));
    link.on('tickGeneric', (id, tick, value) => this.#quote(id, () => volTick(tick, value)));
    link.on('tickOptionComputation', (id, tick, _, iv, delta, _price, _dividend, gamma, vega, theta, underlyingPrice) =>
      this.#quote(id, () => optionTick(tick, { iv, delta, gamma, vega, theta, underlyingPrice })),
    );
    link.on('marketDataType', (id, type) => {
      const line = this.#byId.get(id);
      if (line) line.kind = KINDS[type] ?? line.kind;
    });
    link.on('info', (text, code) => this.#farmNotice(text, code));
    link.on('error', (error, code, id) => this.#refused(id, code, error.message));
    link.onLost(() => {
      // TWS names the state of its farms again on the next socket.
      this.#brokenFarms.clear();
      this.#linkLost();
    });
    session.listen({
      linkLost: () => this.#broke(),
      up: () => {
        link.send('account', (api) => api.reqMarketDataType(MarketDataType.DELAYED_FROZEN));
        this.#reopenTickets();
      },
      dataLost: () => {
        this.#broke();
        this.#linkLost();
        this.#reopenTickets();
      },
    });
  }

  openUnderlying(underlying: Underlying, priority: LinePriority, listener: LineListener): QuoteLine {
    const contract = underlyingContract(underlying);
    return this.#open({
      name: underlying.symbol,
      contract,
      right: undefined,
      ticks: underlying.secType === 'STK' ? SHARE_TICKS : INDEX_TICKS,
      priority,
      listener,
    });
  }

  /** @throws LegworkError data/no-contract when the option has no conId. */
  openOption(option: OptionContract, priority: LinePriority, listener: LineListener): QuoteLine {
    const name = `${option.symbol} ${option.expiry} ${option.strike}${option.right}`;
    const contract = optionWireContract(option);
    return this.#open({ name, contract, right: option.right, ticks: OPTION_TICKS, priority, listener });
  }

  /** See `MarketDataPort.currentAtMs`. */
  currentAtMs(conId: number): number | undefined {
    const feedUp = this.#brokenFarms.size === 0 && this.#upstreamOk();
    let latest: number | undefined;
    for (const { contract, priority, id, heardAtMs, tickedSinceBreak } of this.#all) {
      if (contract.conId !== conId || priority !== 'ticket' || heardAtMs === undefined) continue;
      const facts = { subscribed: id !== undefined, feedUp, tickedSinceBreak, heardAtMs };
      const atMs = lastCurrentMs({ ...facts, feedHeardAtMs: this.#heardAtMs });
      latest = latest === undefined ? atMs : Math.max(latest, atMs);
    }
    return latest;
  }

  #open(what: Pick<Line, 'name' | 'contract' | 'right' | 'ticks' | 'priority' | 'listener'>): QuoteLine {
    const lane: Lane = what.priority === 'ticket' ? 'data' : 'scan';
    const line: Line = {
      ...what,
      lane,
      id: undefined,
      kind: 'live',
      lease: undefined,
      withdraw: undefined,
      takeBack: undefined,
      waiting: false,
      closed: false,
      heardMs: Number.NEGATIVE_INFINITY,
      heardAtMs: undefined,
      tickedSinceBreak: false,
    };
    this.#all.add(line);
    this.#acquire(line);
    return { close: () => this.#close(line) };
  }

  #acquire(line: Line): void {
    if (line.closed || line.waiting || line.lease) return;
    line.waiting = true;
    line.withdraw = this.#deps.lines.acquire({
      priority: line.priority,
      granted: (lease) => this.#granted(line, lease),
      revoked: () => this.#lose(line),
    });
  }

  #granted(line: Line, lease: LineLease): void {
    const { link, ids } = this.#deps;
    line.waiting = false;
    line.lease = lease;
    if (!link.isOpen) {
      line.lease = undefined;
      lease.release();
      if (line.priority === 'scan') this.#lose(line);
      return;
    }
    const id = ids.next();
    line.id = id;
    line.tickedSinceBreak = false;
    this.#byId.set(id, line);
    line.takeBack = link.send(
      line.lane,
      (api) => {
        line.takeBack = undefined;
        api.reqMktData(id, line.contract, line.ticks, false, false);
        line.listener.written?.();
      },
      () => lease.release(),
    );
  }

  #close(line: Line): void {
    if (line.closed) return;
    line.closed = true;
    line.withdraw?.();
    this.#all.delete(line);
    this.#cancel(line);
  }

  /** The lease goes back when the cancel is written, not when it is asked for: TWS counts until then. */
  #cancel(line: Line): void {
    const { id, lease } = line;
    line.id = undefined;
    line.lease = undefined;
    if (id === undefined || !lease) return;
    const { link } = this.#deps;
    this.#byId.delete(id);
    // Closed while it waited: nothing was opened, so nothing has to be cancelled.
    const { takeBack } = line;
    line.takeBack = undefined;
    if (takeBack) return takeBack('closed before it was asked for');
    if (!link.isOpen) return lease.release();
    const cancel = (api: IBApi): void => {
      api.cancelMktData(id);
      lease.release();
    };
    link.send(line.lane, cancel, () => lease.release());
  }

  #quote(id: number, read: (line: Line) => QuoteUpdate | undefined): void {
    const line = this.#byId.get(id);
    const update = line && read(line);
    if (!update) return;
    const atMs = this.#deps.clock.now();
    line.heardMs = this.#deps.clock.monotonic();
    line.heardAtMs = this.#heardAtMs = atMs;
    line.tickedSinceBreak = true;
    line.listener.quote(update, line.kind, atMs);
  }

  #refused(id: number, code: number, text: string): void {
    const line = this.#byId.get(id);
    if (!line || classifyNotice(code, 'request') !== 'failRequest') return;
    // TWS has already dropped the line: giving it back is all.
    this.#byId.delete(id);
    line.lease?.release();
    line.id = undefined;
    line.lease = undefined;
    line.listener.refused?.(refusal(`quotes of ${line.name}`, code, text));
    if (line.priority === 'scan') this.#close(line);
    // A person looks at this one: a competing session or a busy farm may pass.
    else if (code !== 200) this.#reopenLater(line);
  }

  #reopenLater(line: Line): void {
    const timer = this.#deps.clock.setTimer(() => {
      this.#timers.delete(timer);
      if (this.#deps.link.isOpen) this.#acquire(line);
    }, REOPEN_MS);
    this.#timers.add(timer);
  }

  /** Watched lines that stay silent after their farm came back are asked for anew; a load asks again anyway. */
  #farmNotice(text: string, code: number): void {
    const farm = farmOf(text);
    if (code === FARM_BROKEN) {
      this.#brokenFarms.add(farm);
      this.#broke();
    }
    if (code !== FARM_OK || !this.#brokenFarms.delete(farm)) return;
    const { clock, link } = this.#deps;
    const backMs = clock.monotonic();
    const timer = clock.setTimer(() => {
      this.#timers.delete(timer);
      for (const line of this.#all) {
        if (line.priority !== 'ticket' || line.id === undefined || line.heardMs > backMs || !link.isOpen) continue;
        this.#cancel(line);
        this.#acquire(line);
      }
    }, REVIVE_MS);
    this.#timers.add(timer);
  }

  /** The connection or a farm broke: what a line said before proves nothing of it any more. */
  #broke(): void {
    for (const line of this.#all) line.tickedSinceBreak = false;
  }

  /** A scan's line ends here; its loader decides what to do. */
  #lose(line: Line): void {
    if (line.closed) return;
    this.#close(line);
    line.listener.lost?.();
  }

  #linkLost(): void {
    this.#byId.clear();
    const lines = [...this.#all];
    for (const line of lines) {
      line.withdraw?.();
      line.waiting = false;
      line.id = undefined;
      line.lease = undefined;
    }
    this.#deps.lines.releaseAll();
    for (const line of lines) if (line.priority === 'scan') this.#lose(line);
  }

  #reopenTickets(): void {
    for (const line of this.#all) if (line.priority === 'ticket') this.#acquire(line);
  }

  /** Releases timers; the link cancels nothing any more. */
  close(): void {
    for (const timer of this.#timers) this.#deps.clock.clearTimer(timer);
    this.#timers.clear();
  }
}

/** `usopt` of "Market data farm connection is broken:usopt"; empty where TWS names none. */
function farmOf(text: string): string {
  return /:([^:]*)$/.exec(text)?.[1]?.trim() ?? '';
}
