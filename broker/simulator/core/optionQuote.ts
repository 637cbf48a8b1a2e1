import { alignToTick, incrementAt } from '../../../scanner/domain/money.ts';
import { optionRule } from './instrument.ts';
import type { OptionInstrument } from './instrument.ts';
import { MARKET_STEP_MS } from './marketView.ts';
import type { MarketView } from './marketView.ts';
import { normalAt, streamSeed, uniformAt } from './noise.ts';
import type { Computation, Quote } from './quote.ts';
import { dayNumber, weekday } from './tradingCalendar.ts';
import { marketDay, volumeShare } from './underlyingQuote.ts';

const FRIDAY = 5;

/** How often this contract's quote is renewed: at most every step, thin ones every few seconds. */
function quotePeriodMs(option: OptionInstrument, model: Computation): number {
  const busy =
    option.root.underlying.listing.liquidity * (0.3 + 0.7 * Math.exp(-8 * (Math.abs(model.delta) - 0.4) ** 2));
  return MARKET_STEP_MS * Math.max(1, Math.round(1 + 14 * (1 - busy) ** 2));
}

/** Open interest at the start of the day, from moneyness, expiry and how round the strike is. */
function openInterest(option: OptionInstrument, seed: number): number {
  const { listing } = option.root.underlying;
  const z = Math.log(option.strike / listing.basePrice) / (listing.baseVol * Math.sqrt(0.2));
  const favoured = option.right === 'P' ? z < 0.2 : z > -0.2;
  const day = dayNumber(option.expiry);
  const monthly = weekday(day) === FRIDAY && dayOfMonth(option.expiry) >= 15 && dayOfMonth(option.expiry) <= 21;
  const round = option.strike % 50 === 0 ? 3 : option.strike % 10 === 0 ? 2 : option.strike % 5 === 0 ? 1.4 : 0.7;
  const size =
    30_000 * listing.liquidity ** 5 * Math.exp(-0.5 * z * z) * (favoured ? 1 : 0.35) * (monthly ? 1 : 0.3) * round;
  const noise = Math.exp(0.8 * normalAt(seed, option.conId, 77));
  return Math.floor(size * noise);
}

function dayOfMonth(date: string): number {
  return Number(date.slice(8));
}

/** Half of bid-ask in dollars, before ticks: a share of value, of vega and of the underlying's own spread. */
function halfSpread(option: OptionInstrument, model: Computation): number {
  const { listing } = option.root.underlying;
  const thin = (1.12 - listing.liquidity) ** 1.5;
  return (
    thin *
    (0.03 * model.price ** 0.75 +
      0.25 * model.vega * (0.2 + listing.baseVol) +
      0.0006 * model.spot * Math.abs(model.delta))
  );
}

/** Uniform noise of one contract that holds for a period. */
type Noise = (stream: number, every?: number) => number;

/** An option's quote: tick-aligned, never crossed, around the model with a little noise that changes every period. */
export function optionQuote(market: MarketView, option: OptionInstrument, nowMs: number): Quote {
  const { seed } = market.options;
  const atMs = market.marketMs(nowMs);
  const model = market.model(option, nowMs);
  const epoch = Math.floor(atMs / quotePeriodMs(option, model));
  const noise: Noise = (stream, every = 1) =>
    uniformAt(streamSeed(seed, stream), option.conId, Math.floor(epoch / every));
  const interest = option.root.tape?.option(option)?.openInterest ?? openInterest(option, seed);
  const sides = option.root.tape ? recordedSides(market, option, model) : generatedSides(option, model, noise);
  const depth = 1 + Math.sqrt(interest) * 0.4 + 60 * option.root.underlying.listing.liquidity ** 4;
  return {
    ...sides,
    ...{ bidSize: 1 + Math.floor(depth * noise(2) ** 2), askSize: 1 + Math.floor(depth * noise(3) ** 2) },
    ...trades(market, option, { atMs, interest, sides, noise }),
    lastAtMs: atMs,
    openInterest: interest,
  };
}

interface Sides {
  bid: number | undefined;
  ask: number | undefined;
}

function generatedSides(option: OptionInstrument, model: Computation, noise: Noise): Sides {
  const rule = optionRule(option.root.underlying.listing.tick).increments;
  const half = Math.max(halfSpread(option, model), 0.3 * incrementAt(rule, model.price));
  const centre = model.price + (noise(1) - 0.5) * 0.12 * half;
  return aligned(option, centre - half, centre + half);
}

/** Recorded quotes move by as much as the model has moved since the recording. Nothing quoted stays so. */
function recordedSides(market: MarketView, option: OptionInstrument, model: Computation): Sides {
  const recorded = option.root.tape?.option(option);
  const { anchoredAtMs } = option.root.underlying.listing;
  if (recorded?.ask === undefined || recorded.bid === undefined || anchoredAtMs === undefined) {
    return { bid: undefined, ask: undefined };
  }
  const moved = model.price - market.anchorPrice(option, anchoredAtMs);
  return aligned(option, recorded.bid + moved, recorded.ask + moved);
}

/** Outwards to the ticks of the class, at least one tick apart, the bid at least 0. */
function aligned(option: OptionInstrument, low: number, high: number): Sides {
  const rule = optionRule(option.root.underlying.listing.tick).increments;
  const bid = alignToTick(Math.max(0, low), rule, 'down');
  const ask = alignToTick(Math.max(0, high), rule, 'up');
  return { bid, ask: ask > bid ? ask : alignToTick(bid + incrementAt(rule, bid), rule, 'up') };
}

/** The day's volume and the last trade, somewhere between bid and ask. */
function trades(
  market: MarketView,
  option: OptionInstrument,
  day: { atMs: number; interest: number; sides: Sides; noise: Noise },
): Pick<Quote, 'last' | 'lastSize' | 'volume'> {
  const { atMs, interest, sides, noise } = day;
  const { session } = marketDay(market, atMs);
  const turnover = 0.05 + 0.5 * uniformAt(streamSeed(market.options.seed, 5), option.conId, session.day) ** 3;
  const recorded = option.root.tape?.option(option)?.volume ?? 0;
  const volume = recorded + Math.floor(interest * turnover * volumeShare(session, atMs));
  const { bid, ask } = sides;
  if (volume === 0 || bid === undefined || ask === undefined) return { last: undefined, lastSize: 0, volume };
  const rule = optionRule(option.root.underlying.listing.tick).increments;
  const last = alignToTick(bid + (ask - bid) * noise(6, 40), rule);
  return { last: Math.max(last, bid), lastSize: 1 + Math.floor(9 * noise(7, 40) ** 3), volume };
}
