import { settlementOf } from '../../../scanner/domain/option.ts';
import type { IsoDate, Right } from '../../../scanner/domain/option.ts';
import { optionConId, parseOptionConId, underlyingConId } from './contractIds.ts';
import { optionExchanges } from './instrument.ts';
import type { Instrument, OptionInstrument, OptionRoot, UnderlyingInstrument } from './instrument.ts';
import { GeneratedRoot } from './listedRoot.ts';
import type { ListedRoot } from './listedRoot.ts';
import { dayNumber, isoDate } from './tradingCalendar.ts';
import type { DayNumber, TradingCalendar } from './tradingCalendar.ts';
import type { Listing } from './universe.ts';

/** A contract as a client describes it; whatever is empty is open. */
export interface ContractQuery {
  conId?: number | undefined;
  symbol?: string | undefined;
  secType?: string | undefined;
  /** YYYYMMDD, or YYYYMM for a whole month. Last trading day, as TWS counts. */
  expiry?: string | undefined;
  strike?: number | undefined;
  right?: Right | undefined;
  tradingClass?: string | undefined;
  localSymbol?: string | undefined;
  exchange?: string | undefined;
  currency?: string | undefined;
}

/** Replaces the generated options of one underlying, or adds an underlying. */
export interface RootSource {
  listing: Listing;
  /** Makes the roots once their class indexes are known. */
  roots(underlying: UnderlyingInstrument, firstClass: number): ListedRoot[];
}

/** Everything that is listed, found by description or by id. Contracts are made when asked for. */
export class ContractBook {
  readonly underlyings: readonly UnderlyingInstrument[];
  readonly #bySymbol = new Map<string, UnderlyingInstrument>();
  readonly #byId = new Map<number, UnderlyingInstrument>();
  readonly #rootsOf = new Map<UnderlyingInstrument, ListedRoot[]>();
  readonly #byClass = new Map<number, ListedRoot>();
  readonly #calendar: TradingCalendar;

  constructor(universe: readonly Listing[], calendar: TradingCalendar, replaced: readonly RootSource[] = []) {
    this.#calendar = calendar;
    const sources = new Map(replaced.map((source) => [source.listing.symbol, source]));
    const added = replaced.map((s) => s.listing).filter((l) => !universe.some((u) => u.symbol === l.symbol));
    const listings = [...universe.map((l) => sources.get(l.symbol)?.listing ?? l), ...added];
    this.underlyings = listings.map((listing, i) => ({ kind: 'underlying', conId: underlyingConId(i), listing }));
    let nextClass = 0;
    for (const underlying of this.underlyings) {
      this.#bySymbol.set(underlying.listing.symbol, underlying);
      this.#byId.set(underlying.conId, underlying);
      const generated = this.#generate(underlying, nextClass);
      const source = sources.get(underlying.listing.symbol);
      const roots = source ? source.roots(underlying, nextClass) : generated;
      for (const root of roots) this.#byClass.set(root.root.classIndex, root);
      this.#rootsOf.set(underlying, roots);
      nextClass += Math.max(generated.length, roots.length);
    }
  }

  underlying(symbol: string): UnderlyingInstrument | undefined {
    return this.#bySymbol.get(symbol);
  }

  rootsOf(underlying: UnderlyingInstrument): readonly ListedRoot[] {
    return this.#rootsOf.get(underlying) ?? [];
  }

  byId(conId: number, today: DayNumber): Instrument | undefined {
    const underlying = this.#byId.get(conId);
    if (underlying) return underlying;
    const key = parseOptionConId(conId, today);
    const listed = key && this.#byClass.get(key.classIndex);
    const strike = key && listed?.strikeAt(key.strikeNumber);
    if (!key || !listed || strike === undefined) return undefined;
    return this.#option(listed, { expiry: isoDate(key.day), strike, right: key.right }, today);
  }

  /** Every listed contract that fits; empty when none does. */
  find(query: ContractQuery, today: DayNumber): Instrument[] {
    if (query.conId) {
      const found = this.byId(query.conId, today);
      return found ? [found] : [];
    }
    if (query.localSymbol && query.secType === 'OPT') return this.#byLocalSymbol(query.localSymbol, today);
    const underlying = this.#bySymbol.get(query.symbol ?? '') ?? this.#bySymbol.get(query.localSymbol ?? '');
    if (!underlying || (query.currency && query.currency !== 'USD')) return [];
    if (query.secType === 'OPT') return this.#options(underlying, query, today);
    return query.secType === underlying.listing.secType ? [underlying] : [];
  }

