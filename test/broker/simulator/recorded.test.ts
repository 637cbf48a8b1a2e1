import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCboeFile } from '../../../scanner/chain/cboeFile.ts';
import type { RecordedChain, RecordedOption } from '../../../scanner/domain/recordedChain.ts';
import { simulatedDay } from './day.ts';
import { contract, settle } from './rawClient.ts';

const AS_OF = Date.UTC(2023, 8, 14, 20, 31);
const option = (fields: Partial<RecordedOption>): RecordedOption => ({
  root: 'ABC',
  expiry: '2023-10-20',
  right: 'P',
  strike: 50,
  bid: 1.2,
  ask: 1.35,
  volume: 12,
  openInterest: 345,
  iv: 0.3,
  delta: -0.4,
  ...fields,
});
const CHAIN: RecordedChain = {
  symbol: 'ABC',
  name: 'A Recorded Company',
  asOfMs: AS_OF,
  last: 51.25,
  options: [
    option({}),
    option({ strike: 47.5, bid: 0, ask: 0.05, iv: undefined }),
    option({ strike: 45, bid: undefined, ask: undefined }),
    option({ right: 'C', strike: 52.5 }),
  ],
  warnings: [],
};

describe('a recorded chain', () => {
  test('is listed as it is, quoted as recorded at first, and then moves', async () => {
    const day = await simulatedDay({ startMs: AS_OF, recordedChains: [CHAIN] });
    const client = await day.client();
    client.send(9, 8, 1, ...contract({ symbol: 'ABC', secType: 'OPT', expiry: '20231020' }), 0, '', '', '');
    await settle();
    expect(client.of(10).map((f) => [f[6], f[7]])).toEqual([
      ['52.5', 'C'],
      ['45', 'P'],
      ['47.5', 'P'],
      ['50', 'P'],
    ]);
    const { core } = day.simulator;
    const quote = (strike: number, right: 'C' | 'P') => {
      const [found] = core.contracts.find(
        { symbol: 'ABC', secType: 'OPT', expiry: '20231020', strike, right },
        core.today(),
      );
      if (!found) throw new Error('not listed');
      return core.market.quote(found, core.now());
    };
    const underlying = core.contracts.underlying('ABC');
    expect(underlying && core.market.state(underlying, core.now()).spot).toBe(51.25);
    expect(quote(50, 'P')).toMatchObject({ bid: 1.2, ask: 1.35, openInterest: 345 });
    expect(quote(47.5, 'P')).toMatchObject({ bid: 0, ask: 0.05 });
    expect(quote(45, 'P')).toMatchObject({ bid: undefined, ask: undefined });
    day.clock.jump(3 * 3_600_000);
    expect(quote(50, 'P').bid).not.toBe(1.2);
  });

  test('of years ago is moved by whole weeks, so that it can be traded today', async () => {
    const day = await simulatedDay({ startMs: Date.UTC(2025, 10, 20, 15, 0), recordedChains: [CHAIN] });
    const { core } = day.simulator;
    const [found] = core.contracts.find({ symbol: 'ABC', secType: 'OPT', strike: 50 }, core.today());
    expect(found).toMatchObject({ expiry: '2025-12-26' });
  });

  test('keeps the rest of the market', async () => {
    const day = await simulatedDay({ startMs: AS_OF, recordedChains: [CHAIN] });
    expect(day.simulator.core.contracts.underlying('SPY')).toBeDefined();
  });
});

const data = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data');
const files = ['tsla-2023-08-20.csv', 'spy-2023-09-14.csv'];

describe.skipIf(!files.every((file) => existsSync(join(data, file))))('a real quote file', () => {
  test.each(files)('%s is quoted within a tick of what it says', async (fileName) => {
    const chain = parseCboeFile(readFileSync(join(data, fileName), 'utf8'), { fileName });
    const day = await simulatedDay({ startMs: chain.asOfMs, recordedChains: [chain] });
    const { core } = day.simulator;
    let compared = 0;
    for (const recorded of chain.options) {
      if (recorded.bid === undefined || recorded.ask === undefined || recorded.ask <= recorded.bid) continue;
      const expiry = recorded.expiry.replaceAll('-', '');
      const [found] = core.contracts.find(
        {
          symbol: chain.symbol,
          secType: 'OPT',
          expiry,
          strike: recorded.strike,
          right: recorded.right,
          tradingClass: recorded.root,
        },
        core.today(),
      );
      if (!found) continue;
      const { bid = NaN, ask = NaN } = core.market.quote(found, core.now());
      expect(Math.abs(bid - recorded.bid)).toBeLessThan(0.05 + 1e-9);
      expect(Math.abs(ask - recorded.ask)).toBeLessThan(0.05 + 1e-9);
      compared++;
    }
    expect(compared).toBeGreaterThan(200);
  });
});
