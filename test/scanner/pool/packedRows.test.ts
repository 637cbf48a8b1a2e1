import { expect, test } from 'vitest';
import { RANK_MEASURES } from '../../../scanner/domain/profile.ts';
import type { LegQuote, RowScore, Spread } from '../../../scanner/domain/spread.ts';
import { GroupNumbers, packRows, unpackRows } from '../../../scanner/pool/packedRows.ts';
import { rankedRow } from '../../../scanner/scan/shardRows.ts';

const group = { symbol: 'SPX', root: 'SPXW', expiry: '2023-10-20', multiplier: 100, firstRow: 0, rowCount: 9, slot: 0 };
const groups = new GroupNumbers([
  { ...group, right: 'C' },
  { ...group, right: 'P' },
]);

const leg = (strike: number): LegQuote => ({
  strike,
  conId: 1000 + strike,
  bid: strike / 100,
  ask: undefined,
  iv: 0.2,
  delta: -0.3,
  openInterest: 0,
  volume: undefined,
  quotedAtMs: 1_694_721_600_000,
});

/** Every field that a row can have, each with a number of its own. */
const vertical: Spread = {
  id: 'SPX|SPXW|2023-10-20|P|430|425|bullPut',
  ...{ symbol: 'SPX', root: 'SPXW', strategy: 'bullPut', expiry: '2023-10-20', right: 'P', evLens: 'rnd' },
  ...{ dte: 36, shortStrike: 430, longStrike: 425, width: 5, credit: 1.25, mid: 1.2, natural: 1.1, maxProfit: 125 },
  ...{ maxLoss: 375, breakEven: 428.75, upperBreakEven: undefined, pop: 0.7, touch: 0.5, probShortOtm: 0.68 },
  ...{ creditToWidth: 0.25, returnOnRisk: 1 / 3, annualised: 3.4, ev: 0.01, evToRisk: 0.002, shortDelta: -0.3 },
  ...{ longDelta: -0.25, netDelta: 0.05, netGamma: -0.001, netTheta: 0.02, netVega: undefined, shortIv: 0.2 },
  ...{ longIv: 0.21, openInterest: 10, volume: 0, bidAskPercent: 0.1, liquidity: 0.4, distancePercent: 0.05 },
  ...{ distanceSigma: 1.1, ivRank: 12, ivPercentile: undefined, greeks: 'model' },
  short: leg(430),
  long: leg(425),
};

const condor: Spread = {
  ...vertical,
  id: 'SPX|SPXW|2023-10-20|P|430|425|ironCondor|460|470',
  strategy: 'ironCondor',
  touch: undefined,
  width: 10,
  upperBreakEven: 461.25,
  callWing: { shortStrike: 460, longStrike: 470, width: 10, short: leg(460), long: leg(470) },
};

const score: RowScore = {
  score: 0.9,
  terms: [
    { measure: RANK_MEASURES[2], value: -2, normalised: 0.25, weight: -0.5, share: -0.125 },
    { measure: RANK_MEASURES[0], value: 3, normalised: 1, weight: 0.5, share: 0.5 },
  ],
};

/** Terms in the order in which they travel. */
const ordered = <Row extends RowScore>(row: Row): Row => ({
  ...row,
  terms: row.terms.toSorted((a, b) => RANK_MEASURES.indexOf(a.measure) - RANK_MEASURES.indexOf(b.measure)),
});

test('verticals and condors arrive as they left, with what is missing missing', () => {
  const rows = [
    { key: 0.9, row: vertical, ...score },
    { key: -Infinity, row: condor, ...score },
  ];
  const packed = structuredClone(packRows(rows, groups));
  expect(unpackRows(packed, groups)).toEqual(rows.map(ordered).map(rankedRow));
});

test('a row of another chain is refused', () => {
  const packed = packRows([{ key: 1, row: { ...vertical, root: 'SPX' }, ...score }], groups);
  expect(() => unpackRows(packed, groups)).toThrow(RangeError);
});
