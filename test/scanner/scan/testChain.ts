import type { Chain } from '../../../scanner/chain/chain.ts';
import { ChainWriter } from '../../../scanner/chain/chainWriter.ts';
import type { Right } from '../../../scanner/domain/option.ts';
import { parseProfile, type Profile, type ProfileInput } from '../../../scanner/domain/profile.ts';

export interface TestLeg {
  right: Right;
  strike: number;
  bid?: number;
  ask?: number;
  iv?: number;
  delta?: number;
  gamma?: number;
  theta?: number;
  vega?: number;
  openInterest?: number;
  volume?: number;
  symbol?: string;
  root?: string;
  expiry?: string;
}

/** Thursday 2023-09-14, 16:00 in New York. */
export const NOW = Date.UTC(2023, 8, 14, 20, 0);
/** 45 days later, still on daylight time: exactly 45/365 years. */
export const EXPIRY = '2023-10-29';

/** A chain of these legs on a share at 100 (or another spot). */
export function testChain(legs: readonly TestLeg[], spot = 100): Chain {
  const writer = new ChainWriter(Math.max(2, legs.length));
  for (const [i, leg] of legs.entries()) {
    const { right, strike, symbol = 'ACME', root = symbol, expiry = EXPIRY, ...quote } = leg;
    writer.underlying(symbol, { last: spot }, NOW);
    writer.contracts([{ symbol, root, expiry, right, strike, multiplier: 100, conId: i + 1 }]);
    writer.option(i + 1, { volume: 0, openInterest: 0, ...quote }, NOW);
  }
  return writer.chain();
}

export function testProfile(fields: Partial<ProfileInput> = {}): Profile {
  return parseProfile({ version: 1, name: 'test', ...fields });
}
