import type { Chain } from '../../scanner/chain/chain.ts';
import { ChainWriter } from '../../scanner/chain/chainWriter.ts';
import type { RecordedChain, RecordedOption } from '../../scanner/domain/recordedChain.ts';

/** An index whose options are European. */
const INDEX = 'XSP';
const MULTIPLIER = 100;

/** The recorded chain under a European index's name, `count` times, each under a root of its own. */
export function europeanNames(recorded: RecordedChain, count: number): Chain {
  return europeanWriter(recorded, count).chain();
}

/** The same, to be ticked. */
export function europeanWriter(recorded: RecordedChain, count: number): ChainWriter {
  const { last, bid, ask, asOfMs, options } = recorded;
  const lists = Map.groupBy(options, listOf);
  for (const list of lists.values()) list.sort((left, right) => left.strike - right.strike);
  const writer = new ChainWriter(count * options.length);
  writer.underlying(INDEX, { last, bid, ask }, asOfMs);
  for (let name = 0; name < count; name++) {
    const root = `N${String(name).padStart(3, '0')}X`;
    writer.contracts(options.map((option) => ({ ...option, symbol: INDEX, root, multiplier: MULTIPLIER })));
  }
  for (const group of writer.handle().groups) {
    for (const [i, option] of (lists.get(listOf(group)) ?? []).entries()) {
      writer.quoteRow(group.firstRow + i, option, asOfMs);
    }
  }
  return writer;
}

function listOf({ expiry, right }: Pick<RecordedOption, 'expiry' | 'right'>): string {
  return `${expiry}|${right}`;
}
