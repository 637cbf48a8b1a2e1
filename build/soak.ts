/**
 * `npm run soak`: runs Legwork on the simulator under ticks (`--minutes 60`) beside a window and watches its memory. Prints a
 * sample every ten seconds and the drift of each measure; a drift above 1 % of all memory an hour fails a run of at least
 * half an hour.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type * as soakDesk from '../test/bench/soakDesk.ts';
import { bundle, MALLOC_LIMITS, V8_FLAGS } from './setUp/prepare.mjs';
import { drift, type MemoryMeasure, type MemorySample } from './drift.ts';

const SAMPLE_MS = 10_000;
const MOST_PERCENT_PER_HOUR = 1;
const LEAST_MINUTES_TO_JUDGE = 30;
const SHORT = `under ${LEAST_MINUTES_TO_JUDGE} minutes`;
/** Until V8 has sized its heaps and the first pass of the chain load is long over; of a short run half. */
const MOST_WARM_UP_MINUTES = 15;
const MEASURES: readonly MemoryMeasure[] = ['rss', 'heap', 'external'];
/** Buffers outside the heap come and go with each scan; what stays of them is in the resident memory. */
const JUDGED: readonly MemoryMeasure[] = ['rss', 'heap'];
const MB = 1e6;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes: expected a number above 0, found "${values.minutes}".`);

async function run(desk: soakDesk.SoakDesk): Promise<MemorySample[]> {
  const samples: MemorySample[] = [];
  const start = performance.now();
  process.stdout.write('minute   rss MB  heap MB  external MB   rows  contracts  streamed  to TWS\n');
  for (let round = 0; performance.now() - start < minutes * 60_000; round++) {
    await sleep(SAMPLE_MS);
    await desk.act(round);
    const { rss, heapUsed: heap, external } = await desk.memory();
    const sample: MemorySample = { atMs: performance.now() - start, rss, heap, external };
    samples.push(sample);
    const { rows, contracts, streamMessages, twsMessages } = desk.work();
    const sizes = MEASURES.map((measure) => (sample[measure] / MB).toFixed(2).padStart(8)).join(' ');
    const done = [rows, contracts, streamMessages, twsMessages].map((count) => String(count).padStart(9)).join(' ');
    process.stdout.write(`${(sample.atMs / 60_000).toFixed(2).padStart(6)} ${sizes} ${done}\n`);
  }
  return samples;
}

const file = resolve(import.meta.dirname, '../test/bench/soakDesk.ts');
const { openSoakDesk } = (await import(pathToFileURL(file).href)) as typeof soakDesk;
await bundle(process.execPath);
const desk = await openSoakDesk({ flags: V8_FLAGS, env: { ...MALLOC_LIMITS, ...process.env } });
const samples = await run(desk);
await desk.close();

const warmUpMs = Math.min(MOST_WARM_UP_MINUTES, minutes / 2) * 60_000;
const isLong = minutes >= LEAST_MINUTES_TO_JUDGE;
// Each part is judged by what the whole process takes: it is the computer's memory that must not run full.
const { level: whole } = drift(samples, 'rss', warmUpMs);
for (const measure of MEASURES) {
  const { level, bytesPerHour, error } = drift(samples, measure, warmUpMs);
  const percentPerHour = (100 * bytesPerHour) / whole;
  const tooMuch = percentPerHour > MOST_PERCENT_PER_HOUR;
  const isJudged = isLong && JUDGED.includes(measure);
  if (tooMuch && isJudged) process.exitCode = 1;
  const verdict = isJudged ? (tooMuch ? 'too much' : 'ok') : isLong ? 'for information' : `not judged: ${SHORT}`;
  const [from, growth, plusMinus] = [level, bytesPerHour, error].map((bytes) => (bytes / MB).toFixed(2));
  const text = `${measure.padEnd(9)} ${from} MB, ${growth} +- ${plusMinus} MB/h, ${percentPerHour.toFixed(2)} % of memory an hour`;
  process.stdout.write(`${text}: ${verdict}\n`);
}
