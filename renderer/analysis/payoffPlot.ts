import type { Analysis } from '../../electron/contract/scan.ts';
import type { Right } from '../../scanner/domain/option.ts';
import { spreadLegs } from '../../scanner/domain/spreadLegs.ts';
import { payoffAtExpiry, valueCurve, type Position } from '../../scanner/math/payoff.ts';

const POINTS = 97;
const BOX = 1000;
/** Part of the height left free above and below the curves. */
const MARGIN = 0.1;

export interface PayoffChoice {
  quantity: number;
  /** Credit per share that the profit is measured from. */
  credit: number;
  /** 0 today, 1 expiry. */
  datePart: number;
  /** Added to every vol, as a fraction. */
  ivShift: number;
}

/** Geometry in a box of 1000 by 1000, y downwards; marks in percent of it. */
export interface PayoffPlot {
  expiry: string;
  middle: string;
  today: string;
  gain: string;
  loss: string;
  zeroY: number;
  spotX: number;
  /** Where today's curve stands at the spot. */
  spotY: number;
  /** Where the payoff at expiry crosses zero, from left to right: one of a vertical, two of a condor. */
  breakEvens: { x: number; price: number }[];
  strikes: { x: number; strike: number; sold: boolean; right: Right }[];
  sigma?: { from: number; to: number } | undefined;
  /** One-sigma cone from today (top) to expiry (bottom), on the same x. */
  cone: { area: string; left: string; right: string } | undefined;
  best: number;
  worst: number;
  bestY: number;
  worstY: number;
  priceTicks: { x: number; price: number }[];
  /** Profit at the spot, today and at the chosen date, for a screen reader. */
  atSpot: { today: number; middle: number };
}

/** The chosen spread as a position of the payoff functions, one spread. */
function positionOf({ spread, multiplier, atmIv }: Analysis, credit: number): Position {
  const { shortIv, longIv, callWing } = spread;
  const vols = [shortIv, longIv, callWing?.short.iv, callWing?.long.iv];
  const legs = spreadLegs(spread).map(({ right, strike, sold }, i) => ({
    ...{ right, strike, quantity: sold ? -1 : 1 },
    vol: vols[i] ?? atmIv ?? Number.NaN,
  }));
  return { legs, credit, multiplier };
}

interface Axes {
  low: number;
  high: number;
  x: (price: number) => number;
  y: (profit: number) => number;
}

/** Everything the payoff chart draws. Prices span the strikes and 1.6 expected moves to each side. */
export function payoffPlot(analysis: Analysis, choice: PayoffChoice): PayoffPlot {
  const { spot, expectedMove: move, yearsToExpiry } = analysis;
  const position = positionOf(analysis, choice.credit);
  const [low, high] = priceSpan(analysis);
  const atStrikes = position.legs.map(({ strike }) => payoffAtExpiry(position, strike) * choice.quantity);
  const best = Math.max(...atStrikes);
  const worst = Math.min(...atStrikes);
  const span = Math.max(best - worst, 1e-9);
  const axes: Axes = {
    low,
    high,
    x: (price) => (BOX * (price - low)) / (high - low),
    y: (profit) => BOX * (MARGIN + ((best - profit) / span) * (1 - 2 * MARGIN)),
  };
  const { x, y } = axes;
  const today = curveAt(analysis, choice, yearsToExpiry);
  const middle = curveAt(analysis, choice, yearsToExpiry * (1 - choice.datePart));
  const zeros = breakEvensOf(position);
  const corners = expiryCorners(position, [low, ...zeros, high]);
  const worth = (clip: (profit: number) => number) =>
    corners.map((price): Point => [price, clip(payoffAtExpiry(position, price) * choice.quantity)]);
  const present = valueAt(today, spot);
  return {
    expiry: path(worth(Number), axes),
    middle: path(middle, axes),
    today: path(today, axes),
    gain: area(
      worth((profit) => Math.max(0, profit)),
      axes,
    ),
    loss: area(
      worth((profit) => Math.min(0, profit)),
      axes,
    ),
    zeroY: y(0),
    spotX: x(spot),
    spotY: y(present),
    breakEvens: zeros.map((price) => ({ price, x: x(price) })),
    strikes: spreadLegs(analysis.spread).map((leg) => ({ ...leg, x: x(leg.strike) })),
    sigma: move === undefined ? undefined : { from: x(spot - move), to: x(spot + move) },
    cone: move === undefined ? undefined : cone(spot, move, x),
    best,
    worst,
    bestY: y(best),
    worstY: y(worst),
    priceTicks: roundPrices(low, high).map((price) => ({ price, x: x(price) })),
    atSpot: { today: present, middle: valueAt(middle, spot) },
  };
}

