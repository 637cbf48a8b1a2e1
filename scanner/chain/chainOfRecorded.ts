import type { RecordedChain, RecordedOption } from '../domain/recordedChain.ts';
import type { OptionContract } from '../domain/option.ts';
import type { Chain } from './chain.ts';
import { ChainWriter } from './chainWriter.ts';

const STANDARD_MULTIPLIER = 100;

/** Columns filled from quote files; each underlying's quote time is its file's. */
export function chainOfRecorded(recorded: readonly RecordedChain[]): Chain {
  const size = recorded.reduce((sum, one) => sum + one.options.length, 0);
  const writer = new ChainWriter(Math.max(2, size));
  for (const one of recorded) fill(writer, one);
  return writer.chain();
}

function fill(writer: ChainWriter, recorded: RecordedChain): void {
  const { symbol, asOfMs } = recorded;
  writer.underlying(symbol, { last: recorded.last, bid: recorded.bid, ask: recorded.ask }, asOfMs);
  writer.contracts(recorded.options.map((option) => contractOf(symbol, option)));
  const rowOf = new Map<string, number>();
  const { groups, columns } = writer.chain();
  for (const group of groups) {
    if (group.symbol !== symbol) continue;
    for (let row = group.firstRow; row < group.firstRow + group.rowCount; row++) {
      rowOf.set(`${group.root}|${group.expiry}|${group.right}|${columns.strike[row] ?? NaN}`, row);
    }
  }
  for (const option of recorded.options) {
    const row = rowOf.get(`${option.root}|${option.expiry}|${option.right}|${option.strike}`);
    if (row !== undefined) writer.quoteRow(row, option, asOfMs);
  }
}

function contractOf(symbol: string, option: RecordedOption): OptionContract {
  const { root, expiry, right, strike } = option;
  return { symbol, root, expiry, right, strike, multiplier: STANDARD_MULTIPLIER };
}
