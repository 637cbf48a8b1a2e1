import type { Analysis } from '../../electron/contract/scan.ts';
import { payoffAtExpiry, payoffCurve, valueCurve, type Position, type Scenario } from '../../scanner/math/payoff.ts';

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
  breakEvenX: number;
  strikes: { x: number; strike: number; sold: boolean }[];
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
export function positionOf({ spread, multiplier, atmIv }: Analysis, credit: number): Position {
  const shortVol = spread.shortIv ?? atmIv ?? Number.NaN;
  const longVol = spread.longIv ?? atmIv ?? Number.NaN;
  return {
    legs: [
      { right: spread.right, strike: spread.shortStrike, quantity: -1, vol: shortVol },
      { right: spread.right, strike: spread.longStrike, quantity: 1, vol: longVol },
    ],
    credit,
    multiplier,
  };
}

/** Everything the payoff chart draws. Prices span the strikes and 1.6 expected moves to each side. */
export function payoffPlot(analysis: Analysis, choice: PayoffChoice): PayoffPlot {
  const { spread, spot } = analysis;
  const position = positionOf(analysis, choice.credit);
  const [low, high] = priceSpan(analysis);
  const prices = Float64Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1));
  const scale = (curve: Float64Array) => curve.map((value) => value * choice.quantity);
  const at = (years: number): Scenario => ({
    years,
    ivShift: choice.ivShift,
    rate: analysis.rate,
    dividendYield: analysis.dividendYield,
    exercise: analysis.exercise,
  });
  const expiry = scale(payoffCurve(position, prices));
  const today = scale(valueCurve(position, prices, at(analysis.yearsToExpiry)));
  const middle = scale(valueCurve(position, prices, at(analysis.yearsToExpiry * (1 - choice.datePart))));

  const best = Math.max(
    ...[spread.shortStrike, spread.longStrike].map((k) => payoffAtExpiry(position, k) * choice.quantity),
  );
  const worst = Math.min(
    ...[spread.shortStrike, spread.longStrike].map((k) => payoffAtExpiry(position, k) * choice.quantity),
  );
  const span = Math.max(best - worst, 1e-9);
  const y = (value: number) => BOX * (MARGIN + ((best - value) / span) * (1 - 2 * MARGIN));
  const x = (price: number) => (BOX * (price - low)) / (high - low);
  const line = (curve: Float64Array) => path(prices, curve, x, y);
  const nearest = (curve: Float64Array) => interpolate(prices, curve, spot);
  const move = analysis.expectedMove;
  return {
    expiry: expiryLine(position, choice.quantity, { low, high, x, y }),
    middle: line(middle),
    today: line(today),
    gain: area(
      prices,
      expiry.map((value) => Math.max(0, value)),
      x,
      y,
    ),
    loss: area(
      prices,
      expiry.map((value) => Math.min(0, value)),
      x,
      y,
    ),
    zeroY: y(0),
    spotX: x(spot),
    spotY: y(nearest(today)),
    breakEvenX: x(spread.breakEven),
    strikes: [
      { x: x(spread.shortStrike), strike: spread.shortStrike, sold: true },
      { x: x(spread.longStrike), strike: spread.longStrike, sold: false },
    ],
    sigma: move === undefined ? undefined : { from: x(spot - move), to: x(spot + move) },
    cone: move === undefined ? undefined : cone(spot, move, x),
    best,
    worst,
    bestY: y(best),
    worstY: y(worst),
    priceTicks: roundPrices(low, high).map((price) => ({ price, x: x(price) })),
    atSpot: { today: nearest(today), middle: nearest(middle) },
  };
}

function priceSpan({ spread, spot, expectedMove }: Analysis): [number, number] {
  const reach = 1.6 * (expectedMove ?? 0.05 * spot);
  const low = Math.min(spot - reach, spread.shortStrike - spread.width, spread.longStrike - spread.width);
  const high = Math.max(spot + reach, spread.shortStrike + spread.width, spread.longStrike + spread.width);
  return [Math.max(low, spot * 0.01), high];
}

/** The expiry payoff is exact from corner to corner. */
function expiryLine(
  position: Position,
  quantity: number,
  { low, high, x, y }: { low: number; high: number; x: Map1; y: Map1 },
): string {
  const corners = [low, ...position.legs.map((leg) => leg.strike).sort((a, b) => a - b), high];
  return `M${corners.map((k) => `${x(k).toFixed(1)} ${y(payoffAtExpiry(position, k) * quantity).toFixed(1)}`).join('L')}`;
}

type Map1 = (value: number) => number;

function path(prices: Float64Array, curve: Float64Array, x: Map1, y: Map1): string {
  let text = '';
  curve.forEach((value, i) => {
    const price = prices[i];
    if (price === undefined || !Number.isFinite(value)) return;
    text += `${text === '' ? 'M' : 'L'}${x(price).toFixed(1)} ${y(value).toFixed(1)}`;
  });
  return text;
}

function area(prices: Float64Array, curve: Float64Array, x: Map1, y: Map1): string {
  const zero = y(0).toFixed(1);
  return `${path(prices, curve, x, y)}L${BOX} ${zero}L0 ${zero}Z`;
}

function cone(spot: number, move: number, x: Map1): { area: string; left: string; right: string } {
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

function interpolate(prices: Float64Array, curve: Float64Array, at: number): number {
  const low = prices[0] ?? 0;
  const high = prices[prices.length - 1] ?? 1;
  const place = ((at - low) / (high - low)) * (prices.length - 1);
  const i = Math.max(0, Math.min(prices.length - 2, Math.floor(place)));
  const from = curve[i] ?? Number.NaN;
  const to = curve[i + 1] ?? Number.NaN;
  return from + (to - from) * (place - i);
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
