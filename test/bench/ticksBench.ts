import type { Chain } from '../../scanner/chain/chain.ts';
import type { TickBatch } from '../../scanner/chain/chainWriter.ts';
import { computeModelGreeks } from '../../scanner/chain/modelGreeks.ts';
import { seededRandom } from '../../scanner/domain/random.ts';
import type { RecordedChain } from '../../scanner/domain/recordedChain.ts';
import { LiveShard } from '../../scanner/pool/liveShard.ts';
import { groupsOf, prepareChain, type PreparedChain } from '../../scanner/scan/preparedChain.ts';
import { rankShards } from '../../scanner/scan/ranking.ts';
import { scanShard } from '../../scanner/scan/shard.ts';
import { rowsOf } from '../../scanner/scan/shardRows.ts';
import { timedLine, type BenchOptions, type MeasuredLine } from './benchLine.ts';
import { doubleLoop, loopGroups } from './doubleLoop.ts';
import { europeanWriter } from './names.ts';
import { besidePeers } from './pythonPeers.ts';
import { scanInputs } from './scanPeers.ts';
import { spyChain } from './spyChain.ts';
import { spreadProfile } from './spreadProfile.ts';
import { tickLoop, type LoopTick } from './tickLoop.ts';
import { interleave, rates } from './timing.ts';

const RATE = 0.045;
/** Fifty names on two cores. */
const NAMES_PER_CORE = 25;
const TICK = 0.01;
/** In one batch: 20 ms of them at the goal's rate. Later ticks of a leg replace earlier ones of the same batch. */
const TICKS = 100_000;
const BATCHES = 4;
/** For the peers, one name's. */
const PLAIN_TICKS = 10_000;
const MILLION = 1e6;
const settings = { rate: RATE, facts: {} };
const profile = { ...spreadProfile, greeks: 'model' as const };
const question = { source: 'model', settings, symbols: [], dte: profile.dte } as const;

/** Which legs are ticked. */
type Picks = (leg: { dte: number; absDelta: number }) => boolean;

const anyLeg: Picks = () => true;
/** Those that the most spreads are made of, where a tick costs most: near the shorts' deltas, in the profile's expiries. */
const busyLeg: Picks = ({ dte, absDelta }) =>
  dte >= (profile.dte.min ?? 0) && dte <= (profile.dte.max ?? Infinity) && absDelta >= 0.1 && absDelta <= 0.4;

/** Rows of picked legs that have a market, at random: a leg may tick more than once in a batch. */
function tickedRows(
  prepared: PreparedChain,
  picks: Picks,
  { count, seed }: { count: number; seed: number },
): Int32Array {
  const random = seededRandom(seed);
  const rows = groupsOf(prepared).flatMap(({ group, market: { dte }, isQuoted, delta, n }) =>
    Array.from({ length: n }, (_, i) => i)
      .filter((i) => isQuoted[i] === 1 && picks({ dte, absDelta: Math.abs(delta[i] ?? NaN) }))
      .map((i) => group.firstRow + i),
  );
  return Int32Array.from({ length: count }, () => rows[Math.floor(random() * rows.length)] ?? NaN);
}

/** These rows' quotes as they are now, and a cent above. */
function batchOf(rows: Int32Array, { chain: { columns } }: PreparedChain, atMs: number) {
  const moved = (column: Float64Array, by: number) => Float64Array.from(rows, (row) => (column[row] ?? NaN) + by);
  const batch = (by: number): TickBatch => ({
    ...{ count: rows.length, rows, atMs, bids: moved(columns.bid, by), asks: moved(columns.ask, by) },
  });
  return { down: batch(0), up: batch(TICK) };
}

/** A chain with all its model values, computed from nothing. */
function valued(chain: Chain): PreparedChain {
  computeModelGreeks(chain, settings);
  return prepareChain(chain, settings, { source: 'model' });
}