  /** Up to `limit` underlyings whose symbol starts with, or whose name contains, `pattern`. */
  search(pattern: string, limit: number): UnderlyingInstrument[] {
    const wanted = pattern.trim().toUpperCase();
    if (!wanted) return [];
    const rank = ({ listing }: UnderlyingInstrument): number => {
      if (listing.symbol === wanted) return 0;
      if (listing.symbol.startsWith(wanted)) return 1;
      return listing.name.toUpperCase().includes(wanted) ? 2 : 3;
    };
    return this.underlyings
      .filter((u) => rank(u) < 3)
      .sort((a, b) => rank(a) - rank(b))
      .slice(0, limit);
  }

  #options(underlying: UnderlyingInstrument, query: ContractQuery, today: DayNumber): OptionInstrument[] {
    const found: OptionInstrument[] = [];
    const rights: Right[] = query.right ? [query.right] : ['C', 'P'];
    for (const listed of this.rootsOf(underlying)) {
      if (query.tradingClass && listed.root.root !== query.tradingClass) continue;
      for (const { expiry, lastTradeDate } of listed.expiries(today)) {
        if (query.expiry && !lastTradeDate.replaceAll('-', '').startsWith(query.expiry)) continue;
        for (const right of rights) {
          const strikes = query.strike ? [query.strike] : listed.strikes(expiry, today, right);
          for (const strike of strikes) {
            const option = this.#option(listed, { expiry, strike, right }, today);
            if (option) found.push(option);
          }
        }
      }
    }
    return found;
  }

  #byLocalSymbol(localSymbol: string, today: DayNumber): OptionInstrument[] {
    const match = /^(.{6})(\d{2})(\d{2})(\d{2})([CP])(\d{8})$/.exec(localSymbol);
    if (!match) return [];
    const [, root = '', year = '', month = '', day = '', right = 'C', strike = ''] = match;
    const expiry = `20${year}-${month}-${day}`;
    for (const listed of this.#byClass.values()) {
      if (listed.root.root !== root.trim()) continue;
      const option = this.#option(
        listed,
        { expiry, strike: Number(strike) / 1000, right: right === 'P' ? 'P' : 'C' },
        today,
      );
      return option ? [option] : [];
    }
    return [];
  }

  #option(
    listed: ListedRoot,
    key: { expiry: IsoDate; strike: number; right: Right },
    today: DayNumber,
  ): OptionInstrument | undefined {
    const entry = listed.expiries(today).find((e) => e.expiry === key.expiry);
    const strikeNumber = listed.strikeNumber(key.strike);
    if (!entry || strikeNumber === undefined) return undefined;
    if (!includesStrike(listed.strikes(key.expiry, today, key.right), key.strike)) return undefined;
    const { classIndex } = listed.root;
    const conId = optionConId({ classIndex, day: dayNumber(key.expiry), strikeNumber, right: key.right });
    return { kind: 'option', conId, root: listed.root, ...key, lastTradeDate: entry.lastTradeDate };
  }

  #generate(underlying: UnderlyingInstrument, firstClass: number): ListedRoot[] {
    const { listing } = underlying;
    const make = (root: string, kind: 'am-monthly' | 'pm-weekly' | 'equity', classIndex: number): GeneratedRoot => {
      const optionRoot: OptionRoot = {
        root,
        underlying,
        settlement: settlementOf(root),
        multiplier: 100,
        classIndex,
        exchanges: optionExchanges(listing),
      };
      return new GeneratedRoot(optionRoot, kind, this.#calendar);
    };
    const weekly = { SPX: 'SPXW', NDX: 'NDXP', RUT: 'RUTW' }[listing.symbol];
    if (weekly) return [make(listing.symbol, 'am-monthly', firstClass), make(weekly, 'pm-weekly', firstClass + 1)];
    return [make(listing.symbol.replace(' ', ''), 'equity', firstClass)];
  }
}

function includesStrike(strikes: readonly number[], strike: number): boolean {
  let low = 0;
  let high = strikes.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = strikes[middle] ?? Infinity;
    if (Math.abs(value - strike) < 1e-6) return true;
    if (value < strike) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
