import type { RecordedChain, RecordedOption } from '../domain/recordedChain.ts';
import type { OptionContract } from '../domain/option.ts';
import type { Chain, ChainGroup } from './chain.ts';
import { ChainWriter } from './chainWriter.ts';

const STANDARD_MULTIPLIER = 100;

/** Columns filled from quote files; each underlying's quote time is its file's. */
export function chainOfRecorded(recorded: readonly RecordedChain[]): Chain {
  const size = recorded.reduce((sum, one) => sum + one.options.length, 0);
  const writer = new ChainWriter(Math.max(2, size));
  const files = new Map<string, RecordedChain[]>();
  for (const one of recorded) {
    const { symbol, asOfMs, last, bid, ask, options } = one;
    writer.underlying(symbol, { last, bid, ask }, asOfMs);
    writer.contracts(options.map((option) => contractOf(symbol, option)));
    files.set(symbol, [...(files.get(symbol) ?? []), one]);
  }
  const chain = writer.chain();
  const groups = Map.groupBy(chain.groups, ({ symbol }) => symbol);
  for (const [symbol, list] of files) {
    const rowOf = rowsByName(chain, groups.get(symbol) ?? []);
    for (const { options, asOfMs } of list) {
      for (const option of options) writer.quoteRow(rowOf.get(nameOf(option)) ?? NaN, option, asOfMs);
    }
  }
  return chain;
}

function rowsByName({ columns }: Chain, groups: readonly ChainGroup[]): Map<string, number> {
  const rowOf = new Map<string, number>();
  for (const { root, expiry, right, firstRow, rowCount } of groups) {
    for (let row = firstRow; row < firstRow + rowCount; row++) {
      rowOf.set(nameOf({ root, expiry, right, strike: columns.strike[row] ?? NaN }), row);
    }
  }
  return rowOf;
}

function nameOf({ root, expiry, right, strike }: Pick<RecordedOption, 'root' | 'expiry' | 'right' | 'strike'>): string {
  return `${root}|${expiry}|${right}|${strike}`;
}

function contractOf(symbol: string, option: RecordedOption): OptionContract {
  const { root, expiry, right, strike } = option;
  return { symbol, root, expiry, right, strike, multiplier: STANDARD_MULTIPLIER };
}
