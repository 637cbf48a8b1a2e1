import { expect, test } from 'vitest';
import { modeOfAccount } from '../../../scanner/domain/tradingMode.ts';

test.each([
  ['SIM0000001', 'simulated'],
  ['DU4821937', 'paper'],
  ['DF12345', 'paper'],
  ['U7719204', 'live'],
  ['F1234567', 'live'],
  ['I9999', 'live'],
  ['', 'live'],
] as const)('%s is %s', (account, mode) => expect(modeOfAccount(account)).toBe(mode));
