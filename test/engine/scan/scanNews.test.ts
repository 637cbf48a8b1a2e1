import { beforeEach, describe, expect, test } from 'vitest';
import { DeskLog } from '../../../electron/engine/desk/deskLog.ts';
import { ScanNews } from '../../../electron/engine/scan/scanNews.ts';
import { fakeClock, type FakeClock } from '../../fakeClock.ts';
import { quietLog } from '../quietLog.ts';
import { exampleRow } from './exampleRow.ts';

const summary = { asOf: '', contracts: 10, pairs: 517_844, survivors: 444, funnel: [], tookMs: 11.4 };
const rows = (...strikes: number[]) =>
  strikes.map((shortStrike) => exampleRow({ shortStrike, longStrike: shortStrike - 5 }));
let clock: FakeClock;
let log: DeskLog;
let news: ScanNews;
const tell = (strikes: number[], complete = true) => {
  news.tell({ name: 'Puts', rows: rows(...strikes), summary, complete });
};
const alerts = () => log.lines.filter(({ kind }) => kind === 'alert').map(({ text }) => text);

beforeEach(() => {
  clock = fakeClock();
  log = new DeskLog(clock, quietLog());
  news = new ScanNews(clock, log);
});

describe('new matches', () => {
  test('what is there when the load ends is no news, what comes later is', () => {
    tell([100], false);
    tell([100, 101]);
    expect(alerts()).toEqual([]);
    tell([100, 101, 102]);
    expect(alerts()).toEqual(['AMD 102/97 bull put 18 Dec 2026 is new in Puts, score 0.50']);
  });

  test('a spread that comes and goes is told of once in ten minutes', () => {
    tell([100]);
    for (let i = 0; i < 20; i++) {
      clock.advance(20_000);
      tell(i % 2 === 0 ? [100, 101] : [100]);
    }
    expect(alerts()).toHaveLength(1);
    clock.advance(10 * 60_000 + 1);
    tell([100, 101]);
    expect(alerts()).toHaveLength(3);
  });

  test('many at once are counted', () => {
    tell([100]);
    tell([100, 101, 102, 103, 104, 105]);
    expect(alerts()).toHaveLength(3);
    expect(alerts()[2]).toBe('3 more are new in Puts');
  });

  test('what is new within a minute of an alert is told together at its end', () => {
    tell([100]);
    tell([100, 101]);
    clock.advance(10_000);
    tell([100, 101, 102]);
    clock.advance(10_000);
    tell([100, 101, 102, 103]);
    expect(alerts()).toHaveLength(1);
    clock.advance(40_000);
    tell([100, 101, 102, 103, 104]);
    expect(alerts()).toHaveLength(4);
    expect(alerts()[3]).toBe('1 more is new in Puts');
  });

  test('a changed question starts over', () => {
    tell([100]);
    news.restart();
    tell([100, 101]);
    expect(alerts()).toEqual([]);
  });
});

test('the first complete scan says what it found, once', () => {
  tell([100], false);
  tell([100]);
  tell([100]);
  expect(log.lines.map(({ text }) => text)).toEqual(['Scan Puts: 517,844 spreads, 444 match, 11 ms']);
});

test('the log keeps 500 lines and says which one it dropped', () => {
  const dropped: (string | undefined)[] = [];
  log.onLine((_line, gone) => dropped.push(gone));
  for (let i = 0; i < 502; i++) log.info(`line ${i}`);
  expect(log.lines).toHaveLength(500);
  expect(log.lines[0]?.text).toBe('line 2');
  expect(dropped.filter((gone) => gone !== undefined)).toEqual(['1', '2']);
});
