import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { isOnTick } from '../../../../scanner/domain/money.ts';
import { ContractBook } from '../../../../broker/simulator/core/contractBook.ts';
import { ruleOf } from '../../../../broker/simulator/core/instrument.ts';
import type { OptionInstrument } from '../../../../broker/simulator/core/instrument.ts';
import { Market } from '../../../../broker/simulator/core/market.ts';
import { midOf } from '../../../../broker/simulator/core/quote.ts';
import { TradingCalendar } from '../../../../broker/simulator/core/tradingCalendar.ts';
import { UNIVERSE } from '../../../../broker/simulator/core/universe.ts';

const START = Date.UTC(2025, 10, 20, 15, 30);
const DAY_MS = 86_400_000;
const calendar = new TradingCalendar();
const contracts = new ContractBook(UNIVERSE, calendar);

function marketOf(seed: number, hours: 'always' | 'exchange' = 'always'): Market {
  return new Market({ seed, calendar, contracts, hours });
}

/** A listed option somewhere in the market. */
const anyOption = fc
  .tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat(), fc.constantFrom('C' as const, 'P' as const))
  .map(([u, r, e, k, right]) => {
    const today = calendar.dayAt(START);
    const underlying = contracts.underlyings[u % contracts.underlyings.length];
    const roots = underlying ? contracts.rootsOf(underlying) : [];
    const listed = roots[r % roots.length];
    const expiries = listed?.expiries(today) ?? [];
    const { expiry = '', lastTradeDate = '' } = expiries[e % expiries.length] ?? {};
    const strikes = listed?.strikes(expiry, today, right) ?? [];
    const strike = strikes[k % strikes.length] ?? 0;
    const [found] = contracts.find(
      {
        symbol: underlying?.listing.symbol,
        secType: 'OPT',
        expiry: lastTradeDate.replaceAll('-', ''),
        strike,
        right,
        tradingClass: listed?.root.root,
      },
      today,
    );
    return found as OptionInstrument;
  });

