import type { PnlUpdate, QuoteUpdate } from '../../../broker/gateway.ts';
import { dateWords, strikeWords } from '../../../broker/orders/words.ts';
import { bestCaseProfit, worstCaseLoss } from '../../../broker/risk/worstCase.ts';
import { calendarDays } from '../../../scanner/domain/calendar.ts';
import type { IsoDate } from '../../../scanner/domain/option.ts';
import { STRATEGY_SHAPES } from '../../../scanner/domain/strategy.ts';
import type { PositionGroup } from '../../contract/orders.ts';
import type { HeldOption, LegGroup } from './groupLegs.ts';

/** Latest word on one contract. */
export interface LegNews {
  quote: QuoteUpdate | undefined;
  pnl: PnlUpdate | undefined;
  /** All that the account holds of it, signed: its P&L is for that many. */
  held: number;
}

type Greek = 'delta' | 'theta' | 'vega';

/** A group as the window shows it. A sum with an unknown part is unknown. */
export function positionView(group: LegGroup, newsOf: (leg: HeldOption) => LegNews, today: IsoDate): PositionGroup {
  const { legs, strategy, spreads } = group;
  const [first] = legs;
  if (first === undefined) throw new RangeError(`position group ${group.id} has no leg`);
  const { contract } = first;
  const credit = strategy === undefined ? first.quantity < 0 : STRATEGY_SHAPES[strategy].credit;
  const entryCredit = perSpread(legs, spreads, (leg) => leg.averageCost);
  const total = (value: (leg: HeldOption) => number | undefined) => sum(legs.map(value));
  const pnl = (field: 'daily' | 'unrealised' | 'realised') => total((leg) => pnlShare(leg, newsOf(leg), field));
  const greek = (name: Greek) =>
    total((leg) => times(newsOf(leg).quote?.[name], leg.quantity * leg.contract.multiplier));
  return {
    id: group.id,
    account: group.account,
    symbol: contract.symbol,
    name: nameOf(group),
    title: `${nameOf(group)} ${dateWords(contract.expiry)}`,
    strategy: strategy ?? 'leg',
    expiry: contract.expiry,
    dte: calendarDays(today, contract.expiry),
    quantity: credit ? -spreads : spreads,
    entryCredit,
    mark: perSpread(legs, spreads, (leg) => middle(newsOf(leg).quote)),
    dailyPnl: pnl('daily'),
    unrealisedPnl: pnl('unrealised'),
    realisedPnl: pnl('realised'),
    ...extremes(group, entryCredit),
    netDelta: greek('delta'),
    netTheta: greek('theta'),
    netVega: greek('vega'),
    distancePercent: distance(legs, (leg) => newsOf(leg).quote?.underlyingPrice),
    legs: legs.map((leg) => legView(leg, newsOf(leg))),
    openedAtMs: group.openedAtMs,
  };
}

function nameOf({ strategy, legs }: LegGroup): string {
  const shapes = legs.map(({ contract: { right, strike }, quantity }) => ({ right, strike, sold: quantity < 0 }));
  if (strategy !== undefined) return `${strikeWords(shapes, strategy)} ${STRATEGY_SHAPES[strategy].name}`;
  return shapes.map(({ right, strike }) => `${strike} ${right === 'C' ? 'call' : 'put'}`).join(' / ');
}

function legView(leg: HeldOption, news: LegNews): PositionGroup['legs'][number] {
  return {
    conId: leg.conId,
    quantity: leg.quantity,
    right: leg.contract.right,
    strike: leg.contract.strike,
    averageCost: leg.averageCost,
    bid: news.quote?.bid,
    ask: news.quote?.ask,
    unrealisedPnl: pnlShare(leg, news, 'unrealised'),
  };
}

/** Dollars; of a contract that is in several groups, each gets the part of its quantity. */
function pnlShare(leg: HeldOption, { pnl, held }: LegNews, field: 'daily' | 'unrealised' | 'realised') {
  return held === 0 ? undefined : times(pnl?.[field], leg.quantity / held);
}

/** What one spread received, in the credit convention: sold legs count up, bought ones down. */
function perSpread(legs: readonly HeldOption[], spreads: number, price: (leg: HeldOption) => number | undefined) {
  return sum(legs.map((leg) => times(price(leg), -leg.quantity / spreads)));
}

/** At expiry, in dollars for the whole group; not for a lone leg. */
function extremes({ legs: [first, ...others], strategy, spreads }: LegGroup, credit: number | undefined) {
  if (strategy === undefined || first === undefined || credit === undefined) return {};
  const legs = [first, ...others];
  const cash = credit * first.contract.multiplier * spreads;
  return { maxProfit: clean(bestCaseProfit(legs, cash)), maxLoss: clean(worstCaseLoss(legs, cash)) };
}

/** From spot to the nearest sold strike, as part of spot; to the only one of a lone leg. */
function distance(legs: readonly HeldOption[], spotOf: (leg: HeldOption) => number | undefined): number | undefined {
  const spot = legs.map(spotOf).find((known) => known !== undefined);
  if (spot === undefined || !(spot > 0)) return undefined;
  const sold = legs.filter(({ quantity }) => quantity < 0);
  return Math.min(...(sold.length > 0 ? sold : legs).map(({ contract }) => Math.abs(contract.strike - spot) / spot));
}

function middle(quote: QuoteUpdate | undefined): number | undefined {
  const { bid, ask } = quote ?? {};
  return bid === undefined || ask === undefined ? undefined : (bid + ask) / 2;
}

function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

/** Sums of decimals without their binary crumbs: 0.68 and not 0.6799999999999997. */
function clean(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}

function sum(values: readonly (number | undefined)[]): number | undefined {
  const total = values.reduce<number | undefined>(
    (before, value) => (before === undefined || value === undefined ? undefined : before + value),
    0,
  );
  return total === undefined ? undefined : clean(total);
}
