import type { ContractQuery } from '../core/contractBook.ts';
import type { Instrument } from '../core/instrument.ts';
import { listingOf } from '../core/instrument.ts';
import type { FieldReader } from './fieldReader.ts';
import type { Field } from './frames.ts';

/** `2023-10-20` as TWS writes it. */
export function compactDate(date: string): string {
  return date.replaceAll('-', '');
}

/** OCC symbol, 21 characters. @source OCC option symbology initiative. */
function localSymbol(instrument: Instrument): string {
  if (instrument.kind === 'underlying') return instrument.listing.symbol;
  const { root, expiry, right, strike } = instrument;
  const strikeText = String(Math.round(strike * 1000)).padStart(8, '0');
  return `${root.root.padEnd(6)}${compactDate(expiry).slice(2)}${right}${strikeText}`;
}

/** The parts of a contract that every answer repeats. */
export interface ContractFields {
  conId: number;
  symbol: string;
  secType: string;
  lastTradeDate: string;
  strike: Field;
  right: string;
  multiplier: string;
  exchange: string;
  primaryExchange: string;
  currency: string;
  localSymbol: string;
  tradingClass: string;
}

export function contractFields(instrument: Instrument, exchange: string): ContractFields {
  const listing = listingOf(instrument);
  const common = { conId: instrument.conId, symbol: listing.symbol, exchange, currency: 'USD' };
  if (instrument.kind === 'underlying') {
    return {
      ...common,
      secType: listing.secType,
      lastTradeDate: '',
      strike: 0,
      right: '',
      multiplier: '',
      primaryExchange: listing.primaryExchange,
      localSymbol: listing.symbol,
      tradingClass: listing.stockType === 'COMMON' && listing.primaryExchange === 'NASDAQ' ? 'NMS' : listing.symbol,
    };
  }
  return {
    ...common,
    secType: 'OPT',
    lastTradeDate: compactDate(instrument.lastTradeDate),
    strike: instrument.strike,
    right: instrument.right,
    multiplier: String(instrument.root.multiplier),
    primaryExchange: '',
    localSymbol: localSymbol(instrument),
    tradingClass: instrument.root.root,
  };
}

/** A contract as a request carries it. */
export interface RequestedContract extends ContractQuery {
  secType: string;
  symbol: string;
  exchange: string;
}

/** conId, symbol, secType, expiry, strike, right, multiplier, exchange, primary, currency, local symbol, class. */
export function readContract(request: FieldReader): RequestedContract {
  const conId = request.int();
  const symbol = request.text().trim().toUpperCase();
  const secType = request.text().trim().toUpperCase();
  const expiry = request.text().trim();
  const strike = request.number();
  const right = request.text().trim().toUpperCase();
  request.text();
  const exchange = request.text().trim().toUpperCase();
  request.text();
  const currency = request.text().trim().toUpperCase();
  const local = request.text();
  const tradingClass = request.text().trim().toUpperCase();
  return {
    conId: conId > 0 ? conId : undefined,
    symbol,
    secType,
    expiry: expiry || undefined,
    strike: strike !== undefined && strike > 0 ? strike : undefined,
    right: right.startsWith('C') ? 'C' : right.startsWith('P') ? 'P' : undefined,
    tradingClass: tradingClass || undefined,
    localSymbol: local || undefined,
    exchange,
    currency: currency || undefined,
  };
}
