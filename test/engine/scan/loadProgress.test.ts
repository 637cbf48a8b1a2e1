import { describe, expect, test } from 'vitest';
import { filtersByIv, startedLoad, withIvHistory } from '../../../electron/engine/scan/loadProgress.ts';
import { parseProfile, type ProfileInput } from '../../../scanner/domain/profile.ts';

const profile = (changes: Partial<ProfileInput>) => parseProfile({ version: 1, name: 'x', ...changes });
const done = { ...startedLoad(50, false), running: false, text: '900 quotes of 50 symbols, refreshed in turn' };

test('a load that has not been heard of yet is loading, unless there is nothing to load', () => {
  expect(startedLoad(2, false)).toMatchObject({ running: true, text: 'Asking for 2 symbols', symbolsTotal: 2 });
  expect(startedLoad(1, true)).toMatchObject({ running: true, paused: true, text: 'Asking for 1 symbol' });
  expect(startedLoad(0, false)).toMatchObject({ running: false, text: '' });
});

describe('IV histories that are still to come', () => {
  test('are said in words, and do not hold up a profile that does not filter by them', () => {
    const told = withIvHistory(done, { loading: 12, of: 50, isFilter: false });
    expect(told.text).toBe(`${done.text}; IV rank of 12 of 50 symbols still loading`);
    expect(told.running).toBe(false);
  });

  test('keep a profile that filters by them loading', () => {
    expect(withIvHistory(done, { loading: 1, of: 50, isFilter: true }).running).toBe(true);
    expect(withIvHistory(done, { loading: 0, of: 50, isFilter: true })).toEqual(done);
  });

  test('of one symbol need no count', () => {
    const told = withIvHistory(startedLoad(1, false), { loading: 1, of: 1, isFilter: false });
    expect(told.text).toBe('Asking for 1 symbol; IV rank still loading');
  });

  test.each([
    [{}, false],
    [{ ivRank: { min: 30 } }, true],
    [{ ivPercentile: { max: 0 } }, true],
    [{ autoMode: { ivPercentileAtLeast: 50 } }, true],
  ] as [Partial<ProfileInput>, boolean][])('%j filters by them: %s', (changes, expected) => {
    expect(filtersByIv(profile(changes))).toBe(expected);
  });
});
