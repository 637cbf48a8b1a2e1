import { afterEach, expect, test } from 'vitest';
import type { ProfileInput } from '../../../scanner/domain/profile.ts';
import { CONTROL } from '../../../scanner/chain/columns.ts';
import { computeModelGreeks } from '../../../scanner/chain/modelGreeks.ts';
import { ScanPool, type ScanPoolOptions } from '../../../scanner/pool/scanPool.ts';
import { prepareChain } from '../../../scanner/scan/preparedChain.ts';
import { ScanCancelled } from '../../../scanner/scan/cancellation.ts';
import { scan } from '../../../scanner/scan/scan.ts';
import { testChain, testProfile, type TestLeg } from '../scan/testChain.ts';
import { realClock } from '../../../electron/hosts/realClock.ts';

const settings = { rate: 0.045, facts: { SPX: { ivRank: 55, ivPercentile: 66 } } };
const fields: Partial<ProfileInput> = { strategies: ['bullPut', 'bearCall'], rankBy: { pop: 1, returnOnRisk: 2 } };

/** Some hundred index options, so that model vols are quick. */
function someChain(count = 40) {
  const legs: TestLeg[] = [];
  for (const expiry of ['2023-10-20', '2023-11-17', '2023-12-15']) {
    for (let i = 0; i < count; i++) {
      const strike = 80 + (40 * i) / count;
      const [call, put] = [Math.max(0, 100 - strike), Math.max(0, strike - 100)];
      const time = 4 * Math.exp(-(((strike - 100) / 10) ** 2));
      const quote = { symbol: 'SPX', root: 'SPXW', strike, expiry, iv: 0.2, openInterest: 100 + i };
      legs.push({ ...quote, right: 'C', bid: call + time, ask: call + time + 0.1, delta: 0.9 - (0.8 * i) / count });
      legs.push({ ...quote, right: 'P', bid: put + time, ask: put + time + 0.1, delta: -0.1 - (0.8 * i) / count });
    }
  }
  return testChain(legs);
}

const pools: ScanPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function startPool(options: Partial<ScanPoolOptions> = {}): { pool: ScanPool; problems: string[] } {
  const problems: string[] = [];
  const pool = new ScanPool({ clock: realClock, threads: 2, onProblem: (text) => problems.push(text), ...options });
  pools.push(pool);
  return { pool, problems };
}

const brokenWorker = new URL('./brokenWorker.ts', import.meta.url);

test.each([
  { survivors: 'few, ranked by the thread that asks', strikes: 40, isMany: false },
  { survivors: 'many, ranked by a worker', strikes: 200, isMany: true },
])('a scan on the pool is the scan, row by row: $survivors', async ({ strikes, isMany }) => {
  const chain = someChain(strikes);
  const profile = testProfile(fields);
  // Of more than 20,000 candidates histograms are samples, which each shard takes for itself.
  const withHistograms = !isMany;
  const here = scan(prepareChain(chain, settings, { source: 'vendor' }), profile, { withHistograms });
  const { pool } = startPool();
  const there = await pool.scan({ chain, profile, ...settings, withHistograms });
  expect(here.rows.length).toBeGreaterThan(100);
  expect(here.summary.survivors > 25_000).toBe(isMany);
  expect(there.rows).toEqual(here.rows);
  expect({ ...there, rows: [], summary: { ...there.summary, tookMs: 0 } }).toEqual({ ...here, rows: [] });
});

test('a new quote is seen by the next scan of the same handle', async () => {
  const chain = someChain();
  const { pool } = startPool({ threads: 1 });
  const request = { chain, profile: testProfile({ ...fields, limit: 1 }), ...settings };
  const before = await pool.scan(request);
  chain.columns.ask.fill(0);
  for (const { slot } of chain.groups) Atomics.add(chain.columns.groupSequence, slot, 2);
  Atomics.add(chain.columns.control, CONTROL.generation, 1);
  const after = await pool.scan(request);
  expect(before.summary.survivors).toBeGreaterThan(0);
  expect(after.summary.survivors).toBe(0);
});

