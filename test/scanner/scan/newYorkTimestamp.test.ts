import { expect, test } from 'vitest';
import { newYorkTimestamp } from '../../../scanner/scan/newYorkTimestamp.ts';

test('an instant is told in New York, with the offset of its season, whatever was told before', () => {
  const summer = Date.UTC(2023, 8, 14, 20, 31, 5);
  const winter = Date.UTC(2024, 0, 5, 14, 30);
  expect(newYorkTimestamp(summer)).toBe('2023-09-14T16:31:05-04:00');
  expect(newYorkTimestamp(winter)).toBe('2024-01-05T09:30:00-05:00');
  expect(newYorkTimestamp(winter + 0.2)).toBe('2024-01-05T09:30:00-05:00');
  expect(newYorkTimestamp(summer)).toBe('2023-09-14T16:31:05-04:00');
  expect(() => newYorkTimestamp(NaN)).toThrow(RangeError);
});
