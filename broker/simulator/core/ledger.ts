import type { Instrument } from './instrument.ts';
import { multiplierOf } from './instrument.ts';

export interface Position {
  instrument: Instrument;
  /** Signed, in contracts or shares. */
  quantity: number;
  /** Dollars per contract or share, commissions and multiplier included, always positive: TWS's average cost. */
  averageCost: number;
  /** Since the simulator started, dollars. */
  realisedPnl: number;
}

/** Cash and positions of one account. Changes are told to listeners after they are complete. */
export class Ledger {
  readonly account: string;
  cash: number;
  realisedPnl = 0;
  readonly #positions = new Map<number, Position>();

  constructor(account: string, cash: number) {
    this.account = account;
    this.cash = cash;
  }

  /** Positions ever held, closed ones with quantity 0 included, in order of opening. */
  positions(): readonly Position[] {
    return [...this.#positions.values()];
  }

  position(conId: number): Position | undefined {
    return this.#positions.get(conId);
  }

  /**
   * Books one leg's fill.
   * @param trade signed quantity, price per share, commission in dollars.
   * @returns dollars realised by the part that closed something; undefined when nothing was closed.
   */
  book(instrument: Instrument, trade: { quantity: number; price: number; commission: number }): number | undefined {
    const multiplier = multiplierOf(instrument);
    const { quantity, price, commission } = trade;
    this.cash -= quantity * price * multiplier + commission;
    const position = this.#positions.get(instrument.conId) ?? {
      instrument,
      quantity: 0,
      averageCost: 0,
      realisedPnl: 0,
    };
    this.#positions.set(instrument.conId, position);
    const commissionEach = commission / Math.abs(quantity);
    /** What one unit of this trade costs (buy) or brings (sell). */
    const unit = quantity > 0 ? price * multiplier + commissionEach : price * multiplier - commissionEach;
    const closing = Math.sign(quantity) === -Math.sign(position.quantity);
    const closed = closing ? Math.min(Math.abs(quantity), Math.abs(position.quantity)) : 0;
    const realised = closing ? closed * (unit - position.averageCost) * Math.sign(position.quantity) : undefined;
    const after = position.quantity + quantity;
    if (!closing) {
      const held = Math.abs(position.quantity);
      position.averageCost = (held * position.averageCost + Math.abs(quantity) * unit) / Math.abs(after);
    } else if (Math.abs(quantity) > closed) {
      position.averageCost = unit;
    }
    position.quantity = after;
    if (after === 0) position.averageCost = 0;
    if (realised !== undefined) {
      position.realisedPnl += realised;
      this.realisedPnl += realised;
    }
    return realised;
  }
}
