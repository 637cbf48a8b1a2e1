import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cashBaseline } from '../../../../scanner/math/cashBaseline.ts';
import { CashStrikes } from '../../../../scanner/math/cashStrikes.ts';
import { americanVolColumns } from '../../../../scanner/math/americanVolColumns.ts';
import { americanPrice } from '../../../../scanner/math/american.ts';
import { AmericanGrid } from '../../../../scanner/math/americanGrid.ts';
import { blackValueColumns } from '../../../../scanner/math/blackValueColumns.ts';
import { EarlyExerciseTable, earlyExerciseValues } from '../../../../scanner/math/earlyExerciseTable.ts';
import { BLOCK, endBlock, optionBlock, type OptionBlock } from '../../../../scanner/math/optionBlock.ts';
import type { PremiumTable } from '../../../../scanner/math/premiumTable.ts';
import { KERNELS } from './kernels.ts';

const FAST = KERNELS.filter(({ kernel }) => kernel !== 'plain');
const plain = optionBlock('plain');

/** Puts the same options into a kernel's block and into the plain one. */
function fill(block: OptionBlock, options: readonly { vol: number; x: number; moneyness: number }[]): void {
  for (const one of [block, plain]) {
    for (const [n, { vol, x, moneyness }] of options.entries()) {
      one.keys[n] = 0;
      one.vols[n] = vol;
      one.logVols[n] = Math.log(vol);
      one.xs[n] = x;
      one.moneyness[n] = moneyness;
    }
    endBlock(one, options.length);
  }
}

/** NaN both, or as near as rounding allows. `scale` is the size of the terms that cancel. */
function expectSame(found: number | undefined, wanted: number | undefined, scale = 0): void {
  if (Object.is(found, wanted)) return;
  const most = 1e-12 * (Math.abs(wanted ?? NaN) + scale);
  expect(Math.abs((found ?? NaN) - (wanted ?? NaN)), `${found} for ${wanted}`).toBeLessThanOrEqual(most);
}

const options = fc.array(
  fc.record({
    vol: fc.double({ min: 0.02, max: 5, noNaN: true }),
    x: fc.double({ min: -2, max: 2, noNaN: true }),
    moneyness: fc.double({ min: -3, max: 0, noNaN: true }),
  }),
  { minLength: 1, maxLength: 9 },
);

/** A month and four years; with a yield below the rate and above it. */
const TERMS = [
  { years: 0.08, rate: 0.045, dividendYield: 0.013 },
  { years: 4, rate: 0.045, dividendYield: 0.06 },
];

