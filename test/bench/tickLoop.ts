import type { Profile } from '../../scanner/domain/profile.ts';
import { firstFailure, loopPair, type LoopGroup } from './doubleLoop.ts';
import { textbookGreeksSum, textbookImpliedVol } from './textbook.ts';

/** A quote for one leg of a plain chain. */
export interface LoopTick {
  group: LoopGroup;
  /** Among the group's options. */
  index: number;
  bid: number;
  ask: number;
}

/**
 * The peer: each tick by itself, first its option's vol and Greeks by a textbook's formulas, then every pair of its
 * expiry and right that it is a leg of.
 * @returns pairs that pass, over all ticks
 */
export function tickLoop(ticks: readonly LoopTick[], profile: Profile, rate: number): number {
  let passing = 0;
  for (const { group, index, bid, ask } of ticks) {
    const leg = group.options[index];
    if (leg === undefined) continue;
    leg.bid = bid;
    leg.ask = ask;
    leg.mid = (bid + ask) / 2;
    leg.bidAskPercent = (ask - bid) / leg.mid;
    const { isCall, spot, years, options, dte } = group;
    const option = { isCall, spot, years, rate, strike: leg.strike };
    const greeks = textbookGreeksSum({ ...option, vol: textbookImpliedVol(option, leg.mid) });
    if (Number.isNaN(greeks)) continue;
    for (const other of options) {
      if (other === leg) continue;
      for (const [short, long] of [[leg, other] as const, [other, leg] as const]) {
        const isCredit = isCall ? short.strike < long.strike : short.strike > long.strike;
        if (firstFailure(loopPair({ short, long, dte }, isCredit), profile) === undefined) passing++;
      }
    }
  }
  return passing;
}