type Point = readonly [price: number, profit: number];

/** Profit of the whole order along the price axis with so many years left. */
function curveAt(analysis: Analysis, choice: PayoffChoice, years: number): Point[] {
  const { rate, dividendYield, exercise } = analysis;
  const [low, high] = priceSpan(analysis);
  const prices = Float64Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1));
  const scenario = { years, ivShift: choice.ivShift, rate, dividendYield, exercise };
  const values = valueCurve(positionOf(analysis, choice.credit), prices, scenario);
  return Array.from(prices, (price, i): Point => [price, (values[i] ?? Number.NaN) * choice.quantity]);
}

function priceSpan({ spread, spot, expectedMove }: Analysis): [number, number] {
  const reach = 1.6 * (expectedMove ?? 0.05 * spot);
  const strikes = spreadLegs(spread).map(({ strike }) => strike);
  const low = Math.min(spot - reach, ...strikes.map((strike) => strike - spread.width));
  const high = Math.max(spot + reach, ...strikes.map((strike) => strike + spread.width));
  return [Math.max(low, spot * 0.01), high];
}

/** Where the payoff at expiry changes its sign: between two strikes it is a straight line. */
function breakEvensOf(position: Position): number[] {
  const strikes = expiryCorners(position, []);
  return strikes.slice(1).flatMap((to, i) => {
    const from = strikes[i] ?? to;
    const [before, after] = [payoffAtExpiry(position, from), payoffAtExpiry(position, to)];
    return before < 0 === after < 0 ? [] : [from + ((to - from) * before) / (before - after)];
  });
}

/** The expiry payoff is exact from corner to corner. */
function expiryCorners(position: Position, others: readonly number[]): number[] {
  return [...position.legs.map((leg) => leg.strike), ...others].filter(Number.isFinite).sort((a, b) => a - b);
}

function path(points: readonly Point[], { x, y }: Axes): string {
  const drawn = points.filter(([, profit]) => Number.isFinite(profit));
  return drawn.length === 0
    ? ''
    : `M${drawn.map(([k, profit]) => `${x(k).toFixed(1)} ${y(profit).toFixed(1)}`).join('L')}`;
}

function area(points: readonly Point[], axes: Axes): string {
  const zero = axes.y(0).toFixed(1);
  return `${path(points, axes)}L${BOX} ${zero}L0 ${zero}Z`;
}

function cone(spot: number, move: number, x: (price: number) => number): { area: string; left: string; right: string } {
  const steps = Array.from({ length: 41 }, (_, i) => i / 40);
  const edge = (side: 1 | -1) =>
    steps.map((t) => `${x(spot + side * move * Math.sqrt(t)).toFixed(1)} ${(t * BOX).toFixed(1)}`);
  const left = edge(-1);
  const right = edge(1);
  return {
    left: `M${left.join('L')}`,
    right: `M${right.join('L')}`,
    area: `M${left.join('L')}L${[...right].reverse().join('L')}Z`,
  };
}

/** The curve at a price between two of its points. */
function valueAt(curve: readonly Point[], price: number): number {
  const after = curve.findIndex(([at]) => at >= price);
  const [toPrice, to] = curve[after] ?? [Number.NaN, Number.NaN];
  const [fromPrice, from] = curve[after - 1] ?? [toPrice, to];
  return toPrice === fromPrice ? to : from + ((to - from) * (price - fromPrice)) / (toPrice - fromPrice);
}

/** Three to five round prices inside the span. */
export function roundPrices(low: number, high: number): number[] {
  const raw = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= raw) ?? raw;
  const ticks: number[] = [];
  for (let price = Math.ceil(low / step) * step; price <= high; price += step) ticks.push(Number(price.toFixed(6)));
  return ticks;
}