describe('quotes', () => {
  test('are never crossed, lie on the ticks of their class and never below zero', () => {
    fc.assert(
      fc.property(anyOption, fc.nat(1e6), fc.integer({ min: 0, max: 6 * 3_600_000 }), (option, seed, later) => {
        const quote = marketOf(seed).quote(option, START + later);
        const { bid = NaN, ask = NaN } = quote;
        expect(bid).toBeGreaterThanOrEqual(0);
        expect(ask).toBeGreaterThan(bid);
        expect(isOnTick(bid, ruleOf(option).increments)).toBe(true);
        expect(isOnTick(ask, ruleOf(option).increments)).toBe(true);
        expect(Math.min(quote.bidSize, quote.askSize)).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 400 },
    );
  });

  test('contain the model price, to within a tick', () => {
    fc.assert(
      fc.property(anyOption, fc.nat(1e6), (option, seed) => {
        const market = marketOf(seed);
        const { price } = market.model(option, START);
        const { bid = NaN, ask = NaN } = market.quote(option, START);
        expect(bid).toBeLessThanOrEqual(price + 0.1);
        expect(ask).toBeGreaterThanOrEqual(price - 0.1);
      }),
      { numRuns: 200 },
    );
  });

  test('of verticals are worth between nothing and their width: always by model, nearly always at mid', () => {
    const today = calendar.dayAt(START);
    let outside = 0;
    let pairs = 0;
    for (const symbol of ['SPY', 'TSLA', 'KO', 'NIO', 'BRK B']) {
      const market = marketOf(3);
      for (const right of ['C', 'P'] as const) {
        const options = contracts.find({ symbol, secType: 'OPT', right }, today) as OptionInstrument[];
        for (const [i, low] of options.entries()) {
          const high = options[i + 1];
          if (!high || high.expiry !== low.expiry || high.root !== low.root) continue;
          const sign = right === 'C' ? 1 : -1;
          const width = high.strike - low.strike;
          const model = sign * (market.model(low, START).price - market.model(high, START).price);
          expect(model, `${symbol} ${low.expiry} ${low.strike}`).toBeGreaterThanOrEqual(-1e-6);
          expect(model, `${symbol} ${low.expiry} ${low.strike}`).toBeLessThanOrEqual(width + 1e-6);
          const mid = sign * ((midOf(market.quote(low, START)) ?? NaN) - (midOf(market.quote(high, START)) ?? NaN));
          pairs++;
          if (mid < -1e-9 || mid > width + 1e-9) outside++;
        }
      }
    }
    expect(pairs).toBeGreaterThan(3000);
    expect(outside / pairs).toBeLessThan(0.05);
  });

  test('change several times a second for a busy option, and keep still within a step', () => {
    const market = marketOf(9);
    const [option] = contracts.find(
      { symbol: 'SPY', secType: 'OPT', expiry: '20251219', right: 'C', strike: 590 },
      calendar.dayAt(START),
    );
    if (!option) throw new Error('not listed');
    const texts = Array.from({ length: 40 }, (_, i) => JSON.stringify(market.quote(option, START + i * 250)));
    expect(new Set(texts).size).toBeGreaterThan(25);
    expect(market.quote(option, START)).toEqual(market.quote(option, START + 249));
  });
});

describe('the path', () => {
  test('is the same whoever asks, in any order', () => {
    const apple = contracts.underlying('AAPL');
    if (!apple) throw new Error('not listed');
    const instants = Array.from({ length: 200 }, (_, i) => START + i * 977_000);
    const forwards = instants.map((at) => marketOf(4).stateAt(apple, at));
    const market = marketOf(4);
    const backwards = [...instants]
      .reverse()
      .map((at) => market.stateAt(apple, at))
      .reverse();
    expect(backwards).toEqual(forwards);
    expect(marketOf(5).stateAt(apple, START)).not.toEqual(forwards[0]);
  });

  test('moves as its vol says: realised over 8 years near the listed vol', () => {
    const spx = contracts.underlying('SPX');
    if (!spx) throw new Error('not listed');
    const market = marketOf(21);
    const closes: number[] = [];
    for (let day = calendar.dayAt(START) - 8 * 365; day < calendar.dayAt(START); day++) {
      if (calendar.isTradingDay(day)) closes.push(Math.log(market.stateAt(spx, calendar.session(day).closeMs).spot));
    }
    const moves = closes.slice(1).map((close, i) => close - (closes[i] ?? 0));
    const stdDev = Math.sqrt(moves.reduce((sum, m) => sum + m * m, 0) / moves.length);
    expect(stdDev * Math.sqrt(252)).toBeGreaterThan(0.1);
    expect(stdDev * Math.sqrt(252)).toBeLessThan(0.2);
  });

  test('stays plausible: near the listed level on any day of ten years, the calmer the name the nearer', () => {
    const market = marketOf(1);
    for (const underlying of contracts.underlyings) {
      const { basePrice, baseVol } = underlying.listing;
      for (let year = 0; year < 10; year++) {
        const { spot, vol30 } = market.stateAt(underlying, START - year * 365 * DAY_MS);
        const reach = baseVol > 0.5 ? 5 : baseVol > 0.25 ? 3 : 2;
        expect(spot / basePrice).toBeGreaterThan(1 / reach);
        expect(spot / basePrice).toBeLessThan(reach);
        expect(vol30 / baseVol).toBeGreaterThan(0.35);
        expect(vol30 / baseVol).toBeLessThan(2.9);
      }
    }
  });

  test('of SPY and XSP is that of SPX, a tenth', () => {
    const market = marketOf(8);
    const spot = (symbol: string): number => {
      const underlying = contracts.underlying(symbol);
      return underlying ? market.stateAt(underlying, START).spot : NaN;
    };
    expect(spot('SPY') * 10).toBeCloseTo(spot('SPX'), 0);
    expect(spot('XSP') * 10).toBeCloseTo(spot('SPX'), 0);
  });

  test('stands still while the exchange is shut, and gaps to the open', () => {
    const market = marketOf(2, 'exchange');
    const spy = contracts.underlying('SPY');
    if (!spy) throw new Error('not listed');
    const night = Date.UTC(2025, 10, 21, 4, 0);
    expect(market.isOpen(night)).toBe(false);
    expect(market.state(spy, night).spot).toBe(market.state(spy, night + 6 * 3_600_000).spot);
    expect(market.isOpen(START)).toBe(true);
  });
});

describe('open interest and volume', () => {
  let interests: { z: number; interest: number }[] = [];
  beforeAll(() => {
    const market = marketOf(6);
    const options = contracts.find(
      { symbol: 'SPY', secType: 'OPT', expiry: '20251219' },
      calendar.dayAt(START),
    ) as OptionInstrument[];
    interests = options.map((o) => ({
      z: Math.abs(o.strike / 590 - 1),
      interest: market.quote(o, START).openInterest ?? 0,
    }));
  });

  test('are large near the money and thin in the wings', () => {
    const mean = (of: { interest: number }[]): number => of.reduce((sum, o) => sum + o.interest, 0) / of.length;
    expect(mean(interests.filter((o) => o.z < 0.05))).toBeGreaterThan(8 * mean(interests.filter((o) => o.z > 0.25)));
  });
});