/** One name after a tick up, as the peers take it: their answers must be ours. */
function oneName(recorded: RecordedChain, picks: Picks) {
  const writer = europeanWriter(recorded, 1);
  const chain = writer.chain();
  const before = valued(chain);
  const rows = tickedRows(before, picks, { count: PLAIN_TICKS, seed: 7 });
  const { up: batch } = batchOf(rows, before, recorded.asOfMs);
  writer.ticks(batch);
  const prepared = valued(chain);
  const groups = loopGroups(prepared);
  const places = groupsOf(prepared).flatMap(({ group, n }, g) =>
    Array.from({ length: n }, (_, index) => ({ row: group.firstRow + index, group: groups[g], index })),
  );
  const flatOf = new Map(places.map(({ row }, flat) => [row, flat]));
  const flat = Array.from(rows, (row) => flatOf.get(row) ?? NaN);
  const ticks = flat.flatMap((at, i): LoopTick[] => {
    const place = places[at];
    if (place?.group === undefined) return [];
    return [{ group: place.group, index: place.index, bid: batch.bids[i] ?? NaN, ask: batch.asks[i] ?? NaN }];
  });
  const inputs = () => {
    const { columns, terms } = scanInputs(prepared, profile);
    return { columns: { ...columns, tickRow: flat, tickBid: batch.bids, tickAsk: batch.asks }, terms };
  };
  return { ticks, inputs };
}

interface Style {
  id: string;
  name: string;
  picks: Picks;
  /** Millions a second. */
  limit: number;
}

async function absorbed(recorded: RecordedChain, style: Style, options: BenchOptions): Promise<MeasuredLine[]> {
  const writer = europeanWriter(recorded, NAMES_PER_CORE);
  const chain = writer.chain();
  const live = new LiveShard(chain, chain.groups);
  const before = live.prepared(question);
  // Several batches, so that not the same legs tick each time.
  const batches = Array.from({ length: BATCHES }, (_, seed) =>
    batchOf(tickedRows(before, style.picks, { count: TICKS, seed }), before, recorded.asOfMs),
  );
  /** A batch of ticks, and everything that they change up to the best rows. */
  const absorb = (round: number): number => {
    const batch = batches[(round >> 1) % BATCHES];
    if (batch) writer.ticks(round % 2 === 0 ? batch.up : batch.down);
    const shard = scanShard(live.prepared(question), profile);
    rowsOf(shard, rankShards(shard.columns, profile), profile);
    return shard.counts.survivors;
  };
  const found = absorb(0);
  const expected = doubleLoop(loopGroups(valued(chain)), spreadProfile).survivors;
  if (found !== expected) throw new Error(`after ticks ${found} spreads pass, and ${expected} of all from nothing`);
  const plain = oneName(recorded, style.picks);
  const [ours, theirs] = await interleave(
    { run: (round) => absorb(round + 1), rounds: 60 },
    { run: () => tickLoop(plain.ticks, spreadProfile, RATE), rounds: 5 },
  );
  const line = timedLine({
    id: style.id,
    name: `ticks of ${style.name} of ${NAMES_PER_CORE} names absorbed by one core: vols, Greeks and the best 200 after every ${TICKS}`,
    ...{ ours: rates(ours, TICKS / MILLION / 1e-3), theirs: rates(theirs, plain.ticks.length / MILLION / 1e-3) },
    peer: 'each tick by itself: Newton, formulas, its pairs (plain JS)',
    goal: { bound: '>=', limit: style.limit, unit: 'M/s' },
  });
  const peers = [{ id: 'numba', script: 'ticks.py' }];
  return [line, ...(await besidePeers(line, { peers, inputs: plain.inputs }, options))];
}

/** G7 of performance.md: ticks absorbed on one core. */
export async function lines(options: BenchOptions): Promise<MeasuredLine[]> {
  const styles: Style[] = [
    { id: 'G7a', name: 'all legs', picks: anyLeg, limit: 5 },
    { id: 'G7b', name: 'only the legs of most spreads', picks: busyLeg, limit: 3 },
  ];
  const wanted = styles.filter(({ id }) => options.wants(id));
  if (wanted.length === 0) return [];
  const recorded = spyChain();
  const lists: MeasuredLine[][] = [];
  for (const style of wanted) lists.push(await absorbed(recorded, style, options));
  return lists.flat();
}
