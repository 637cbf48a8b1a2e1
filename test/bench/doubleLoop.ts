import type { Profile } from '../../scanner/domain/profile.ts';
import { isVertical, VERTICAL_SHAPES } from '../../scanner/domain/strategy.ts';
import { groupsOf, type PreparedChain } from '../../scanner/scan/preparedChain.ts';
import { scan } from '../../scanner/scan/scan.ts';
import { spreadProfile } from './spreadProfile.ts';

/** A leg as a plain program would hold it. */
export interface LoopOption {
  strike: number;
  bid: number;
  ask: number;
  mid: number;
  absDelta: number;
  openInterest: number;
  bidAskPercent: number;
}

export interface LoopGroup {
  isCall: boolean;
  dte: number;
  years: number;
  spot: number;
  options: LoopOption[];
}

export function loopGroups(prepared: PreparedChain): LoopGroup[] {
  return groupsOf(prepared).map((group) => ({
    isCall: group.group.right === 'C',
    dte: group.market.dte,
    years: group.market.years,
    spot: group.market.spot,
    options: Array.from(group.strike, (strike, i) => ({
      strike,
      bid: group.bid[i] ?? NaN,
      ask: group.ask[i] ?? NaN,
      mid: group.mid[i] ?? NaN,
      absDelta: Math.abs(group.delta[i] ?? NaN),
      openInterest: group.openInterest[i] ?? NaN,
      bidAskPercent: group.bidAskPercent[i] ?? NaN,
    })),
  }));
}

/** The peer: every pair of every group, one filter after the other, the best kept at the end. */
export function doubleLoop(groups: readonly LoopGroup[], profile: Profile): { survivors: number; best: number[] } {
  const funnel: Record<string, number> = {};
  const ratios: number[] = [];
  for (const group of groups) {
    for (const strategy of profile.strategies.filter(isVertical)) {
      const shape = VERTICAL_SHAPES[strategy];
      if ((shape.right === 'C') !== group.isCall) continue;
      for (const short of group.options) {
        for (const long of group.options) {
          if (short.strike === long.strike || short.strike > long.strike !== shape.shortIsHigher) continue;
          const pair = loopPair({ short, long, dte: group.dte }, shape.credit);
          const failed = firstFailure(pair, profile);
          if (failed === undefined) ratios.push(pair.profit / (pair.width - pair.profit));
          else funnel[failed] = (funnel[failed] ?? 0) + 1;
        }
      }
    }
  }
  return { survivors: ratios.length, best: ratios.sort((a, b) => b - a).slice(0, profile.limit) };
}

interface LoopPair {
  short: LoopOption;
  long: LoopOption;
  width: number;
  credit: number;
  profit: number;
  isCredit: boolean;
  dte: number;
}

export function loopPair(legs: Pick<LoopPair, 'short' | 'long' | 'dte'>, isCredit: boolean): LoopPair {
  const { short, long } = legs;
  const width = Math.abs(short.strike - long.strike);
  const credit = short.mid - long.mid;
  return { ...legs, width, credit, profit: isCredit ? credit : width + credit, isCredit };
}

/** The first filter that a pair fails; undefined when it passes. */
export function firstFailure(pair: LoopPair, profile: Profile): string | undefined {
  const { short, long, width, credit, profit, isCredit, dte } = pair;
  const inside = (
    value: number,
    { min = -Infinity, max = Infinity }: { min?: number | undefined; max?: number | undefined },
  ) => value >= min - 1e-9 && value <= max + 1e-9;
  const isQuoted = short.ask > 0 && short.bid <= short.ask && long.ask > 0 && long.bid <= long.ask;
  const isPrice = isCredit ? profit >= -1e-9 && profit < width - 1e-9 : -credit > 1e-9 && -credit < width - 1e-9;
  if (!isQuoted || !isPrice) return 'tradeable';
  if (!inside(dte, profile.dte)) return 'dte';
  if (!inside(short.absDelta, profile.shortDelta)) return 'shortDelta';
  if (!inside(width, profile.width)) return 'width';
  if (!inside(credit / width, profile.creditToWidth)) return 'creditToWidth';
  if (!inside(short.openInterest, profile.openInterest) || !inside(long.openInterest, profile.openInterest))
    return 'openInterest';
  if (!inside(short.bidAskPercent, profile.bidAskPercent) || !inside(long.bidAskPercent, profile.bidAskPercent))
    return 'bidAskPercent';
  return undefined;
}

/** The scan's count against the double loop's: what is fast and wrong is not measured. */
export function checkSurvivors(prepared: PreparedChain): void {
  const found = scan(prepared, spreadProfile).summary.survivors;
  const { survivors } = doubleLoop(loopGroups(prepared), spreadProfile);
  if (survivors !== found) throw new Error(`the scan found ${found} spreads, the double loop ${survivors}`);
}
