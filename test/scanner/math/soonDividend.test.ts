import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { americanPrice, type AmericanInput } from '../../../scanner/math/american.ts';
import { AmericanExpiry } from '../../../scanner/math/americanExpiry.ts';
import { americanBySpot } from '../../../scanner/math/americanSlopes.ts';
import { deviate, payer, type Payer, slowRuns, strikeOf, termsOf } from './cashPayer.ts';

/** Steps of the tree; a tree of one more errs the other way. */
const STEPS = 400;
const HOURS = 365 * 24;

/**
 * An American option by a binomial tree from now to its first dividend, where the holder has the better of exercising and
 * of the option without that dividend: no grid has to be fine enough for what bends there.
 * @source Cox, Ross and Rubinstein (1979).
 */
function treePrice(input: AmericanInput): number {
  const { right, spot, strike, years, rate, dividendYield, vol, dividends = [] } = input;
  const [first = { years, amount: 0 }, ...rest] = dividends.filter((dividend) => dividend.years < years);
  const left = rest.map((dividend) => ({ ...dividend, years: dividend.years - first.years }));
  const after = americanBySpot({ ...input, years: years - first.years, dividends: left });
  function tree(steps: number): number {
    const dt = first.years / steps;
    const up = Math.exp(vol * Math.sqrt(dt));
    const share = (Math.exp((rate - dividendYield) * dt) - 1 / up) / (up - 1 / up);
    const discount = Math.exp(-rate * dt);
    const spotAt = (step: number, ups: number): number => spot * up ** (2 * ups - step);
    const intrinsic = (at: number): number => Math.max(0, right === 'C' ? at - strike : strike - at);
    let values = Array.from({ length: steps + 1 }, (_, ups) => {
      const at = spotAt(steps, ups);
      return Math.max(intrinsic(at), after(Math.max(1e-6, at - first.amount)).price);
    });
    for (let step = steps - 1; step >= 0; step--) {
      values = Array.from({ length: step + 1 }, (_, ups) => {
        const held = discount * (share * (values[ups + 1] ?? NaN) + (1 - share) * (values[ups] ?? NaN));
        return Math.max(intrinsic(spotAt(step, ups)), held);
      });
    }
    return values[0] ?? NaN;
  }
  return 0.5 * (tree(STEPS) + tree(STEPS + 1));
}

describe('a share of 450 in the last hours and days before a dividend', () => {
  // On grids for the whole life these were 1 to 14 cents off, and read between columns for the whole life up to 36.
  test.each([
    ['C', 1.0651, 0.05, 0.4, 1, 4.569281410286203, [461.61201036919084, 460.87562975437135, 0.0850787228477259]],
    ['C', 1.8047, 0.05, 0.4, 0.5, 2.243552063219249, [463.9351414765747, 328.66432557847793, 0.6360282933923174]],
    ['C', 1.7385, 0.05, 0.4, 17, 4.588528410159052, [443.32326457035805, 389.9338997160606, 0.3778116295001017]],
    ['C', 0.5432, 0.05, 0.1, 1, 4.1187795713543895, [451.5546746953, 417.3060484465857, 0.1727062252661676]],
    ['C', 1.1741, 0.02, 0.05, 8, 3.8550945076625793, [449.15474842018165, 239.01846993455474, 0.5638565912110657]],
    ['C', 1.3372, 0.03, 0.4, 24, 5.247475172718987, [464.6751326051191, 361.22951376769635, 0.5496789453100631]],
    ['C', 0.7468, 0.05, 0.4, 2, 4.107139486214146, [450, 433.2077779375554, 0.23406280007199143]],
    ['C', 1.2815, 0.03, 0, 0.5, 4.319581457739696, [450, 324.88235056325374, 0.23075503152342064]],
    ['P', 1.1426, 0.05, 0.1, 17, 1.4062434442806988, [456.66022284133373, 1166.6545743600484, 0.31654756380397375]],
    ['P', 1.2094, 0.05, 0.1, 48, 1.4687055659946053, [455.1484644632362, 1325.0952994824409, 0.36885020053801554]],
    [
      'P',
      1.0249571928,
      0.05,
      0.2,
      24,
      4.688716744631529,
      [449.49437952747337, 1303.6754786471533, 0.36194607963164066],
    ],
  ] as const)(
    '%s of %f years, rate %f, yield %f, %f hours',
    (right, years, rate, dividendYield, hours, amount, [spot, strike, vol]) => {
      const terms = termsOf({ right, years, rate, dividendYield, firstAt: hours / HOURS, amount });
      const truth = treePrice({ ...terms, spot, strike, vol });
      expect(Math.abs(americanPrice({ ...terms, spot, strike, vol }) - truth)).toBeLessThan(0.0025);
      const expiry = new AmericanExpiry(terms);
      expiry.price(450, 450, 0.3);
      const { price, delta } = expiry.greeks(spot, strike, vol);
      expect(Math.abs(price - truth)).toBeLessThan(0.0025);
      const [less = NaN, more = NaN] = [-0.05, 0.05].map((by) => treePrice({ ...terms, spot: spot + by, strike, vol }));
      expect(Math.abs(delta - (more - less) / 0.1)).toBeLessThan(0.01);
    },
  );

  test('prices are within 0.25 cent of the tree, whatever the borrow costs', () => {
    const soon = fc.record({
      hours: fc.constantFrom(0.5, 2, 8, 17, 24, 48, 72, 168),
      borrow: fc.constantFrom(0, 0, 0.02, 0.1, 0.4),
    });
    let all = 0;
    fc.assert(
      fc.property(payer, soon, deviate, (life: Payer, { hours, borrow }, { vol, depth }) => {
        const strike = strikeOf(life, { vol, depth });
        if (hours / HOURS > life.years || Math.abs(Math.log(450 / strike)) > 0.8) return;
        const terms = termsOf({ ...life, firstAt: hours / HOURS, dividendYield: borrow });
        const option = { ...terms, spot: 450, strike, vol };
        const expiry = new AmericanExpiry(terms);
        const truth = treePrice(option);
        expect(Math.abs(americanPrice(option) - truth)).toBeLessThan(0.0025);
        expect(Math.abs(expiry.price(450, strike, vol) - truth)).toBeLessThan(0.0025);
        all++;
      }),
      slowRuns(60),
    );
    expect(all).toBeGreaterThan(30);
  });

  test('a dividend that is paid in a moment has been paid, or the option is exercised', () => {
    for (const right of ['C', 'P'] as const) {
      for (const strike of [300, 440, 450, 600]) {
        const life = { right, years: 0.8, rate: 0.04, dividendYield: 0, amount: 3, vol: 0.25, spot: 450, strike };
        const intrinsic = right === 'C' ? 450 - strike : strike - 450;
        const paid = { ...life, spot: 447, dividends: [0.25, 0.5].map((years) => ({ years, amount: 3 })) };
        const expected = Math.max(intrinsic, americanPrice(paid));
        for (const firstAt of [1e-5, 1e-7, 1e-12, 5e-324]) {
          const terms = { ...life, dividends: [{ years: firstAt, amount: 3 }, ...paid.dividends] };
          expect(Math.abs(americanPrice(terms) - expected)).toBeLessThan(0.0025);
          expect(Math.abs(new AmericanExpiry(terms).price(450, strike, 0.25) - expected)).toBeLessThan(0.0025);
        }
      }
    }
  });
});
