import { expect, test } from 'vitest';
import { hintWords } from '../../../renderer/filters/hintWords.ts';

test.each([
  [{ filter: 'width', keepsOut: 900, eased: { end: 'max', bound: 18, adds: 1619 } }, 'Width to 18 would add 1,619'],
  [{ filter: 'pop', keepsOut: 9, eased: { end: 'min', bound: 0.555, adds: 4 } }, 'POP % from 55.5 would add 4'],
  [{ filter: 'netDelta', keepsOut: 2, eased: { end: 'min', bound: -0.2, adds: 1 } }, 'Net delta from −0.2 would add 1'],
  [{ filter: 'excludeEarnings', keepsOut: 12 }, 'Earnings alone keeps 12 out'],
] as const)('%o', (hint, words) => expect(hintWords(hint)).toBe(words));
