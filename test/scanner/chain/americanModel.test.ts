import { expect, test } from 'vitest';
import { ChainWriter } from '../../../scanner/chain/chainWriter.ts';
import { computeModelGreeks } from '../../../scanner/chain/modelGreeks.ts';
import { AmericanModel } from '../../../scanner/chain/americanModel.ts';
import { americanPrice } from '../../../scanner/math/american.ts';

const NOW = Date.UTC(2023, 8, 14, 20, 0);
const EXPIRY = '2025-03-21';
const YEARS = (Date.UTC(2025, 2, 21, 20, 0) - NOW) / (365 * 86_400_000);
const RATE = 0.05;
const VOL = 0.25;
const STRIKES = [85, 90, 95, 100, 105, 110, 115];

/** Quotes of a flat vol and a small yield, by the slow solver. */
function acme(dividendYield: number, amount = 0): ChainWriter {
  const writer = new ChainWriter(32);
  writer.underlying('ACME', { last: 100 }, NOW);
  const dividends = amount > 0 ? [{ years: (Date.UTC(2024, 8, 16, 13, 30) - NOW) / (365 * 86_400_000), amount }] : [];
  let conId = 1;
  for (const right of ['C', 'P'] as const) {
    writer.contracts(
      STRIKES.map((strike, i) => {
        return { symbol: 'ACME', root: 'ACME', expiry: EXPIRY, right, strike, multiplier: 100, conId: conId + i };
      }),
    );
    for (const strike of STRIKES) {
      const terms = { right, spot: 100, strike, years: YEARS, rate: RATE, dividendYield, vol: VOL, dividends };
      const mid = americanPrice(terms);
      writer.option(conId++, { bid: mid - 0.01, ask: mid + 0.01 }, NOW);
    }
  }
  return writer;
}

function vols(writer: ChainWriter, options: Parameters<typeof computeModelGreeks>[2] = {}): number[] {
  const chain = writer.chain();
  computeModelGreeks(chain, { rate: RATE, nowMs: NOW }, options);
  return [...chain.columns.modelIv.subarray(0, 2 * STRIKES.length)];
}

test('calls and puts of American quotes get the vol that made them', () => {
  const found = vols(acme(0.01));
  expect(found).toHaveLength(2 * STRIKES.length);
  for (const vol of found) expect(Math.abs(vol - VOL)).toBeLessThan(2e-4);
});

test('so they do with a dividend in cash that is known', () => {
  const writer = acme(0, 2);
  const chain = writer.chain();
  const dividends = { ACME: [{ exDate: '2024-09-16', amount: 2 }] };
  computeModelGreeks(chain, { rate: RATE, nowMs: NOW, dividends });
  for (const vol of chain.columns.modelIv.subarray(0, 2 * STRIKES.length)) {
    expect(Math.abs(vol - VOL)).toBeLessThan(5e-4);
  }
});

test('what is kept serves the next tick and the next minute, and gives way when the yield moves', () => {
  const american = new AmericanModel();
  vols(acme(0.01), { american });
  const sure = vols(acme(0.0101), { american });
  for (const vol of sure) expect(Math.abs(vol - VOL)).toBeLessThan(2e-4);
  const moved = vols(acme(0.04), { american });
  for (const vol of moved) expect(Math.abs(vol - VOL)).toBeLessThan(2e-4);
});
