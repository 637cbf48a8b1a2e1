import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Right } from '../../../scanner/domain/option.ts';
import { spreadLegs, strategyOfLegs, widthOfLegs, type SpreadLeg } from '../../../scanner/domain/spreadLegs.ts';

const leg = (sold: boolean, strike: number, right: Right): SpreadLeg => ({ right, strike, sold });
const condor = (shortCall = 460) => ({
  ...{ right: 'P' as const, shortStrike: 430, longStrike: 425 },
  callWing: { shortStrike: shortCall, longStrike: 470 },
});

test('the legs of a row: sold before bought, puts before calls', () => {
  expect(spreadLegs({ right: 'C', shortStrike: 460, longStrike: 465 })).toEqual([
    leg(true, 460, 'C'),
    leg(false, 465, 'C'),
  ]);
  expect(spreadLegs(condor())).toEqual([
    ...[leg(true, 430, 'P'), leg(false, 425, 'P')],
    ...[leg(true, 460, 'C'), leg(false, 470, 'C')],
  ]);
});

test.each<[string, SpreadLeg[], string | undefined, number | undefined]>([
  ['a bull put', [leg(true, 430, 'P'), leg(false, 425, 'P')], 'bullPut', 5],
  ['a bear put', [leg(true, 425, 'P'), leg(false, 430, 'P')], 'bearPut', 5],
  ['a bear call', [leg(true, 460, 'C'), leg(false, 462.5, 'C')], 'bearCall', 2.5],
  ['a bull call', [leg(true, 462.5, 'C'), leg(false, 460, 'C')], 'bullCall', 2.5],
  ['a condor, as wide as its wider wing', spreadLegs(condor()), 'ironCondor', 10],
  ['a butterfly', spreadLegs(condor(430)), 'ironButterfly', 40],
  ['sold strikes past each other', spreadLegs(condor(429)), undefined, undefined],
  ['a lone leg', [leg(true, 430, 'P')], undefined, undefined],
  ['a strangle', [leg(true, 430, 'P'), leg(true, 460, 'C')], undefined, undefined],
  ['a risk reversal', [leg(true, 430, 'P'), leg(false, 460, 'C')], undefined, undefined],
  ['one strike', [leg(true, 430, 'P'), leg(false, 430, 'P')], undefined, undefined],
  ['no strike', [leg(true, NaN, 'P'), leg(false, 430, 'P')], undefined, undefined],
  ['two puts sold', [leg(true, 430, 'P'), leg(true, 425, 'P')], undefined, undefined],
  ['three legs', spreadLegs(condor()).slice(0, 3), undefined, undefined],
])('%s', (_, legs, strategy, width) => {
  expect(strategyOfLegs(legs)).toBe(strategy);
  expect(widthOfLegs(legs)).toBe(width);
});

test('a held spread that is closed keeps its width though turned around it has no name', () => {
  const closing = spreadLegs(condor()).map((each) => ({ ...each, sold: !each.sold }));
  expect(strategyOfLegs(closing)).toBeUndefined();
  expect(widthOfLegs(closing)).toBe(10);
});

describe('the order of the legs means nothing', () => {
  test('to the strategy and to the width', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(spreadLegs(condor()), { minLength: 4 }), (legs) => {
        expect(strategyOfLegs(legs)).toBe('ironCondor');
        expect(widthOfLegs(legs)).toBe(10);
      }),
    );
  });
});
