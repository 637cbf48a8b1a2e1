import { expect, test } from 'vitest';
import { openChain } from '../../../scanner/chain/chain.ts';
import { ChainWriter } from '../../../scanner/chain/chainWriter.ts';
import type { ExpiryMarket } from '../../../scanner/chain/expiryMarket.ts';
import { scratchQuotes } from '../../../scanner/chain/groupQuotes.ts';
import { ModelColumns } from '../../../scanner/chain/modelColumns.ts';
import { AmericanExpiry } from '../../../scanner/math/americanExpiry.ts';

const NOW = Date.UTC(2023, 8, 14, 20, 0);
const STRIKES = [90, 95, 100, 105, 110];
const market: ExpiryMarket = {
  ...{ spot: 100, atMs: NOW, dte: 91, years: 0.25, rate: 0.04, discount: Math.exp(-0.01) },
  ...{ forward: 101, dividendYield: 0.0002, dividends: [] },
};

/** The puts of a share, whose valuations are counted. */
function putsOfAShare() {
  const writer = new ChainWriter(16);
  const option = { symbol: 'ACME', root: 'ACME', expiry: '2023-12-15', right: 'P' as const, multiplier: 100 };
  writer.contracts(STRIKES.map((strike, i) => ({ ...option, strike, conId: i + 1 })));
  const chain = openChain(writer.handle());
  const [group] = chain.groups;
  if (!group) throw new Error('the chain has no group');
  for (const [i, strike] of STRIKES.entries()) {
    const mid = Math.max(0, strike - 100) + 4 - Math.abs(strike - 100) / 4;
    writer.quoteRow(group.firstRow + i, { bid: mid - 0.05, ask: mid + 0.05 }, NOW);
  }
  const counted = { valuations: 0 };
  const american = new AmericanExpiry({ right: 'P', years: 0.25, rate: 0.04, dividendYield: 0 });
  const columns = new ModelColumns(chain, () => {
    counted.valuations++;
    return american;
  });
  return { writer, chain, group, columns, counted };
}

const quotesOf = ({ chain, group }: ReturnType<typeof putsOfAShare>) => {
  const { quotes, generation } = scratchQuotes(chain, group);
  const { strike, bid, ask } = quotes;
  return { group, market, strike: strike.slice(), bid: bid.slice(), ask: ask.slice(), generation };
};

test('a group is valued again when a quote or its market is another one, and only then', () => {
  const { writer, group, columns, counted } = putsOfAShare();
  expect([columns.value(group, market), columns.value(group, market)]).toEqual([5, 5]);
  expect(counted.valuations).toBe(1);
  writer.quoteRow(group.firstRow, { bid: 0, ask: 0 }, NOW);
  expect(columns.value(group, market)).toBe(4);
  expect(columns.value(group, { ...market, spot: 100.5 })).toBe(4);
  expect(counted.valuations).toBe(3);
});

test('copies are of the quotes that are given, whatever has been quoted and valued since', () => {
  const share = putsOfAShare();
  const { writer, chain, group, columns, counted } = share;
  const before = quotesOf(share);
  const copies = new Float64Array(STRIKES.length);
  columns.copy(before, 'iv', copies);
  expect([...copies]).toEqual([...chain.columns.modelIv.slice(group.firstRow, group.firstRow + 5)]);
  writer.quoteRow(group.firstRow + 2, { bid: 6, ask: 6.1 }, NOW);
  columns.value(group, market);
  expect(chain.columns.modelIv[group.firstRow + 2]).toBeGreaterThan(copies[2] ?? NaN);
  const again = new Float64Array(copies.length);
  columns.copy(before, 'iv', again);
  expect(again).toEqual(copies);
  expect(counted.valuations).toBe(3);
});

test('a group that is blanked has no value, and is valued again', () => {
  const { chain, group, columns, counted } = putsOfAShare();
  columns.value(group, market);
  columns.blank(group);
  expect(chain.columns.modelDelta.slice(group.firstRow, group.firstRow + 5).every(Number.isNaN)).toBe(true);
  columns.value(group, market);
  expect(counted.valuations).toBe(2);
});
