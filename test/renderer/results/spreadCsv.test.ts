import { expect, test } from 'vitest';
import { spreadCsv } from '../../../renderer/results/spreadCsv.ts';
import { exampleCondor, exampleRow } from '../../engine/scan/exampleRow.ts';

const column = (id: string, title = id) => ({ id, title });

test('strikes and break-evens are columns of their own, of a condor all four and both', () => {
  const columns = [column('symbol', 'Symbol'), column('strategy', 'Strategy'), column('strikes'), column('breakEven')];
  expect(spreadCsv([exampleRow(), exampleCondor()], columns).split('\r\n')).toEqual([
    'Symbol,Strategy,Sold,Bought,Call sold,Call bought,B/E,Upper B/E',
    'AMD,bull put,100,95,,,99,',
    'AMD,iron condor,100,95,120,130,97.65,122.35',
  ]);
});

test('numbers are not rounded, what is not known is empty', () => {
  const row = exampleRow({ credit: 1.005, pop: undefined });
  expect(spreadCsv([row], [column('credit'), column('pop'), column('ev')])).toBe('credit,pop,ev\r\n1.005,,-0.007');
});

test('what would break a line or a column is quoted', () => {
  expect(spreadCsv([exampleRow({ symbol: 'A,"B"' })], [column('symbol', 'a\nb')])).toBe('"a\nb"\r\n"A,""B"""');
});