test('model vols are written in place by the workers, the same as here', async () => {
  const chain = someChain();
  const twin = someChain();
  const { pool } = startPool();
  const profile = testProfile({ ...fields, greeks: 'model', dte: { max: 40 } });
  computeModelGreeks(twin, settings);
  const { rows } = await pool.scan({ chain, profile, ...settings, valueAll: true });
  expect(rows[0]?.greeks).toBe('model');
  for (const name of ['modelIv', 'modelDelta', 'modelTheta'] as const) {
    expect(chain.columns[name]).toEqual(twin.columns[name]);
  }
});

test('an aborted scan rejects at once and the pool goes on', async () => {
  const chain = someChain(300);
  const { pool, problems } = startPool({ threads: 1 });
  const abort = new AbortController();
  const running = pool.scan({ chain, profile: testProfile(), ...settings, withHistograms: true }, abort.signal);
  abort.abort();
  await expect(running).rejects.toThrow(ScanCancelled);
  await expect(pool.scan({ chain, profile: testProfile(), ...settings }, abort.signal)).rejects.toThrow(ScanCancelled);
  const next = await pool.scan({ chain, profile: testProfile({ ...fields, width: { max: 2 } }), ...settings });
  expect(next.summary.survivors).toBeGreaterThan(0);
  expect(problems).toEqual([]);
});

test('a worker that dies is replaced, its scan repeated and the problem told', async () => {
  const chain = someChain();
  const { pool, problems } = startPool({ workerFile: brokenWorker });
  const result = await pool.scan({ chain, profile: testProfile({ ...fields, name: 'exit' }), ...settings });
  expect(result.summary.survivors).toBeGreaterThan(0);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/was lost .* repeated/);
});

test('a worker that dies between two phases of a scan has the whole scan repeated', async () => {
  const chain = someChain();
  const profile = testProfile({ ...fields, name: 'forget' });
  const { pool, problems } = startPool({ workerFile: brokenWorker });
  const result = await pool.scan({ chain, profile, ...settings });
  expect(result.rows).toEqual(scan(prepareChain(chain, settings, { source: 'vendor' }), profile).rows);
  expect(problems).toHaveLength(1);
});

test('a worker that hangs is replaced after its deadline', async () => {
  const chain = someChain();
  // Each deadline is longer than the last: on a busy computer the first may fall before the worker has started.
  let delayMs = 200;
  const clock = { ...realClock, setTimer: (run: () => void) => realClock.setTimer(run, (delayMs *= 3)) };
  const { pool, problems } = startPool({ clock, workerFile: brokenWorker, deadlineMs: 600, threads: 1 });
  const result = await pool.scan({ chain, profile: testProfile({ ...fields, name: 'hang' }), ...settings });
  expect(result.summary.survivors).toBeGreaterThan(0);
  expect(problems[0]).toMatch(/did not answer within 0.6 s/);
});

test('a task that kills every worker is given up with what to do', async () => {
  const chain = someChain();
  const { pool, problems } = startPool({ workerFile: brokenWorker, threads: 1 });
  const running = pool.scan({ chain, profile: testProfile({ ...fields, name: 'exit always' }), ...settings });
  await expect(running).rejects.toThrow(/3 times in a row.*Restart Legwork/);
  expect(problems).toHaveLength(2);
});

test('closing ends what runs without calling it a problem', async () => {
  const chain = someChain(300);
  const { pool, problems } = startPool({ threads: 1 });
  const running = expect(pool.scan({ chain, profile: testProfile(), ...settings })).rejects.toThrow(ScanCancelled);
  await pool.close();
  await running;
  expect(problems).toEqual([]);
});

test('a pool that is closed while the answer to the next scan is on its way drops it, and nothing else happens', async () => {
  const { pool, problems } = startPool({ threads: 1 });
  const request = { chain: someChain(), profile: testProfile(fields), ...settings };
  await pool.scan(request);
  const next: Promise<unknown>[] = [];
  const closed = pool.scan(request).then(() => {
    // The next scan's task was posted when this one's answer came; while this thread sleeps the worker answers.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    return pool.close();
  });
  for (let scans = 0; scans < 3; scans++) next.push(expect(pool.scan(request)).rejects.toThrow(ScanCancelled));
  await closed;
  await Promise.all(next);
  expect(problems).toEqual([]);
});
