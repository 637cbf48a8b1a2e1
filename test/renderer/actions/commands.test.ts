import { expect, test } from 'vitest';
import { COMMANDS, matches } from '../../../renderer/actions/commands.ts';
import { readSymbols } from '../../../renderer/actions/settingsActions.ts';
import { bestPerShortStrike } from '../../../renderer/actions/spreadActions.ts';
import type { RankedSpread } from '../../../scanner/domain/spread.ts';

test('no single key sends, arms or switches orders on', () => {
  const armed = COMMANDS.filter(({ id }) => ['send', 'arm', 'orders-on', 'resume'].includes(id));
  expect(armed).toHaveLength(4);
  for (const { keys } of armed) expect(keys ?? 'Ctrl').toMatch(/^(Ctrl|Alt) ?/);
});

test('every command has an id and a key of its own', () => {
  const ids = COMMANDS.map(({ id }) => id);
  const keys = COMMANDS.flatMap((command) => command.keys ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(keys).size).toBe(keys.length);
});

test.each([
  ['Why is a spread not in the list…', 'why is', true],
  ['Why is a spread not in the list…', 'list why', true],
  ['HALT: stop every order', 'halt', true],
  ['Scan High IV bull puts', 'igh', false],
  ['Positions', '', true],
])('%s is found by %j: %s', (label, typed, found) => {
  expect(matches(label, typed)).toBe(found);
});

test('a pasted list becomes symbols, each once, and says what it could not read', () => {
  expect(readSymbols('spy, QQQ;amd\n spy  BRK B 3M')).toEqual({
    symbols: ['SPY', 'QQQ', 'AMD', 'BRK', 'B'],
    refused: ['3M'],
  });
});

test('the best two of a sold strike stay, whatever the order they come in', () => {
  const row = (id: string, shortStrike: number, score: number) =>
    ({ id, root: 'SPY', expiry: '2023-10-20', strategy: 'bullPut', shortStrike, score }) as RankedSpread;
  const rows = [row('a', 430, 0.2), row('b', 430, 0.9), row('c', 430, 0.5), row('d', 425, 0.1)];
  expect([...bestPerShortStrike(rows, 2)].sort()).toEqual(['b', 'c', 'd']);
  expect([...bestPerShortStrike([...rows].reverse(), 2)].sort()).toEqual(['b', 'c', 'd']);
});
