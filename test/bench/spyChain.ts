import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseCboeFile } from '../../scanner/chain/cboeFile.ts';
import type { RecordedChain, RecordedOption } from '../../scanner/domain/recordedChain.ts';
import { blackGreeks } from '../../scanner/math/blackGreeks.ts';

const RECORDED = resolve(import.meta.dirname, '../../../shared/data/spy-2023-09-14.csv');
const SPOT = 450;
const AS_OF_MS = Date.UTC(2023, 8, 14, 20, 0);
const MS_PER_DAY = 86_400_000;

/** The recorded SPY chain where it is there, else a made one of the size that performance.md names. */
export function spyChain(): RecordedChain {
  if (existsSync(RECORDED)) return parseCboeFile(readFileSync(RECORDED, 'utf8'), { fileName: RECORDED });
  const options: RecordedOption[] = [];
  for (let e = 0; e < 30; e++) {
    const days = Math.round(2 * 1.22 ** e) + e;
    const expiry = new Date(AS_OF_MS + days * MS_PER_DAY).toISOString().slice(0, 10);
    for (let strike = 363; strike < 538; strike++) {
      for (const right of ['C', 'P'] as const) options.push(quote({ right, strike, expiry, years: days / 365 }));
    }
  }
  return { symbol: 'SPY', name: 'made SPY', asOfMs: AS_OF_MS, last: SPOT, options, warnings: [] };
}

function quote(at: { right: 'C' | 'P'; strike: number; expiry: string; years: number }): RecordedOption {
  const { right, strike, expiry, years } = at;
  const vol = Math.max(0.08, 0.16 - 0.5 * Math.log(strike / SPOT));
  const { price, delta, gamma } = blackGreeks({ right, spot: SPOT, forward: SPOT, strike, years, vol, discount: 1 });
  const bid = Math.max(0, Math.floor(price * 99) / 100);
  const ask = Math.ceil(price * 101 + 1) / 100;
  const openInterest = strike % 5 === 0 ? 2000 : 150;
  return { root: 'SPY', expiry, right, strike, bid, ask, volume: 20, openInterest, iv: vol, delta, gamma };
}
