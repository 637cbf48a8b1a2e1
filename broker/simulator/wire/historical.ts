import { historicalBars } from '../core/history.ts';
import type { Bar, BarKind, BarRequest } from '../core/history.ts';
import { readContract } from './contractFields.ts';
import { UNKNOWN_CONTRACT } from './contracts.ts';
import type { Connection, MessageFamily, RequestHandler } from './family.ts';
import type { FieldReader } from './fieldReader.ts';
import type { Field } from './frames.ts';
import { HistoricalPacing } from './historicalPacing.ts';
import { ANSWER, REQUEST } from './messageIds.ts';
import { Repeater } from './repeater.ts';
import { requestedInstant } from './requestedInstant.ts';
import { newYorkStamp } from './stamp.ts';

/** @source TWS API: keepUpToDate bars are updated every 5 seconds or so */
const UPDATE_MS = 5000;
const SERVICE_ERROR = 'Historical Market Data Service error message:';
const UNIT_MS: Readonly<Record<string, number>> = {
  S: 1000,
  D: 86_400_000,
  W: 7 * 86_400_000,
  M: 30.4375 * 86_400_000,
  Y: 365 * 86_400_000,
};
/** Length of one unit, and how many of it a bar may have. @source TWS API, historical bars, legal bar sizes. */
const BAR_UNITS: Readonly<Record<string, { ms: number; legal: readonly number[] }>> = {
  sec: { ms: 1000, legal: [1, 5, 10, 15, 30] },
  min: { ms: 60_000, legal: [1, 2, 3, 5, 10, 15, 20, 30] },
  hour: { ms: 3_600_000, legal: [1, 2, 3, 4, 8] },
  day: { ms: 86_400_000, legal: [1] },
  week: { ms: 7 * 86_400_000, legal: [1] },
  month: { ms: 30 * 86_400_000, legal: [1] },
};
const KINDS: ReadonlySet<string> = new Set<BarKind>([
  ...(['TRADES', 'MIDPOINT', 'BID', 'ASK', 'BID_ASK', 'OPTION_IMPLIED_VOLATILITY', 'HISTORICAL_VOLATILITY'] as const),
]);

interface HistoricalRequest {
  durationMs: number;
  barMs: number;
  kind: BarKind;
  endMs: number;
}

/** Historical bars with TWS's pacing rules. */
export class HistoricalFamily implements MessageFamily {
  readonly handlers: ReadonlyMap<number, RequestHandler>;
  readonly #connection: Connection;
  readonly #pacing: HistoricalPacing;

  readonly #repeater: Repeater;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#repeater = new Repeater(connection.core.clock);
    this.#pacing = new HistoricalPacing(connection.core.clock);
    this.handlers = new Map<number, RequestHandler>([
      [REQUEST.historicalData, (request) => this.#bars(request)],
      [REQUEST.cancelHistoricalData, (request) => this.#cancel(request)],
    ]);
  }

  close(): void {
    this.#repeater.stopAll();
  }

  #bars(request: FieldReader): void {
    const { core } = this.#connection;
    const requestId = request.int();
    const contract = readContract(request);
    request.skip(1); // includeExpired
    const [end, barSize, duration] = [request.text(), request.text(), request.text()];
    request.skip(1); // useRTH: the simulator has session hours only
    const kind = request.text().trim().toUpperCase();
    const epochDates = request.int() === 2;
    if (contract.secType === 'BAG') request.skip(4 * request.count());
    const keepUpToDate = request.bool();
    const name = `${contract.conId ?? ''}|${contract.symbol}|${contract.exchange}|${kind}`;
    const weight = kind === 'BID_ASK' ? 2 : 1;
    const violation = this.#pacing.violation(name, { request: `${name}|${end}|${barSize}|${duration}`, weight });
    if (violation) return this.#connection.error(requestId, 162, `${SERVICE_ERROR}${violation}`);
    const [instrument] = core.contracts.find(contract, core.today());
    if (!instrument) return this.#connection.error(requestId, 200, UNKNOWN_CONTRACT);
    const parsed = parseRequest({ end, barSize, duration, kind }, core.now());
    // @source TWS API, reqHistoricalData: with keepUpToDate "endDateTime cannot be specified"
    if (keepUpToDate && end.trim() !== '') {
      const cause = 'End date not supported with keepUpToDate';
      return this.#connection.error(requestId, 321, `Error validating request.-'bh' : cause - ${cause}`);
    }
    if (typeof parsed === 'string') {
      return this.#connection.error(requestId, 321, `Error validating request.-'bh' : cause - ${parsed}`);
    }
    if (parsed.kind.endsWith('VOLATILITY') && instrument.kind === 'option') {
      const message = `${SERVICE_ERROR}HMDS query returned no data: ${contract.symbol}@SMART ${kind}`;
      return this.#connection.error(requestId, 162, message);
    }
    this.#send(requestId, historicalBars(core.market, { instrument, ...parsed }), { parsed, epochDates });
    if (keepUpToDate) this.#keepUpToDate(requestId, { instrument, ...parsed }, epochDates);
  }