describe.each(FAST)('$name and plain give the same', ({ kernel }) => {
  const block = optionBlock(kernel);

  test('Black values, densities and logarithms', () => {
    fc.assert(
      fc.property(options, fc.double({ min: 0.01, max: 2, noNaN: true }), (list, rootYears) => {
        fill(block, list);
        blackValueColumns(plain, list.length, rootYears);
        blackValueColumns(block, list.length, rootYears);
        for (const n of list.keys()) {
          expectSame(block.logVols[n], plain.logVols[n], 1e-3);
          // A difference of two ratios, of which a short standard deviation leaves few digits.
          expectSame(block.values[n], plain.values[n], 0.01 * (plain.densities[n] ?? NaN));
          expectSame(block.densities[n], plain.densities[n], 1e-300);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test.each(TERMS)('early-exercise premiums and their derivatives: $years years', (terms) => {
    const table = new EarlyExerciseTable(earlyExerciseValues(terms), terms.years);
    const seen = { exercised: 0, none: 0, some: 0 };
    fc.assert(
      fc.property(options, (list) => {
        fill(block, list);
        table.bentColumns(list.length, plain);
        table.bentColumns(list.length, block);
        const bent = Float64Array.from(block.premiums);
        for (const [n, { vol }] of list.entries()) {
          const premium = plain.premiums[n] ?? NaN;
          seen[premium > 0 ? 'some' : premium === 0 ? 'none' : 'exercised']++;
          expectSame(block.premiums[n], premium);
          const byX = 4 / (vol * Math.sqrt(terms.years));
          expectSame(block.byVol[n], plain.byVol[n], premium * (byX / vol + 100 / vol));
          if (Number.isNaN(premium)) continue;
          expectSame(block.byX[n], plain.byX[n], premium * byX);
          expectSame(block.byXX[n], plain.byXX[n], premium * byX * byX);
        }
        table.columns(list.length, plain);
        table.columns(list.length, block);
        expect(block.premiums.slice(0, list.length)).toEqual(bent.slice(0, list.length));
        for (const [n, { vol }] of list.entries()) {
          const premium = plain.premiums[n] ?? NaN;
          expectSame(block.premiums[n], premium);
          expectSame(block.byVol[n], plain.byVol[n], (premium * (4 / Math.sqrt(terms.years) + 100)) / vol);
        }
      }),
      { numRuns: 3000 },
    );
    // What is compared is of all three kinds.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(30);
  });

  test('premiums of a table after those of another one', () => {
    const [first, second] = TERMS.map((terms) => new EarlyExerciseTable(earlyExerciseValues(terms), terms.years)) as [
      EarlyExerciseTable,
      EarlyExerciseTable,
    ];
    for (const table of [first, second, first]) {
      fill(block, [{ vol: 0.3, x: 0.05, moneyness: 0 }]);
      table.columns(1, plain);
      table.columns(1, block);
      expect(plain.premiums[0]).toBeGreaterThan(1e-6);
      expectSame(block.premiums[0], plain.premiums[0]);
    }
  });
});

describe.each(FAST)('grids in the memory of $name', ({ kernel }) => {
  const accuracy = { cell: 0.08, reach: 7, steps: 40 };

  test('find what plain ones do', () => {
    let exercised = 0;
    fc.assert(
      fc.property(
        fc.record({
          isCall: fc.boolean(),
          years: fc.double({ min: 0.02, max: 2, noNaN: true }),
          // Without any interest holding a put is worth what exercising it is, and rounding decides.
          rate: fc.oneof(fc.constant(-0.01), fc.double({ min: 0.002, max: 0.08, noNaN: true })),
          dividendYield: fc.constantFrom(0, 0.03),
          vol: fc.double({ min: 0.08, max: 1, noNaN: true }),
          amount: fc.double({ min: 0, max: 0.03, noNaN: true }),
        }),
        ({ amount, ...rest }) => {
          const amounts = [1, 1.1, 1.2, 1.3].map((times) => times * amount);
          const terms = {
            ...rest,
            ...{ dividendYears: [0.4 * rest.years, 0.8 * rest.years], laterYears: [0.01 * rest.years] },
            amounts: [Float64Array.from(amounts), Float64Array.from(amounts)],
          };
          const [swept, wanted] = [kernel, 'plain' as const].map(
            (one) => new AmericanGrid(terms, accuracy, one).moments,
          );
          for (const [k, moment] of (wanted ?? []).entries()) {
            for (const lane of [0, 1, 2, 3]) {
              const edge = moment.edge(lane);
              if (edge < Infinity) exercised++;
              for (let z = -4; z <= 4; z += 0.5) {
                const x = z * rest.vol * Math.sqrt(rest.years);
                expectSame(swept?.[k]?.at(x, lane), moment.at(x, lane), 1);
              }
              // It follows from the root of a value that is nearly nothing, and from noise where nothing is gained by it.
              if (!(rest.rate > 0.005 && amount > 5e-4)) continue;
              expect(Math.abs((swept?.[k]?.edge(lane) ?? NaN) - edge) > 1e-6).toBe(false);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(exercised).toBeGreaterThan(100);
  });

  test('keep what they found when the next one is made', () => {
    const terms = { isCall: false, years: 1, rate: 0.05, dividendYield: 0, vol: 0.2, dividendYears: [], amounts: [] };
    const first = new AmericanGrid(terms, accuracy, kernel);
    const before = first.at(0, 0);
    const second = new AmericanGrid({ ...terms, vol: 0.4 }, accuracy, kernel);
    expect(first.at(0, 0)).toBe(before);
    expect(second.at(0, 0)).toBeGreaterThan(before + 0.05);
  });

  test('are plain where they do not fit', () => {
    const terms = { isCall: false, years: 1, rate: 0.05, dividendYield: 0, vol: 0.2, dividendYears: [], amounts: [] };
    const wide = { cell: 0.003, reach: 15, steps: 20 };
    expect(new AmericanGrid(terms, wide, kernel).at(0, 0)).toBe(new AmericanGrid(terms, wide).at(0, 0));
  });
});

const SPOT = 450;

/** An expiry's search, by yield and with a cash dividend, and its options: strikes within three standard deviations. */
function searchOf(hasDividend: boolean, size: number) {
  const dividends = hasDividend ? [{ years: 0.1, amount: 1.6 }] : [];
  const terms = { years: 0.4, rate: 0.045, dividendYield: hasDividend ? 0 : 0.013 };
  const baseline = cashBaseline(terms, dividends);
  const source: PremiumTable = hasDividend
    ? new CashStrikes({ ...terms, isCall: false, dividends }).at(SPOT)
    : new EarlyExerciseTable(earlyExerciseValues(terms), terms.years);
  const vols = Float64Array.from({ length: size }, (_, i) => 0.15 + 0.2 * ((i * 7) % 11) * 0.1);
  const strikes = vols.map((vol, i) => SPOT * Math.exp((6 * ((i + 0.5) / size) - 3) * vol * Math.sqrt(terms.years)));
  const prices = strikes.map((strike, i) =>
    americanPrice({ ...terms, dividends, right: 'P', spot: SPOT, strike, vol: vols[i] ?? NaN }),
  );
  const search = {
    ...{ isCall: false, spot: SPOT, forward: SPOT * baseline.growth - baseline.forwardDrop, years: terms.years },
    ...{ strikeRise: baseline.strikeRise, discount: Math.exp(-terms.rate * terms.years), table: source },
    isMirrored: false,
  };
  return { search, strikes, prices, vols };
}

describe('American vols of columns', () => {
  test.each([
    { hasDividend: false, size: 1 },
    { hasDividend: false, size: BLOCK - 1 },
    { hasDividend: false, size: 2 * BLOCK + 1 },
    { hasDividend: true, size: 9 },
  ])('$size options, cash dividend: $hasDividend', ({ hasDividend, size }) => {
    const { search, strikes, prices, vols } = searchOf(hasDividend, size);
    const found = KERNELS.map(({ kernel }) => {
      const out = new Float64Array(size).fill(-7);
      americanVolColumns(search, { strikes, prices, vols: out }, kernel);
      return out;
    });
    let solved = 0;
    for (const i of strikes.keys()) {
      const [byPlain = NaN, ...others] = found.map((column) => column[i] ?? NaN);
      for (const other of others) expectSame(other, byPlain);
      if (Number.isNaN(byPlain)) continue;
      solved++;
      if ((prices[i] ?? 0) > 0.5) expect(Math.abs(byPlain - (vols[i] ?? NaN))).toBeLessThan(1e-4);
    }
    expect(solved).toBeGreaterThan(0.6 * size);
  });
});
