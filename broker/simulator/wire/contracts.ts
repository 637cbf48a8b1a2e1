import { MARKET_RULES } from '../core/instrument.ts';
import type { UnderlyingInstrument } from '../core/instrument.ts';
import { contractDetailsFields, tradingHours } from './contractDetails.ts';
import { compactDate, readContract } from './contractFields.ts';
import type { Connection, MessageFamily, RequestHandler } from './family.ts';
import type { FieldReader } from './fieldReader.ts';
import type { Field } from './frames.ts';
import { ANSWER, REQUEST } from './messageIds.ts';

const MATCHING_LIMIT = 16;
const MATCHING_PAUSE_MS = 1000;
const SEARCH_REFUSED = "Error processing request.-'bE' : cause -";

export const UNKNOWN_CONTRACT = 'No security definition has been found for the request';

/** Contract details, option classes, symbol search and market rules. */
export class ContractsFamily implements MessageFamily {
  readonly handlers: ReadonlyMap<number, RequestHandler>;
  readonly #connection: Connection;
  #lastSearchMs = -Infinity;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.handlers = new Map<number, RequestHandler>([
      [REQUEST.contractDetails, (request) => this.#details(request)],
      [REQUEST.secDefOptParams, (request) => this.#optionClasses(request)],
      [REQUEST.matchingSymbols, (request) => this.#matching(request)],
      [REQUEST.marketRule, (request) => this.#marketRule(request)],
    ]);
  }

  #details(request: FieldReader): void {
    const { core } = this.#connection;
    request.int();
    const requestId = request.int();
    const query = readContract(request);
    if (query.secType === 'BAG') return; // TWS never answers for a combo. @source pysystemtrade #1659
    const found = core.contracts.find(query, core.today());
    if (found.length === 0) return this.#connection.error(requestId, 200, UNKNOWN_CONTRACT);
    const hours = tradingHours(core.calendar, core.today());
    const asked = { serverVersion: this.#connection.serverVersion, hours, exchange: query.exchange };
    for (const instrument of found) this.#connection.send(...contractDetailsFields(requestId, instrument, asked));
    this.#connection.send(ANSWER.contractDetailsEnd, 1, requestId);
  }

  #optionClasses(request: FieldReader): void {
    const requestId = request.int();
    const symbol = request.text().trim().toUpperCase();
    const exchange = request.text();
    request.text();
    const conId = request.int();
    const underlying = this.#connection.core.contracts.underlying(symbol);
    if (underlying?.conId === conId && exchange === '') this.#sendClasses(requestId, underlying);
    else this.#connection.error(requestId, 200, UNKNOWN_CONTRACT);
  }

  /** One answer per exchange and class, each with the union of strikes over expiries. */
  #sendClasses(requestId: number, underlying: UnderlyingInstrument): void {
    const { core } = this.#connection;
    const today = core.today();
    for (const listed of core.contracts.rootsOf(underlying)) {
      const expiries = listed.expiries(today);
      const strikes = [...new Set(expiries.flatMap((e) => listed.strikes(e.expiry, today)))].sort((a, b) => a - b);
      const dates = expiries.map((e) => compactDate(e.lastTradeDate));
      const { root, multiplier, exchanges } = listed.root;
      for (const exchange of exchanges) {
        this.#connection.send(
          ...[ANSWER.secDefOptParams, requestId, exchange, underlying.conId, root, multiplier],
          ...[dates.length, ...dates, strikes.length, ...strikes],
        );
      }
    }
    this.#connection.send(ANSWER.secDefOptParamsEnd, requestId);
  }

  #matching(request: FieldReader): void {
    const { core } = this.#connection;
    const requestId = request.int();
    const pattern = request.text();
    const now = core.clock.monotonic();
    if (now - this.#lastSearchMs < MATCHING_PAUSE_MS) {
      return this.#connection.error(requestId, 322, `${SEARCH_REFUSED} Please wait a second between symbol searches`);
    }
    this.#lastSearchMs = now;
    const found = core.contracts.search(pattern, MATCHING_LIMIT);
    const rows = found.flatMap(({ conId, listing }): Field[] => {
      const { symbol, secType, primaryExchange, name } = listing;
      return [conId, symbol, secType, primaryExchange, 'USD', 2, 'OPT', 'BAG', name, ''];
    });
    this.#connection.send(ANSWER.symbolSamples, requestId, found.length, ...rows);
  }

  #marketRule(request: FieldReader): void {
    const ruleId = request.int();
    const rule = MARKET_RULES.get(ruleId);
    if (!rule) {
      const message = `Error validating request.-'bC' : cause - Invalid market rule id ${ruleId}`;
      return this.#connection.error(-1, 321, message);
    }
    const steps = rule.increments.flatMap(({ lowEdge, increment }) => [lowEdge, increment]);
    this.#connection.send(ANSWER.marketRule, ruleId, rule.increments.length, ...steps);
  }
}
