import { describe, expect, test } from 'vitest';
import { settlementMs, yearsBetween } from '../../../scanner/domain/calendar.ts';
import type { RecordedChain, RecordedOption } from '../../../scanner/domain/recordedChain.ts';
import { americanPrice } from '../../../scanner/math/american.ts';
import { blackValue } from '../../../scanner/math/black.ts';
import { fitChain, type SurfaceExpiry } from '../../../scanner/volatility/chainSurface.ts';
import { butterflyArbitrage, calendarArbitrage } from '../../../scanner/volatility/surfaceArbitrage.ts';
import { vendorDisagreements } from '../../../scanner/volatility/vendorDisagreement.ts';

const AS_OF = Date.parse('2023-09-14T19:00:00Z');
const SPOT = 100;
const RATE = 0.05;
const YIELD = 0.015;
const OPTIONS = { defaultRate: 0.045, dividends: [] };
const STRIKES = Array.from({ length: 31 }, (_, i) => 70 + 2 * i);

type Price = (option: { right: 'C' | 'P'; strike: number; years: number; vol: number }) => number;
const skew = (strike: number): number => 0.2 - 0.15 * Math.log(strike / 100);

/** A chain with quotes a little about a model's price, in whole cents. */
function chainOf(input: {
  symbol: string;
  price: Price;
  expiries?: string[];
  vol?: (strike: number, years: number) => number;
}): RecordedChain {
  const { symbol, price, expiries = ['2023-12-15', '2024-06-21'], vol = skew } = input;
  const options = expiries.flatMap((expiry) => {
    const years = yearsBetween(AS_OF, settlementMs(expiry, 'pm'));
    return STRIKES.flatMap((strike) =>
      (['C', 'P'] as const).map((right): RecordedOption => {
        const iv = vol(strike, years);
        const value = price({ right, strike, years, vol: iv });
        const half = 0.01 + 0.005 * value;
        const [bid, ask] = [Math.max(0, Math.floor((value - half) * 100) / 100), Math.ceil((value + half) * 100) / 100];
        return { root: symbol, expiry, right, strike, bid, ask, volume: 1, openInterest: 1, iv };
      }),
    );
  });
  return { symbol, name: symbol, asOfMs: AS_OF, last: SPOT, options, warnings: [] };
}

const european: Price = ({ right, strike, years, vol }) =>
  blackValue(
    right === 'C',
    SPOT * Math.exp((RATE - YIELD) * years),
    strike,
    vol * Math.sqrt(years),
    Math.exp(-RATE * years),
  );
const american: Price = ({ right, strike, years, vol }) =>
  americanPrice({ right, spot: SPOT, strike, years, rate: RATE, dividendYield: YIELD, vol });

function only(expiries: readonly SurfaceExpiry[], index: number): SurfaceExpiry {
  const found = expiries[index];
  if (!found) throw new Error(`no expiry ${index}`);
  return found;
}

