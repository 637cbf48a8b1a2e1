import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContractBook } from '../../../../broker/simulator/core/contractBook.ts';
import { MAX_CLASSES, optionConId, parseOptionConId } from '../../../../broker/simulator/core/contractIds.ts';
import { dayNumber, isoDate, TradingCalendar } from '../../../../broker/simulator/core/tradingCalendar.ts';
import { UNIVERSE } from '../../../../broker/simulator/core/universe.ts';

const calendar = new TradingCalendar();
const book = new ContractBook(UNIVERSE, calendar);
const TODAY = dayNumber('2025-11-20');

describe('the calendar', () => {
  // From the exchange's own calendar of 2025 and 2026.
  test.each([
    [
      '2025-01-01',
      '2025-01-20',
      '2025-02-17',
      '2025-04-18',
      '2025-05-26',
      '2025-06-19',
      '2025-07-04',
      '2025-09-01',
      '2025-11-27',
      '2025-12-25',
    ],
    [
      '2026-01-01',
      '2026-01-19',
      '2026-02-16',
      '2026-04-03',
      '2026-05-25',
      '2026-06-19',
      '2026-07-03',
      '2026-09-07',
      '2026-11-26',
      '2026-12-25',
    ],
  ])('knows the holidays of a year from %s on, and no others', (...holidays) => {
    const year = Number(holidays[0].slice(0, 4));
    const found: string[] = [];
    for (let day = dayNumber(`${year}-01-01`); day < dayNumber(`${year + 1}-01-01`); day++) {
      const weekend = [0, 6].includes(new Date(day * 86_400_000).getUTCDay());
      if (!weekend && !calendar.isTradingDay(day)) found.push(isoDate(day));
    }
    expect(found).toEqual(holidays);
  });

  test('opens 09:30 and closes 16:00 in New York, 13:00 after Thanksgiving, through both clock changes', () => {
    const hours = (date: string): string[] => {
      const { openMs, closeMs } = calendar.session(dayNumber(date));
      return [new Date(openMs).toISOString().slice(11, 16), new Date(closeMs).toISOString().slice(11, 16)];
    };
    expect(hours('2025-03-07')).toEqual(['14:30', '21:00']);
    expect(hours('2025-03-10')).toEqual(['13:30', '20:00']);
    expect(hours('2025-11-28')).toEqual(['14:30', '18:00']);
  });

  test('finds the day of any instant as the midnight of New York says', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2029, 0, 1) }), (ms) => {
        const parts = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(ms);
        expect(isoDate(calendar.dayAt(ms))).toBe(parts);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the listing', () => {
  test('has at least 60 underlyings, the four indexes, and distinct symbols', () => {
    expect(UNIVERSE.length).toBeGreaterThanOrEqual(60);
    expect(UNIVERSE.filter((l) => l.secType === 'IND').map((l) => l.symbol)).toEqual(['SPX', 'XSP', 'NDX', 'RUT']);
    expect(new Set(UNIVERSE.map((l) => l.symbol)).size).toBe(UNIVERSE.length);
  });

  const expiries = (symbol: string, root: string, today = TODAY): string[] => {
    const underlying = book.underlying(symbol);
    const listed = underlying && book.rootsOf(underlying).find((r) => r.root.root === root);
    return listed?.expiries(today).map((e) => e.lastTradeDate) ?? [];
  };

  test('has daily, weekly, monthly and LEAPS expiries, AM roots ending on the Thursday', () => {
    expect(expiries('SPY', 'SPY').slice(0, 5)).toEqual([
      '2025-11-20',
      '2025-11-21',
      '2025-11-24',
      '2025-11-25',
      '2025-11-26',
    ]);
    expect(expiries('SPX', 'SPX').slice(0, 3)).toEqual(['2025-11-20', '2025-12-18', '2026-01-15']);
    expect(expiries('SPX', 'SPXW')).toContain('2025-12-19');
    expect(expiries('AAPL', 'AAPL').slice(0, 3)).toEqual(['2025-11-21', '2025-11-28', '2025-12-05']);
    expect(expiries('AAPL', 'AAPL').at(-1)).toBe('2028-01-21');
    expect(expiries('JNJ', 'JNJ').slice(0, 2)).toEqual(['2025-11-21', '2025-12-19']);
  });

  test('expires on the Thursday when Good Friday is the third Friday', () => {
    expect(expiries('JNJ', 'JNJ', dayNumber('2025-04-01'))[0]).toBe('2025-04-17');
  });

  test('has room in its contract ids for every strike of every class', () => {
    for (const underlying of book.underlyings) {
      for (const listed of book.rootsOf(underlying)) {
        const [first] = listed.expiries(TODAY);
        const monthly = listed.expiries(TODAY).find((e) => e.monthly) ?? first;
        for (const strike of listed.strikes(monthly?.expiry ?? '', TODAY)) {
          expect(listed.strikeNumber(strike), `${listed.root.root} ${strike}`).toBeLessThan(4096);
        }
      }
    }
  });

  test('has no strike in sec-def parameters that no expiry lists, and wings coarser than the middle', () => {
    const spy = book.underlying('SPY');
    const listed = spy && book.rootsOf(spy)[0];
    const strikes = listed?.strikes('2025-12-19', TODAY) ?? [];
    const steps = strikes.slice(1).map((strike, i) => strike - (strikes[i] ?? 0));
    expect(Math.min(...steps)).toBe(1);
    expect(steps[0]).toBe(5);
    expect(strikes.length).toBeGreaterThan(120);
  });
});

describe('contract ids', () => {
  test('unpack to what they were made of', () => {
    fc.assert(
      fc.property(
        fc.record({
          classIndex: fc.integer({ min: 0, max: MAX_CLASSES - 1 }),
          day: fc.integer({ min: TODAY - 100, max: TODAY + 900 }),
          strikeNumber: fc.integer({ min: 0, max: 4095 }),
          right: fc.constantFrom('C' as const, 'P' as const),
        }),
        (key) => {
          const conId = optionConId(key);
          expect(conId).toBeLessThan(2 ** 31);
          expect(parseOptionConId(conId, TODAY)).toEqual(key);
        },
      ),
    );
  });

  test('of all listed options are distinct, resolve to themselves, and are the same in another book', () => {
    const other = new ContractBook(UNIVERSE, new TradingCalendar());
    const seen = new Set<number>();
    for (const symbol of ['SPX', 'SPY', 'NDX', 'AAPL', 'BRK B', 'COST', 'NIO']) {
      for (const option of book.find({ symbol, secType: 'OPT' }, TODAY)) {
        expect(seen.has(option.conId)).toBe(false);
        seen.add(option.conId);
        expect(book.byId(option.conId, TODAY)).toEqual(option);
        expect(other.byId(option.conId, TODAY)?.conId).toBe(option.conId);
      }
    }
    expect(seen.size).toBeGreaterThan(20_000);
  });

  test('of what is not listed are unknown', () => {
    expect(book.byId(1, TODAY)).toBeUndefined();
    expect(book.byId(2 ** 31 - 1, TODAY)).toBeUndefined();
    expect(book.find({ symbol: 'SPY', secType: 'OPT', expiry: '20251219', right: 'C', strike: 590.25 }, TODAY)).toEqual(
      [],
    );
  });

  test('are found by OCC symbol too', () => {
    const [option] = book.find({ symbol: 'SPY', secType: 'OPT', localSymbol: 'SPY   251219P00590000' }, TODAY);
    expect(option).toMatchObject({ strike: 590, right: 'P', expiry: '2025-12-19' });
  });
});
