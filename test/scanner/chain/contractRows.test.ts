import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ContractRows } from '../../../scanner/chain/contractRows.ts';

test('rows are found as a Map finds them, while contracts come, move and are looked for in vain', () => {
  const change = fc.record({ conId: fc.integer({ min: 1, max: 400 }), isMove: fc.boolean() });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 500 }), fc.integer({ min: 1, max: 2 ** 30 }), (changes, scale) => {
      const rows = new ContractRows();
      const expected = new Map<number, number>();
      const conIds = new Int32Array(changes.length);
      for (const [row, { conId: small, isMove }] of changes.entries()) {
        const conId = Math.imul(small, scale) || small;
        if (expected.has(conId) && !isMove) continue;
        conIds[row] = conId;
        rows.set(conId, row, conIds);
        expected.set(conId, row);
      }
      for (const { conId: small } of changes) {
        const conId = Math.imul(small, scale) || small;
        expect(rows.rowOf(conId, conIds)).toBe(expected.get(conId) ?? -1);
        if (!expected.has(conId + 7)) expect(rows.rowOf(conId + 7, conIds)).toBe(-1);
      }
      rows.clear();
      for (const conId of expected.keys()) expect(rows.rowOf(conId, conIds)).toBe(-1);
    }),
  );
});