describe('a chain made by a model gives it back', () => {
  test('European: forward, rate, yield, vols', () => {
    const { expiries, exercise } = fitChain(chainOf({ symbol: 'XSP', price: european }), OPTIONS);
    expect(exercise).toBe('european');
    for (const { terms, carry, smile, summary, calendar, butterflies } of expiries) {
      expect(Math.abs(terms.forward - SPOT * Math.exp((RATE - YIELD) * terms.years))).toBeLessThan(0.01);
      expect(Math.abs((carry?.rate ?? NaN) - RATE)).toBeLessThan(4 * (carry?.rateError ?? NaN));
      expect(Math.abs(terms.rate - RATE)).toBeLessThan(0.002);
      expect(summary?.withinBidAsk).toBe(1);
      for (const strike of [80, 91, 100, 109, 120]) {
        expect(Math.abs((smile?.volAt(strike) ?? NaN) - skew(strike))).toBeLessThan(2e-3);
      }
      expect(summary?.riskReversal25).toBeLessThan(-0.01);
      expect(Math.abs((summary?.atmVol ?? NaN) - skew(terms.forward))).toBeLessThan(1e-3);
      expect([calendar, butterflies]).toEqual([undefined, []]);
    }
  });

  test('American: the forward without early exercise, and the same vol from call and put', () => {
    const { expiries } = fitChain(chainOf({ symbol: 'ABC', price: american }), { ...OPTIONS, rate: RATE });
    for (const { terms, contracts } of expiries) {
      expect(Math.abs(terms.dividendYield - YIELD)).toBeLessThan(1e-3);
      const atTheMoney = contracts.filter(({ strike }) => strike === 100);
      for (const { midIv } of atTheMoney) expect(midIv).toBeCloseTo(skew(100), 2);
      expect(atTheMoney).toHaveLength(2);
    }
  });

  test('cash dividends: what is left besides them is no yield', () => {
    const dividend = { exDate: '2023-11-01', amount: 1.5 };
    const paidIn = (Date.parse('2023-11-01T13:30:00Z') - AS_OF) / (365 * 24 * 3600 * 1000);
    const price: Price = ({ right, strike, years, vol }) =>
      americanPrice({
        ...{ right, spot: SPOT, strike, years, rate: RATE, dividendYield: 0, vol },
        dividends: [{ years: paidIn, amount: 1.5 }],
      });
    const chain = chainOf({ symbol: 'ABC', price, expiries: ['2023-12-15'] });
    const { terms, summary } = only(fitChain(chain, { rate: RATE, defaultRate: 0, dividends: [dividend] }).expiries, 0);
    expect(Math.abs(terms.dividendYield)).toBeLessThan(2e-3);
    expect(Math.abs((summary?.atmVol ?? NaN) - skew(100))).toBeLessThan(3e-3);
  });
});

test('a rate that the quotes hardly tell gives way to that of the other expiries', () => {
  const expiries = ['2023-09-15', '2023-12-15', '2024-06-21'];
  const fitted = fitChain(chainOf({ symbol: 'XSP', price: european, expiries }), OPTIONS).expiries;
  expect(only(fitted, 0).rateSource).toBe('pooled');
  expect(Math.abs(only(fitted, 0).terms.rate - RATE)).toBeLessThan(0.002);
  expect(
    only(fitChain(chainOf({ symbol: 'XSP', price: european }), { ...OPTIONS, rate: 0.02 }).expiries, 0),
  ).toMatchObject({
    rateSource: 'given',
    terms: { rate: 0.02 },
  });
});

test('quotes of an earlier session are valued at the spot that they imply', () => {
  const chain = chainOf({ symbol: 'ABC', price: american, expiries: ['2023-09-15', '2023-12-15'] });
  const later = { ...chain, last: 104, asOfMs: Date.parse('2023-09-15T01:00:00Z') };
  const { impliedSpot, spot, hoursSinceClose } = fitChain(later, { ...OPTIONS, rate: RATE });
  expect([spot, hoursSinceClose]).toEqual([104, 5]);
  expect(impliedSpot).toBeCloseTo(SPOT, 0);
  expect(fitChain(chain, OPTIONS).impliedSpot).toBe(undefined);
  const given = fitChain({ ...chain, last: 104 }, { ...OPTIONS, rate: RATE, isSpotOfAnotherTime: true });
  expect(given.impliedSpot).toBeCloseTo(SPOT, 0);
});

