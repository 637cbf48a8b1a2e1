import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ColumnMemory } from '../../../scanner/scan/columnMemory.ts';

const TAKES = [
  (memory: ColumnMemory, length: number) => memory.take(Float64Array, length),
  (memory: ColumnMemory, length: number) => memory.take(Float32Array, length),
  (memory: ColumnMemory, length: number) => memory.take(Int32Array, length),
  (memory: ColumnMemory, length: number) => memory.take(Uint8Array, length),
] as const;

test('columns of any type and length begin as zeros and share no byte, also when the memory is used up', () => {
  const asked = fc.array(fc.record({ take: fc.constantFrom(...TAKES), length: fc.nat({ max: 40 }) }));
  fc.assert(
    fc.property(asked, fc.nat({ max: 600 }), (columns, bytes) => {
      const memory = new ColumnMemory(bytes);
      const taken = columns.map(({ take, length }) => take(memory, length));
      expect(taken.map(({ length }) => length)).toEqual(columns.map(({ length }) => length));
      for (const [i, column] of taken.entries()) {
        expect(column.every((value) => value === 0)).toBe(true);
        column.fill(i + 1);
      }
      for (const [i, column] of taken.entries()) expect(column.every((value) => value === i + 1)).toBe(true);
    }),
  );
});

test('columns that fit are cut from one buffer', () => {
  const memory = new ColumnMemory(64);
  const [first, second] = [memory.take(Float64Array, 3), memory.take(Uint8Array, 5)];
  expect(second.buffer).toBe(first.buffer);
  expect(memory.take(Float64Array, 5).buffer).not.toBe(first.buffer);
});
