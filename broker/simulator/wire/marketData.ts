import type { TimerHandle } from '../../../scanner/domain/clock.ts';
import type { Instrument } from '../core/instrument.ts';
import { ruleOf } from '../core/instrument.ts';
import { MARKET_STEP_MS } from '../core/market.ts';
import { readContract } from './contractFields.ts';
import { UNKNOWN_CONTRACT } from './contracts.ts';
import type { Connection, MessageFamily } from './family.ts';
import type { FieldReader } from './fieldReader.ts';
import { ANSWER, REQUEST } from './messageIds.ts';
import { QuoteLine } from './quoteLine.ts';

const SNAPSHOT_END_MS = 300;
const MAX_BACKLOG_BYTES = 4_000_000;
const LIVE = 1;
const FROZEN = 2;

/** Streaming and snapshot quotes. One timer serves all lines of a client. */
export function marketDataFamily(connection: Connection): MessageFamily {
  const { core } = connection;
  const lines = new Map<number, QuoteLine>();
  const snapshotTimers = new Map<number, TimerHandle>();
  let dataType = LIVE;
  let heartbeat: TimerHandle | undefined;

  const drop = (requestId: number): boolean => {
    if (!lines.delete(requestId)) return false;
    connection.lines.used--;
    const timer = snapshotTimers.get(requestId);
    if (timer) core.clock.clearTimer(timer);
    snapshotTimers.delete(requestId);
    return true;
  };

  const beat = (): void => {
    if (heartbeat || lines.size === 0) return;
    heartbeat = core.clock.setTimer(() => {
      heartbeat = undefined;
      const now = core.now();
      if (connection.backlog < MAX_BACKLOG_BYTES) for (const line of lines.values()) line.update(now);
      beat();
    }, MARKET_STEP_MS);
  };

  const endSnapshot = (requestId: number, line: QuoteLine): void => {
    const timer = core.clock.setTimer(() => {
      line.update(core.now());
      drop(requestId);
      connection.send(ANSWER.snapshotEnd, 1, requestId);
    }, SNAPSHOT_END_MS);
    snapshotTimers.set(requestId, timer);
  };

  const subscribe = (request: FieldReader): void => {
    request.int();
    const requestId = request.int();
    const contract = readContract(request);
    const legCount = contract.secType === 'BAG' ? request.count() : 0;
    request.skip(legCount * 4);
    if (request.bool()) request.skip(3);
    const genericTicks = request
      .text()
      .split(',')
      .map((tick) => tick.trim());
    const snapshot = request.bool();
    const instrument = contract.secType === 'BAG' ? undefined : only(core.contracts.find(contract, core.today()));
    if (!instrument) return connection.error(requestId, 200, UNKNOWN_CONTRACT);
    if (!lines.has(requestId) && connection.lines.used >= connection.lines.limit) {
      return connection.error(requestId, 101, 'Max number of tickers has been reached');
    }
    if (snapshot && genericTicks.some(Boolean)) {
      return connection.error(
        requestId,
        321,
        "Error validating request.-'bN' : cause - Snapshot market data subscription is not applicable to generic ticks",
      );
    }
    if (lines.has(requestId)) return connection.error(requestId, 102, 'Duplicate ticker ID.');
    start(requestId, instrument, { genericTicks, snapshot });
  };

  const start = (
    requestId: number,
    instrument: Instrument,
    { genericTicks, snapshot }: { genericTicks: readonly string[]; snapshot: boolean },
  ): void => {
    connection.lines.used++;
    const frozen = dataType === FROZEN && !core.market.isOpen(core.now());
    const line = new QuoteLine({ connection, requestId, instrument, genericTicks, frozen });
    lines.set(requestId, line);
    connection.send(ANSWER.marketDataType, 1, requestId, frozen ? FROZEN : LIVE);
    const minTick = Math.min(...ruleOf(instrument).increments.map((step) => step.increment));
    connection.send(ANSWER.tickReqParams, requestId, minTick, '9c0001', 3);
    if (snapshot) endSnapshot(requestId, line);
    beat();
  };

  const cancel = (request: FieldReader): void => {
    request.int();
    const requestId = request.int();
    if (!drop(requestId)) connection.error(requestId, 300, `Can't find EId with tickerId:${requestId}`);
  };

  return {
    handlers: new Map([
      [REQUEST.marketData, subscribe],
      [REQUEST.cancelMarketData, cancel],
      [
        REQUEST.marketDataType,
        (request) => {
          request.int();
          dataType = request.int() === FROZEN ? FROZEN : LIVE;
        },
      ],
    ]),
    close: () => {
      for (const requestId of [...lines.keys()]) drop(requestId);
      if (heartbeat) core.clock.clearTimer(heartbeat);
    },
  };
}

/** A description must fit exactly one contract. */
function only(found: readonly Instrument[]): Instrument | undefined {
  return found.length === 1 ? found[0] : undefined;
}
