import fc from 'fast-check';
import { ChainWriter } from '../../../scanner/chain/chainWriter.ts';
import type { OptionContract } from '../../../scanner/domain/option.ts';
import type { ProfileInput } from '../../../scanner/domain/profile.ts';

/** Thursday 2023-09-14, 16:00 in New York. */
const START = Date.UTC(2023, 8, 14, 20, 0);
const EXPIRIES = ['2023-10-20', '2023-11-17', '2024-03-15'];
const STRIKES = 12;

/** Something that happens to a chain while it is scanned. */
export type Step =
  | { kind: 'ticks'; ticks: { row: number; move: number; spread: number }[] }
  | { kind: 'vendor'; row: number; iv: number; delta: number; openInterest: number }
  | { kind: 'spot'; symbol: number; spot: number }
  | { kind: 'time'; ms: number }
  | { kind: 'value' }
  | { kind: 'listing'; strike: number }
  | { kind: 'profile'; profile: Partial<ProfileInput> };

const tick = fc.record({
  row: fc.nat(),
  move: fc.integer({ min: -30, max: 30 }),
  spread: fc.integer({ min: -1, max: 20 }),
});

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('ticks' as const), ticks: fc.array(tick, { maxLength: 12 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('vendor' as const),
      row: fc.nat(),
      iv: fc.integer({ min: 0, max: 60 }),
      delta: fc.integer({ min: -100, max: 100 }),
      openInterest: fc.nat({ max: 500 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('spot' as const),
      symbol: fc.nat({ max: 1 }),
      spot: fc.integer({ min: 95, max: 105 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.nat({ max: 100_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('value' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('listing' as const), strike: fc.nat({ max: 40 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('profile' as const),
      profile: fc.record({
        greeks: fc.constantFrom('vendor' as const, 'model' as const),
        symbols: fc.subarray(['SPX', 'XSP']),
        dte: fc.constantFrom({}, { max: 50 }, { min: 50, max: 100 }, { min: 100 }),
        shortDelta: fc.integer({ min: 5, max: 40 }).map((min) => ({ min: min / 100, max: 0.6 })),
        width: fc.integer({ min: 1, max: 12 }).map((max) => ({ max })),
        rankBy: fc.constantFrom({ pop: 1 }, { returnOnRisk: 2, ev: 1 }, { distanceSigma: -1 }),
        limit: fc.constantFrom(5, 1000),
      }),
    }),
  },
);

/** Two European indexes with three expiries each, and what happens to them. */
export class LivingChain {
  readonly writer = new ChainWriter(64);
  nowMs = START;
  #spots = [100, 100];
  #conIds = 0;

  constructor() {
    for (const [s, symbol] of SYMBOLS.entries()) {
      this.writer.underlying(symbol, { last: this.#spots[s] }, START);
      for (const expiry of EXPIRIES) {
        for (const right of ['C', 'P'] as const) {
          const strikes = Array.from({ length: STRIKES }, (_, i) => 88 + 2 * i);
          this.writer.contracts(strikes.map((strike) => this.#contract({ symbol, expiry, right, strike })));
        }
      }
    }
    for (const { firstRow, rowCount, right } of this.writer.handle().groups) {
      for (let row = firstRow; row < firstRow + rowCount; row++) this.#quote(row, right);
    }
  }

  apply(happened: Step): void {
    const { columns, groups } = this.writer.chain();
    const rows = Int32Array.from(
      groups.flatMap(({ firstRow, rowCount }) => Array.from({ length: rowCount }, (_, i) => firstRow + i)),
    );
    const rowAt = (n: number): number => rows[n % rows.length] ?? 0;
    switch (happened.kind) {
      case 'ticks': {
        const { ticks } = happened;
        const at = Int32Array.from(ticks, ({ row }) => rowAt(row));
        const bids = Float64Array.from(ticks, ({ move }, i) =>
          Math.max(0, (columns.bid[at[i] ?? 0] ?? 0) + move / 100),
        );
        const asks = bids.map((bid, i) => bid + (ticks[i]?.spread ?? 0) / 100);
        this.writer.ticks({ count: at.length, rows: at, bids, asks, atMs: this.nowMs });
        return;
      }
      case 'vendor': {
        const { iv, delta, openInterest } = happened;
        this.writer.quoteRow(rowAt(happened.row), { iv: iv / 100, delta: delta / 100, openInterest }, this.nowMs);
        return;
      }
      case 'spot':
        this.#spots[happened.symbol] = happened.spot;
        this.writer.underlying(SYMBOLS[happened.symbol] ?? '', { last: happened.spot }, this.nowMs);
        return;
      case 'time':
        this.nowMs += happened.ms;
        return;
      case 'listing':
        this.writer.contracts([
          this.#contract({ symbol: 'SPX', expiry: '2023-11-17', right: 'P', strike: 80 + happened.strike }),
        ]);
        return;
      case 'value':
      case 'profile':
    }
  }

  #contract(option: Pick<OptionContract, 'symbol' | 'expiry' | 'right' | 'strike'>): OptionContract {
    return { ...option, root: option.symbol, multiplier: 100, conId: ++this.#conIds };
  }

  /** Not a model's price, but one that has a vol: intrinsic value and some time value that falls off the money. */
  #quote(row: number, right: 'C' | 'P'): void {
    const strike = this.writer.chain().columns.strike[row] ?? NaN;
    const intrinsic = Math.max(0, right === 'C' ? 100 - strike : strike - 100);
    const bid = Math.round(100 * (intrinsic + 3 * Math.exp(-(((strike - 100) / 8) ** 2)) + 0.1)) / 100;
    const delta = (right === 'C' ? 1 : -1) / (1 + Math.exp((right === 'C' ? 1 : -1) * ((strike - 100) / 3)));
    const vendor = { iv: 0.2, delta: Math.round(1000 * delta) / 1000, gamma: 0.03, openInterest: 100, volume: 10 };
    this.writer.quoteRow(row, { bid, ask: bid + 0.1, ...vendor }, this.nowMs);
  }
}

const SYMBOLS = ['SPX', 'XSP'];
