import type { Instrument, OptionInstrument } from './instrument.ts';

/** A holding as margin sees it. */
export interface Holding {
  instrument: Instrument;
  /** Signed. */
  quantity: number;
}

export interface MarginPrices {
  spot(underlyingConId: number): number;
  /** Model value per share. */
  value(option: OptionInstrument): number;
}

const NAKED_SHARE = 0.2;
const NAKED_LEAST = 0.1;
const STOCK_SHARE = 0.5;

function groupKey({ instrument }: Holding): string {
  return instrument.kind === 'option'
    ? `${instrument.root.underlying.conId}|${instrument.expiry}|${instrument.root.root}`
    : `${instrument.conId}|stock`;
}

function payoff(options: readonly (Holding & { instrument: OptionInstrument })[], spot: number): number {
  let total = 0;
  for (const { instrument, quantity } of options) {
    const { strike, right, root } = instrument;
    total += quantity * root.multiplier * Math.max(0, right === 'C' ? spot - strike : strike - spot);
  }
  return total;
}

/**
 * Margin of the options of one root and expiry: the most that the covered part can lose by expiry, not counting
 * premiums, and a naked charge for short options that nothing covers. Beyond the outermost strikes only uncovered
 * options lose more. @source Reg T strategy-based margin (spreads at their width).
 */
function expiryMargin(options: readonly (Holding & { instrument: OptionInstrument })[], prices: MarginPrices): number {
  const worst = Math.min(0, ...options.map((o) => payoff(options, o.instrument.strike)));
  let total = -worst;
  for (const right of ['C', 'P'] as const) {
    const ofRight = options.filter((o) => o.instrument.right === right);
    const naked = -ofRight.reduce((sum, o) => sum + o.quantity, 0);
    if (naked <= 0) continue;
    const charges = ofRight.filter((o) => o.quantity < 0).map((o) => nakedCharge(o.instrument, prices));
    total += naked * Math.max(...charges);
  }
  return total;
}

function nakedCharge(option: OptionInstrument, prices: MarginPrices): number {
  const spot = prices.spot(option.root.underlying.conId);
  const otm = Math.max(0, option.right === 'C' ? option.strike - spot : spot - option.strike);
  const least = NAKED_LEAST * (option.right === 'C' ? spot : option.strike);
  return option.root.multiplier * (prices.value(option) + Math.max(NAKED_SHARE * spot - otm, least));
}

/** Initial margin of a portfolio, dollars. Long options are paid in full and need none. */
export function initialMargin(holdings: readonly Holding[], prices: MarginPrices): number {
  const groups = new Map<string, Holding[]>();
  for (const holding of holdings) {
    if (holding.quantity === 0) continue;
    const group = groups.get(groupKey(holding));
    if (group) group.push(holding);
    else groups.set(groupKey(holding), [holding]);
  }
  let total = 0;
  for (const group of groups.values()) {
    const options: (Holding & { instrument: OptionInstrument })[] = [];
    for (const { instrument, quantity } of group) {
      if (instrument.kind === 'option') options.push({ instrument, quantity });
      else total += STOCK_SHARE * Math.abs(quantity) * prices.spot(instrument.conId);
    }
    if (options.length > 0) total += expiryMargin(options, prices);
  }
  return total;
}