describe('arbitrage', () => {
  test('total variance that falls with time is found where it falls', () => {
    // The later expiry has three times the time, and far above the money a fifth of the variance a year.
    const vol = (strike: number, years: number): number =>
      years < 0.5 || strike < 100 ? skew(strike) : skew(strike) * (1 - Math.min(0.55, (strike - 100) / 20));
    const { expiries } = fitChain(chainOf({ symbol: 'XSP', price: european, vol }), OPTIONS);
    const calendar = only(expiries, 1).calendar;
    expect(calendar?.isExecutable).toBe(true);
    expect(calendar?.moneyness).toBeGreaterThan(1.1);
    expect(calendar?.share).toBeGreaterThan(0.1);
    expect(calendar?.share).toBeLessThan(0.6);
    expect(calendarArbitrage(only(expiries, 1), only(expiries, 0))).toBe(undefined);
  });

  test('verticals and butterflies that pay to be opened', () => {
    const { contracts } = only(fitChain(chainOf({ symbol: 'XSP', price: european }), OPTIONS).expiries, 0);
    const quoted = (strike: number, bid: number, ask: number) =>
      contracts.map((c) => (c.right === 'C' && c.strike === strike ? { ...c, bid, ask } : c));
    expect(butterflyArbitrage(contracts)).toEqual([]);
    const calls = new Map(contracts.filter(({ right }) => right === 'C').map((c) => [c.strike, c]));
    const [low, high] = [calls.get(108), calls.get(112)];
    const chord = ((low?.ask ?? NaN) + (high?.ask ?? NaN)) / 2;
    const [butterfly, ...others] = butterflyArbitrage(quoted(110, chord + 0.05, chord + 0.1));
    expect(butterfly).toMatchObject({ kind: 'butterfly', right: 'C', strikes: [108, 110, 112] });
    expect(butterfly?.gain).toBeCloseTo(0.05, 10);
    expect(others).toEqual([]);
    const dear = (low?.ask ?? NaN) + 0.2;
    expect(butterflyArbitrage(quoted(110, dear, dear + 0.1))).toContainEqual(
      expect.objectContaining({ kind: 'vertical', strikes: [108, 110] }),
    );
  });
});

describe('where vendor and model disagree', () => {
  const surface = only(fitChain(chainOf({ symbol: 'XSP', price: european }), OPTIONS).expiries, 0);
  const rules = { threshold: 0.01, hoursSinceClose: 0 };
  const changed = (change: (c: (typeof surface.contracts)[number]) => object) => {
    const contracts = surface.contracts.map((c) => (c.right === 'C' && c.strike === 104 ? { ...c, ...change(c) } : c));
    return vendorDisagreements({ ...surface, contracts }, rules);
  };

  test('nowhere when the vendor has the vols that made the quotes', () => {
    expect(vendorDisagreements(surface, rules)).toEqual([]);
  });

  test('is told with its size, its worth and a reason', () => {
    const [one, ...others] = changed(({ vendorIv = NaN }) => ({ vendorIv: vendorIv + 0.05 }));
    expect(others).toEqual([]);
    expect(one?.difference).toBeCloseTo(0.05, 2);
    expect(one?.worth).toBeCloseTo(5 * (one?.contract.vega ?? NaN), 1);
    expect(one?.reason).toBe('carry');
  });

  test.each([
    ['crossed', { bid: 9, ask: 1, midIv: undefined, vendorIv: 0.9 }],
    ['zero-bid', { bid: 0, bidIv: undefined, vendorIv: 0.9 }],
    ['below-intrinsic', { bid: 0.001, ask: 0.002, midIv: undefined, vendorIv: 0.9 }],
    ['no-vega', { vega: 0.001, vendorIv: 0.9 }],
  ] as const)('%s', (reason, change) => {
    expect(changed(() => change).map((one) => one.reason)).toEqual([reason]);
  });

  test('a vendor that counts time from the last close', () => {
    const hoursSinceClose = 54;
    const ratio = Math.sqrt(surface.terms.years / (surface.terms.years + hoursSinceClose / 8760));
    const near = { ...surface, terms: { ...surface.terms, years: surface.terms.years } };
    const contracts = near.contracts.map((c) => ({ ...c, vendorIv: (c.midIv ?? NaN) * ratio }));
    const found = vendorDisagreements({ ...near, contracts }, { threshold: 0.0005, hoursSinceClose });
    expect(found.filter(({ reason }) => reason === 'clock').length).toBeGreaterThan(10);
  });
});