  /** The forming bar again and again, until cancelled. */
  #keepUpToDate(requestId: number, bars: BarRequest, epochDates: boolean): void {
    const { core } = this.#connection;
    this.#repeater.start(`bars ${requestId}`, UPDATE_MS, () => {
      const last = historicalBars(core.market, { ...bars, endMs: core.now() }).at(-1);
      if (!last) return;
      const [date, open, high, low, close, volume, average, count] = barFields(last, epochDates);
      this.#connection.send(ANSWER.historicalUpdate, requestId, count, date, open, close, high, low, average, volume);
    });
  }

  /** @source ib_insync #268, #344 for the words of 162; TWS API message codes for 366 */
  #cancel(request: FieldReader): void {
    request.int();
    const requestId = request.int();
    if (this.#repeater.stop(`bars ${requestId}`)) {
      return this.#connection.error(
        requestId,
        162,
        `${SERVICE_ERROR}API historical data query cancelled: ${requestId}`,
      );
    }
    this.#connection.error(requestId, 366, `No historical data query found for ticker id:${requestId}`);
  }

  #send(requestId: number, bars: readonly Bar[], asked: { parsed: HistoricalRequest; epochDates: boolean }): void {
    const { endMs, durationMs } = asked.parsed;
    const first = bars[0]?.atMs ?? endMs - durationMs;
    this.#connection.send(
      ...[ANSWER.historicalData, requestId, newYorkStamp(first), newYorkStamp(endMs), bars.length],
      ...bars.flatMap((bar) => barFields(bar, asked.epochDates)),
    );
  }
}

function parseRequest(
  { end, barSize, duration, kind }: { end: string; barSize: string; duration: string; kind: string },
  nowMs: number,
): HistoricalRequest | string {
  const [, amount = '', unit = ''] = /^(\d+)\s*([SDWMY])$/i.exec(duration.trim()) ?? [];
  const unitMs = UNIT_MS[unit.toUpperCase()];
  if (unitMs === undefined) return 'Historical data duration is invalid';
  const [, bars = '', barUnit = ''] = /^(\d+)\s*(sec|min|hour|day|week|month|[WM])/i.exec(barSize.trim()) ?? [];
  const unitOfBars = BAR_UNITS[{ W: 'week', M: 'month' }[barUnit] ?? barUnit.toLowerCase()];
  if (!unitOfBars?.legal.includes(Number(bars))) return `Historical data bar size setting is invalid: ${barSize}`;
  if (!KINDS.has(kind)) return `Historical data query type is invalid: ${kind}`;
  const endMs = end.trim() === '' ? nowMs : requestedInstant(end);
  if (endMs === undefined) return 'Invalid date/time format';
  return {
    durationMs: Number(amount) * unitMs,
    barMs: Number(bars) * unitOfBars.ms,
    kind: kind as BarKind,
    endMs: Math.min(endMs, nowMs),
  };
}

/** date, open, high, low, close, volume, average, count. */
function barFields(bar: Bar, epochDates: boolean): Field[] {
  const stamp = newYorkStamp(bar.atMs);
  const date = bar.daily ? stamp.slice(0, 8) : epochDates ? String(Math.floor(bar.atMs / 1000)) : stamp;
  const price = (value: number): number => Math.round(value * 1e6) / 1e6;
  return [
    date,
    price(bar.open),
    price(bar.high),
    price(bar.low),
    price(bar.close),
    bar.volume,
    price(bar.average),
    bar.count,
  ];
}
