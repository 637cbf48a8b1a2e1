import { describe, expect, test } from 'vitest';
import { expectedPayoffHistory, expectedPayoffLognormal, type PayoffLeg } from '../../../scanner/math/expectation.ts';
import { payoffAtExpiry, positionValue, type Position } from '../../../scanner/math/payoff.ts';
import { expectedMove, probabilityAbove, probabilityOfTouch } from '../../../scanner/math/probability.ts';

/**
 * Spot, barrier, years, vol, rate, yield; probability of an end above and of a touch.
 * @source mpmath 1.x `quad` with 30 digits, no closed form in it: the normal density over the ends above, and the density
 * of the first passage of a drifted Brownian motion, |b| / sqrt(2 pi t^3) exp(-(|b| - m t)^2 / 2t), over the times until
 * expiry (Karatzas and Shreve 1991, 3.5.12).
 */
const BARRIERS: readonly (readonly [number, number, number, number, number, number, number, number])[] = [
  [100, 94.36, 0.1232876712328767, 0.2, 0.045, 0, 0.80800401644163714, 0.39369257906900251],
  [100, 95, 0.25, 0.2, 0.045, 0, 0.7175007353948659, 0.58844001558147797],
  [100, 105, 0.25, 0.2, 0.045, 0.02, 0.31725036227662919, 0.62943122092480615],
  [100, 110, 1.0, 0.35, 0.05, 0.03, 0.34820470376810039, 0.75955908589234016],
  [100, 60, 0.02, 0.25, 0.05, 0, 1.0, 2.2033177939190691e-47],
  [100, 150, 0.02, 0.25, 0.05, 0, 1.0760300128419961e-30, 2.1501006254013355e-30],
  [450.51, 430, 0.0027397, 0.12, 0.053, 0.014, 0.9999999999999466, 1.0698476521019335e-13],
  [450.51, 450.6, 0.0027397, 0.12, 0.053, 0.014, 0.49284659742900709, 0.97505719295915441],
  [100, 100.01, 0.000114, 0.5, 0, 0, 0.49146326713135595, 0.98500657280377121],
  [100, 20, 2.0, 0.9, 0.04, 0, 0.75520204620316773, 0.38567019678857617],
  [100, 400, 2.0, 0.9, 0.04, 0, 0.048184460509153702, 0.13506538749999609],
  [100, 50, 5.0, 0.15, -0.01, 0.08, 0.71131134584819527, 0.3780351399759675],
  [100, 200, 5.0, 0.15, 0.12, 0, 0.32800945472193256, 0.41996268329158228],
  [100, 99.9, 3.0, 0.05, 0.09, 0, 0.99898546130756756, 0.9314222675531858],
  [100, 130, 3.0, 0.05, 0.09, 0, 0.51789398103348827, 0.58155928564811203],
  [100, 80, 3.0, 0.05, 0.0, 0.09, 0.279491442224443, 0.77748739771257223],
  [100, 1000, 0.5, 3.0, 0.05, 0, 0.016408130681100606, 0.066207281174383322],
  [100, 5, 0.5, 3.0, 0.05, 0, 0.64181956659710851, 0.49216625003693904],
  [25, 24.5, 0.08, 0.65, 0.053, 0.01, 0.51462812530873135, 0.91966328524741454],
  [4505, 4000, 0.16, 0.14, 0.054, 0.015, 0.98632645025181711, 0.028192770190045367],
  [100, 425, 14.0, 0.02, 0.1, 0, 0.25321785226405173, 0.26162990644649758],
  [100, 430, 14.0, 0.02, 0.1, 0, 0.20591064733668179, 0.21337031871906572],
];

const leg = (right: 'C' | 'P', strike: number, quantity: number): PayoffLeg => ({ right, strike, quantity });
const POSITIONS = {
  bullPut: [leg('P', 95, -1), leg('P', 90, 1)],
  condor: [leg('P', 85, 1), leg('P', 90, -1), leg('C', 110, -1), leg('C', 115, 1)],
  butterfly: [leg('P', 90, 1), leg('P', 100, -1), leg('C', 100, -1), leg('C', 110, 1)],
  ratio: [leg('C', 100, 1), leg('C', 110, -2)],
  strangle: [leg('P', 80, -1), leg('C', 125, -1)],
};

/**
 * Position, forward, standard deviation; expected payoff.
 * @source mpmath `quad` with 30 digits: payoff times lognormal density, piece by piece between the strikes.
 */
