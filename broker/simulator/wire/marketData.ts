import type { TimerHandle } from '../../../scanner/domain/clock.ts';
import { comboRule, listingOf, ruleOf } from '../core/instrument.ts';
import type { Instrument } from '../core/instrument.ts';
import { MARKET_STEP_MS } from '../core/marketView.ts';
import { ComboLine, readQuotedCombo } from './comboLine.ts';
import type { QuotedCombo } from './comboLine.ts';
import { readContract } from './contractFields.ts';
import { UNKNOWN_CONTRACT } from './contracts.ts';
import type { Connection, MessageFamily, RequestHandler } from './family.ts';
import type { FieldReader } from './fieldReader.ts';
import { ANSWER, REQUEST } from './messageIds.ts';
import { QuoteLine } from './quoteLine.ts';

/** A snapshot ends this long after it was asked for; TWS takes up to 11 seconds. */
const SNAPSHOT_END_MS = 300;
/** A client that does not read gets no more quotes until it does. */
const MAX_BACKLOG_BYTES = 4_000_000;
const LIVE = 1;
const FROZEN = 2;
const BBO_EXCHANGE = '9c0001';
const SNAPSHOT_PERMISSIONS = 3;

/** What a request may be about; undefined when there is no such contract. */
type Quoted = Instrument | QuotedCombo;

/** Sends what has changed since it was last looked at. */
interface Line {
  update(nowMs: number): void;
}

interface Subscription {
  line: Line;
  /** Set for a snapshot. */
  ends: TimerHandle | undefined;
}

/** Streaming and snapshot quotes. One timer serves all lines of a client. */
export class MarketDataFamily implements MessageFamily {
  readonly handlers: ReadonlyMap<number, RequestHandler>;
  readonly #connection: Connection;
  /** By request id. */
  readonly #lines = new Map<number, Subscription>();
  #dataType = LIVE;
  #heartbeat: TimerHandle | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.handlers = new Map<number, RequestHandler>([
      [REQUEST.marketData, (request) => this.#subscribe(request)],
      [REQUEST.cancelMarketData, (request) => this.#cancel(request)],
      [REQUEST.marketDataType, (request) => this.#setDataType(request)],
    ]);
  }

  close(): void {
    for (const requestId of [...this.#lines.keys()]) this.#drop(requestId);
    if (this.#heartbeat) this.#connection.core.clock.clearTimer(this.#heartbeat);
  }

  #subscribe(request: FieldReader): void {
    const { core } = this.#connection;
    request.int();
    const requestId = request.int();
    const contract = readContract(request);
    const combo = contract.secType === 'BAG' ? readQuotedCombo(core, request) : undefined;
    if (request.bool()) request.skip(3); // delta-neutral contract
    const genericTicks = request
      .text()
      .split(',')
      .map((tick) => tick.trim())
      .filter(Boolean);
    const snapshot = request.bool();
    const found = contract.secType === 'BAG' ? [] : core.contracts.find(contract, core.today());
    const quoted = found.length === 1 ? found[0] : combo;
    const refusal = this.#refusal(requestId, { quoted, genericTicks, snapshot });
    if (refusal) return this.#connection.error(requestId, refusal.code, refusal.message);
    if (quoted) this.#start(requestId, quoted, { genericTicks, snapshot });
  }

  #refusal(
    requestId: number,
    asked: { quoted: Quoted | undefined; genericTicks: readonly string[]; snapshot: boolean },
  ): { code: number; message: string } | undefined {
    const { used, limit } = this.#connection.lines;
    if (!asked.quoted) return { code: 200, message: UNKNOWN_CONTRACT };
    if (this.#lines.has(requestId)) return { code: 102, message: 'Duplicate ticker ID.' };
    if (used >= limit) return { code: 101, message: 'Max number of tickers has been reached' };
    if (!asked.snapshot || asked.genericTicks.length === 0) return undefined;
    const cause = 'Snapshot market data subscription is not applicable to generic ticks';
    return { code: 321, message: `Error validating request.-'bN' : cause - ${cause}` };
  }

  #start(requestId: number, quoted: Quoted, asked: { genericTicks: readonly string[]; snapshot: boolean }): void {
    const { core, lines } = this.#connection;
    const frozen = this.#dataType === FROZEN && !core.market.isOpen(core.now());
    const { genericTicks } = asked;
    const line =
      quoted.kind === 'combo'
        ? new ComboLine(this.#connection, requestId, { combo: quoted, frozen })
        : new QuoteLine({ connection: this.#connection, requestId, instrument: quoted, genericTicks, frozen });
    const subscription: Subscription = { line, ends: undefined };
    lines.used++;
    this.#lines.set(requestId, subscription);
    this.#connection.send(ANSWER.marketDataType, 1, requestId, frozen ? FROZEN : LIVE);
    this.#connection.send(ANSWER.tickReqParams, requestId, minTickOf(quoted), BBO_EXCHANGE, SNAPSHOT_PERMISSIONS);
    if (asked.snapshot) {
      subscription.ends = core.clock.setTimer(() => this.#endSnapshot(requestId, line), SNAPSHOT_END_MS);
    }
    this.#beat();
  }

  #endSnapshot(requestId: number, line: Line): void {
    line.update(this.#connection.core.now());
    this.#drop(requestId);
    this.#connection.send(ANSWER.snapshotEnd, 1, requestId);
  }

  #beat(): void {
    if (this.#heartbeat || this.#lines.size === 0) return;
    const { core } = this.#connection;
    this.#heartbeat = core.clock.setTimer(() => {
      this.#heartbeat = undefined;
      const now = core.now();
      const reading = this.#connection.backlog < MAX_BACKLOG_BYTES;
      if (reading) for (const { line } of this.#lines.values()) line.update(now);
      this.#beat();
    }, MARKET_STEP_MS);
  }

  #cancel(request: FieldReader): void {
    request.int();
    const requestId = request.int();
    if (!this.#drop(requestId)) this.#connection.error(requestId, 300, `Can't find EId with tickerId:${requestId}`);
  }

  #drop(requestId: number): boolean {
    const subscription = this.#lines.get(requestId);
    if (!subscription) return false;
    if (subscription.ends) this.#connection.core.clock.clearTimer(subscription.ends);
    this.#lines.delete(requestId);
    this.#connection.lines.used--;
    return true;
  }

  /** Live data is always to be had here, so that asking for delayed data gives live data, as at TWS. */
  #setDataType(request: FieldReader): void {
    request.int();
    const wanted = request.int();
    this.#dataType = wanted === FROZEN || wanted === 4 ? FROZEN : LIVE;
  }
}

function minTickOf(quoted: Quoted): number {
  const rule = quoted.kind === 'combo' ? comboRule(listingOf(quoted.legs[0].instrument).tick) : ruleOf(quoted);
  return Math.min(...rule.increments.map((step) => step.increment));
}
