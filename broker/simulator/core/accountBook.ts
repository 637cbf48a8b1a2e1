import type { Instrument } from './instrument.ts';
import { multiplierOf } from './instrument.ts';
import { Ledger } from './ledger.ts';
import type { Position } from './ledger.ts';
import { initialMargin } from './margin.ts';
import type { Holding, MarginPrices } from './margin.ts';
import type { Market } from './market.ts';
import { midOf } from './quote.ts';

/** Maintenance margin as a share of initial margin. */
export const MAINTENANCE_SHARE = 0.9;
const BUYING_POWER_FACTOR = 4;

/** Dollars. */
export interface AccountValues {
  cash: number;
  netLiquidation: number;
  stockValue: number;
  optionValue: number;
  /** Cash and stock: options lend nothing. */
  equityWithLoan: number;
  initialMargin: number;
  maintenanceMargin: number;
  availableFunds: number;
  excessLiquidity: number;
  buyingPower: number;
  grossPositionValue: number;
  unrealisedPnl: number;
  realisedPnl: number;
}

/** One position at market. Dollars; `price` per share. */
export interface MarkedPosition {
  position: Position;
  price: number;
  value: number;
  unrealisedPnl: number;
  /** Since the previous close, or since opening when opened today. */
  dailyPnl: number;
}

/** The accounts, marked to the market. */
export class AccountBook {
  readonly #market: Market;
  readonly #ledgers = new Map<string, Ledger>();
  /** Quantity and cash spent per contract since the day began, for daily P&L. */
  readonly #openings = new Map<string, { day: number; quantity: Map<number, number>; spent: Map<number, number> }>();

  constructor(market: Market, accounts: readonly string[], startingCash: number) {
    this.#market = market;
    for (const account of accounts) this.#ledgers.set(account, new Ledger(account, startingCash));
  }

  accounts(): string[] {
    return [...this.#ledgers.keys()];
  }

  ledger(account: string): Ledger | undefined {
    return this.#ledgers.get(account);
  }

  /** Books a fill and remembers it for the day's P&L. Returns what it realised, as `Ledger.book` does. */
  book(
    account: string,
    instrument: Instrument,
    trade: { quantity: number; price: number; commission: number; nowMs: number },
  ): number | undefined {
    const ledger = this.#ledgers.get(account);
    if (!ledger) return undefined;
    const day = this.#openDay(account, trade.nowMs);
    const spent = trade.quantity * trade.price * multiplierOf(instrument) + trade.commission;
    day.spent.set(instrument.conId, (day.spent.get(instrument.conId) ?? 0) + spent);
    return ledger.book(instrument, trade);
  }

  marked(account: string, nowMs: number): MarkedPosition[] {
    const positions = this.#ledgers.get(account)?.positions() ?? [];
    return positions.map((position) => this.mark(account, position, nowMs));
  }

  mark(account: string, position: Position, nowMs: number): MarkedPosition {
    const { instrument, quantity, averageCost } = position;
    const price = this.#price(instrument, nowMs);
    const multiplier = multiplierOf(instrument);
    const value = quantity * price * multiplier;
    const day = this.#openDay(account, nowMs);
    const openingQuantity = day.quantity.get(instrument.conId) ?? 0;
    const openingValue = openingQuantity * this.#market.previousClose(instrument, nowMs) * multiplier;
    return {
      position,
      price,
      value,
      unrealisedPnl: value - quantity * averageCost,
      dailyPnl: value - openingValue - (day.spent.get(instrument.conId) ?? 0),
    };
  }

  values(account: string, nowMs: number): AccountValues {
    const ledger = this.#ledgers.get(account);
    const marked = this.marked(account, nowMs);
    const cash = ledger?.cash ?? 0;
    const sum = (pick: (m: MarkedPosition) => number): number => marked.reduce((total, m) => total + pick(m), 0);
    const stockValue = sum((m) => (m.position.instrument.kind === 'underlying' ? m.value : 0));
    const optionValue = sum((m) => (m.position.instrument.kind === 'option' ? m.value : 0));
    const margin = this.margin(this.holdings(account), nowMs);
    const equityWithLoan = cash + stockValue;
    const availableFunds = equityWithLoan - margin;
    const excessLiquidity = equityWithLoan - margin * MAINTENANCE_SHARE;
    return {
      cash,
      netLiquidation: equityWithLoan + optionValue,
      stockValue,
      optionValue,
      equityWithLoan,
      initialMargin: margin,
      maintenanceMargin: margin * MAINTENANCE_SHARE,
      availableFunds,
      excessLiquidity,
      buyingPower: Math.max(0, availableFunds) * BUYING_POWER_FACTOR,
      grossPositionValue: sum((m) => Math.abs(m.value)),
      unrealisedPnl: sum((m) => m.unrealisedPnl),
      realisedPnl: ledger?.realisedPnl ?? 0,
    };
  }

  /** Daily P&L of the whole account, dollars. */
  dailyPnl(account: string, nowMs: number): number {
    return this.marked(account, nowMs).reduce((total, m) => total + m.dailyPnl, 0);
  }

  holdings(account: string): Holding[] {
    return (this.#ledgers.get(account)?.positions() ?? []).map(({ instrument, quantity }) => ({
      instrument,
      quantity,
    }));
  }

  margin(holdings: readonly Holding[], nowMs: number): number {
    const market = this.#market;
    const prices: MarginPrices = {
      spot: (conId) => {
        const underlying = market.options.contracts.underlyings.find((u) => u.conId === conId);
        return underlying ? market.state(underlying, nowMs).spot : 0;
      },
      value: (option) => market.model(option, nowMs).price,
    };
    return initialMargin(holdings, prices);
  }

  #price(instrument: Instrument, nowMs: number): number {
    const quote = this.#market.quote(instrument, nowMs);
    return midOf(quote) ?? quote.last ?? 0;
  }

  /** Positions as the day began; a new day starts when it is first asked for. */
  #openDay(account: string, nowMs: number) {
    const day = this.#market.options.calendar.dayAt(nowMs);
    const known = this.#openings.get(account);
    if (known?.day === day) return known;
    const quantity = new Map(this.holdings(account).map((h) => [h.instrument.conId, h.quantity]));
    const fresh = { day, quantity, spent: new Map<number, number>() };
    this.#openings.set(account, fresh);
    return fresh;
  }
}
