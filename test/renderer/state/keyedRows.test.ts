import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StreamMessage } from '../../../electron/contract/stream.ts';
import { KeyedRows } from '../../../renderer/state/keyedRows.ts';

interface Row {
  id: string;
  value: number;
}
const keyOf = (row: Row) => row.id;
const message = (part: Partial<StreamMessage<Row, never>>): StreamMessage<Row, never> => ({
  seq: 1,
  generation: 0,
  reset: false,
  upserts: [],
  removes: [],
  ...part,
});

test('a row is added once, then updated, then removed', () => {
  const rows = new KeyedRows(keyOf);
  expect(rows.fold(message({ upserts: [{ id: 'a', value: 1 }] }))?.added).toEqual([{ id: 'a', value: 1 }]);
  expect(rows.fold(message({ upserts: [{ id: 'a', value: 2 }] }))?.updated).toEqual([{ id: 'a', value: 2 }]);
  expect(rows.fold(message({ removes: ['a', 'never there'] }))?.removed).toEqual([{ id: 'a', value: 2 }]);
  expect(rows.size).toBe(0);
});

test('rows of an older generation are void, a newer one forgets all before it', () => {
  const rows = new KeyedRows(keyOf);
  rows.fold(message({ generation: 2, reset: true, upserts: [{ id: 'a', value: 1 }] }));
  expect(rows.fold(message({ generation: 1, upserts: [{ id: 'old', value: 9 }] }))).toBeUndefined();
  expect(rows.get('old')).toBeUndefined();
  expect(rows.fold(message({ generation: 3, upserts: [{ id: 'b', value: 2 }] }))?.reset).toBe(true);
  expect(rows.values()).toEqual([{ id: 'b', value: 2 }]);
});

test('a view that applies every change holds what the rows hold', () => {
  const part = fc.record({
    reset: fc.boolean(),
    upserts: fc.array(fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), value: fc.integer() }), { maxLength: 4 }),
    removes: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
      const rows = new KeyedRows(keyOf);
      const view = new Map<string, number>();
      for (const next of parts) {
        const change = rows.fold(message(next));
        if (change?.reset) view.clear();
        for (const row of change?.removed ?? []) view.delete(row.id);
        for (const row of [...(change?.added ?? []), ...(change?.updated ?? [])]) view.set(row.id, row.value);
      }
      expect([...view].sort()).toEqual(
        rows
          .values()
          .map((row) => [row.id, row.value])
          .sort(),
      );
    }),
  );
});
