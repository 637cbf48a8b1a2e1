import { comboMarket } from '../core/comboPricing.ts';
import type { OrderLeg } from '../core/orderTypes.ts';
import type { SimulatorCore } from '../core/simulatorCore.ts';
import type { Connection } from './family.ts';
import type { FieldReader } from './fieldReader.ts';
import { SIDE, TickStream } from './tickStream.ts';

/** What a client wants quoted as one: a BAG with its legs resolved. */
export interface QuotedCombo {
  kind: 'combo';
  legs: readonly [OrderLeg, ...OrderLeg[]];
}

/** conId, ratio, action, exchange per leg. @returns undefined when a leg is not listed or makes no sense. */
export function readQuotedCombo(core: SimulatorCore, request: FieldReader): QuotedCombo | undefined {
  const legs: (OrderLeg | undefined)[] = [];
  for (let left = request.count(); left > 0; left--) {
    const instrument = core.contracts.byId(request.int(), core.today());
    const ratio = request.int();
    const action = request.text().trim().toUpperCase();
    const exchange = request.text();
    const known = instrument && ratio > 0 && (action === 'BUY' || action === 'SELL');
    legs.push(known ? { instrument, ratio, action, exchange, openClose: 0 } : undefined);
  }
  const [first, ...others] = legs.filter((leg) => leg !== undefined);
  return first && others.length + 1 === legs.length ? { kind: 'combo', legs: [first, ...others] } : undefined;
}

/** A subscribed BAG: bid and ask of the combo as listed, per share; they may be negative. */
export class ComboLine {
  readonly #connection: Connection;
  readonly #combo: QuotedCombo;
  readonly #frozen: boolean;
  readonly #ticks: TickStream;

  constructor(connection: Connection, requestId: number, quoted: { combo: QuotedCombo; frozen: boolean }) {
    this.#connection = connection;
    this.#combo = quoted.combo;
    this.#frozen = quoted.frozen;
    this.#ticks = new TickStream(connection, requestId);
  }

  update(nowMs: number): void {
    const { market } = this.#connection.core;
    const live = this.#frozen || market.isOpen(nowMs);
    const quote = live ? comboMarket(market, this.#combo.legs, nowMs) : undefined;
    const price = (value: number | undefined): number | undefined =>
      value === undefined ? undefined : Math.round(value * 100) / 100;
    this.#ticks.side(SIDE.bid, price(quote?.bid), quote?.bidSize ?? 0);
    this.#ticks.side(SIDE.ask, price(quote?.ask), quote?.askSize ?? 0);
  }
}
