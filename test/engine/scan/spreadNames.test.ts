import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSpreadId, spreadTitle } from '../../../electron/engine/scan/spreadNames.ts';
import { LegworkError } from '../../../scanner/domain/errors.ts';

test('an id says all that a ticket needs', () => {
  expect(readSpreadId('BRK.B|BRKB|2026-12-18|C|432.5|435|bearCall')).toEqual({
    ...{ symbol: 'BRK.B', root: 'BRKB', expiry: '2026-12-18', right: 'C' },
    ...{ shortStrike: 432.5, longStrike: 435, strategy: 'bearCall' },
  });
});

test.each([
  '',
  'SPY',
  'SPY|SPY|2026-12-18|P|430|425|ironFly',
  'SPY|SPY|2026-12-18|C|430|425|bullPut',
  'SPY|SPY|2026-12-18|P|x|425|bullPut',
  'SPY|SPY|2026-12-18|P|-430|425|bullPut',
  'SPY|SPY|2026-12-18|P|430|425|bullPut|more',
  'SPY|SPY|2026-12-18|P|430|425|bullPut|460|465',
  'SPY|SPY|2026-12-18|P|425|430|bullPut',
  'SPY|SPY|2026-12-18|X|430|425|bullPut',
  'SPY|SPY|2026-12-18|P|430|425|ironCondor',
  'SPY|SPY|2026-12-18|P|430|425|ironCondor|460',
  'SPY|SPY|2026-12-18|P|430|425|ironCondor|465|460',
  'SPY|SPY|2026-12-18|P|425|430|ironCondor|460|465',
  'SPY|SPY|2026-12-18|P|430|425|ironCondor|428|465',
  'SPY|SPY|2026-12-18|P|430|425|ironCondor|430|465',
  'SPY|SPY|2026-12-18|P|430|425|ironButterfly|431|465',
  'SPY|SPY|2026-12-18|C|460|465|ironCondor|470|475',
  'SPY|SPY|2026-12-18|P|430|-425|ironCondor|460|465',
  'SPY|SPY|2026-12-18|P|430|425|ironCondor|460|465|more',
])('"%s" names no spread', (id) => {
  expect(() => readSpreadId(id)).toThrow(LegworkError);
});

test('the id of a condor names all four contracts', () => {
  const name = { symbol: 'SPX', root: 'SPXW', expiry: '2026-12-18', right: 'P', shortStrike: 430, longStrike: 425 };
  expect(readSpreadId('SPX|SPXW|2026-12-18|P|430|425|ironCondor|460|465')).toEqual({
    ...{ ...name, strategy: 'ironCondor', callWing: { shortStrike: 460, longStrike: 465 } },
  });
  expect(readSpreadId('SPX|SPXW|2026-12-18|P|430|425|ironButterfly|430|440')).toEqual({
    ...{ ...name, strategy: 'ironButterfly', callWing: { shortStrike: 430, longStrike: 440 } },
  });
});

test('no text makes it fail in another way', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(fc.string()).map((parts) => parts.join('|')),
      ),
      (id) => {
        try {
          readSpreadId(id);
        } catch (error) {
          expect(error).toBeInstanceOf(LegworkError);
        }
      },
    ),
  );
});

test('the strike that gives a spread its name comes first', () => {
  const strikes = { symbol: 'SPY', shortStrike: 460, longStrike: 465, expiry: '2023-10-20' };
  expect(spreadTitle({ ...strikes, right: 'C', strategy: 'bearCall' })).toBe('SPY 460/465 bear call 20 Oct 2023');
  expect(spreadTitle({ ...strikes, right: 'P', strategy: 'bearPut' })).toBe('SPY 465/460 bear put 20 Oct 2023');
  const puts = { ...strikes, shortStrike: 430, longStrike: 425, right: 'P' as const };
  expect(spreadTitle({ ...puts, strategy: 'ironCondor', callWing: { shortStrike: 460, longStrike: 465 } })).toBe(
    'SPY 430/425 · 460/465 iron condor 20 Oct 2023',
  );
});