const PAYOFFS: readonly (readonly [keyof typeof POSITIONS, number, number, number])[] = [
  ['bullPut', 100.556, 0.0702, -0.64786112097500886],
  ['bullPut', 100, 0.0005, 0],
  ['bullPut', 94, 0.002, -1.0000000020390264],
  ['bullPut', 100, 2.5, -4.4426455513221329],
  ['condor', 100.5, 0.1, -1.0756837455368776],
  ['condor', 87, 0.01, -2.9971599518676978],
  ['condor', 140, 0.3, -3.9857115830058783],
  ['condor', 100, 1.2, -4.649998600452372],
  ['butterfly', 100, 0.08, -5.569479781535503],
  ['butterfly', 103.2, 0.35, -8.8693970336731559],
  ['butterfly', 100, 0.001, -0.079788452755767657],
  ['ratio', 100, 0.2, -0.61845442741397963],
  ['ratio', 104, 0.9, -30.999773454405874],
  ['strangle', 100, 0.15, -0.90809853265433543],
  ['strangle', 100, 0.45, -17.797872740159443],
  ['strangle', 100, 0.02, -1.1729927422576081e-29],
];

describe('agrees with numerical integration to high precision', () => {
  test.each(BARRIERS)('end above and touch: S %d, B %d, T %d, vol %d', (...row) => {
    const [spot, barrier, years, vol, rate, dividendYield, above, touch] = row;
    const input = { spot, barrier, years, vol, rate, dividendYield };
    expect(Math.abs(probabilityAbove(input) - above)).toBeLessThan(1e-14 + 1e-11 * Math.min(above, 1 - above));
    expect(Math.abs(probabilityOfTouch(input) - touch)).toBeLessThan(1e-15 + 1e-11 * touch);
    if (above < 1e-20) expect(probabilityAbove(input) / above).toBeCloseTo(1, 10);
    if (touch < 1e-20) expect(probabilityOfTouch(input) / touch).toBeCloseTo(1, 10);
  });

  test.each(PAYOFFS)('expected payoff of a %s at forward %d, deviation %d', (name, forward, stdDev, expected) => {
    const found = expectedPayoffLognormal({ legs: POSITIONS[name], forward, stdDev });
    expect(Math.abs(found - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
    if (expected !== 0) expect(found / expected).toBeCloseTo(1, 10);
  });
});

describe('four legs', () => {
  const condor: Position = {
    legs: POSITIONS.condor.map((one) => ({ ...one, vol: 0.3 })),
    credit: 1.6,
    multiplier: 100,
  };

  test('payoff at expiry: credit between the short strikes, width less credit beyond the long ones', () => {
    const profit = [80, 85, 88.4, 90, 100, 110, 111.6, 115, 130].map((price) => payoffAtExpiry(condor, price));
    const expected = [-340, -340, 0, 160, 160, 160, 0, -340, -340];
    profit.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 9));
  });

  test('before expiry: the discounted expectation of the payoff, by the integral above', () => {
    const [rate, dividendYield, years] = [0.04, 0.01, 1 / 9];
    const spot = 100.5 * Math.exp(-(rate - dividendYield) * years);
    const value = positionValue(condor, { spot, years, rate, dividendYield, ivShift: 0, exercise: 'european' });
    const [, , , expected] = PAYOFFS.find(([name, , stdDev]) => name === 'condor' && stdDev === 0.1) ?? [];
    expect(value).toBeCloseTo(100 * (1.6 + Math.exp(-rate * years) * (expected ?? NaN)), 8);
  });

  test('history: the mean of the payoffs', () => {
    const moves = [-0.2, -0.12, 0, 0.112, 0.5];
    // Ends at 80, 88, 100, 111.2 and 150.
    const mean = (-5 - 2 + 0 - 1.2 - 5) / 5;
    expect(expectedPayoffHistory({ legs: POSITIONS.condor, spot: 100, moves })).toBeCloseTo(mean, 12);
  });
});

test('expected move is one standard deviation: 68.27 % of ends lie within it, to first order', () => {
  const input = { spot: 100, vol: 0.1, years: 0.01 };
  const move = expectedMove(input);
  const at = (barrier: number): number => probabilityAbove({ ...input, barrier, rate: 0, dividendYield: 0 });
  expect(at(100 - move) - at(100 + move)).toBeCloseTo(0.682689, 4);
});
