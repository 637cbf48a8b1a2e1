import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { runScan } from '../../electron/cli/scan.ts';
import type { ProfileInput } from '../../scanner/domain/profile.ts';

const root = join(import.meta.dirname, '../..');
const chains = join(root, 'test/fixtures/chains');
const acme = join(chains, 'acme-dirty.csv');
const spx = join(chains, 'spx-two-roots.csv');
const folder = mkdtempSync(join(tmpdir(), 'legwork-scan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function fileOf(text: string): string {
  const path = join(folder, `profile-${files++}.json`);
  writeFileSync(path, text);
  return path;
}
const profileOf = (fields: Partial<ProfileInput> = {}): string =>
  fileOf(JSON.stringify({ version: 1, name: 'test', ...fields }, undefined, 2));

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const io = {
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    signal: new AbortController().signal,
  };
  const code = await runScan(argv, { ...io, out: (t) => void io.out(t), err: (t) => void io.err(t) });
  return { code, out, err };
}

const Result = z.strictObject({
  asOf: z.string(),
  contracts: z.number(),
  pairs: z.number(),
  survivors: z.number(),
  funnel: z.array(z.strictObject({ filter: z.string(), rejected: z.number() })),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
});

describe('the result', () => {
  test('is JSON with the fields of finance.md, and nothing else is on stdout', async () => {
    const { code, out, err } = await run('--chain', acme, '--profile', profileOf());
    expect(code).toBe(0);
    const result = Result.parse(JSON.parse(out));
    expect(result).toMatchObject({ asOf: '2023-08-20T22:35:00-04:00', contracts: 6, pairs: 12 });
    // Calls 30 and 32.5 are quoted like 35; of the puts 32.5 is crossed.
    expect(result.survivors + result.funnel.reduce((sum, f) => sum + f.rejected, 0)).toBe(12);
    expect(err).toMatch(/2 contracts of ACME1 left out/);
    expect(Object.keys(result.rows[0] ?? {})).toEqual(
      expect.arrayContaining(
        'symbol strategy expiry dte right shortStrike longStrike width credit maxProfit maxLoss breakEven pop returnOnRisk ev evToRisk shortDelta longDelta netTheta netVega shortIv longIv openInterest volume bidAskPercent liquidity score'.split(
          ' ',
        ),
      ),
    );
  });

  test('prices are clean decimals: 30/32.5 bear call for 1.175', async () => {
    const { out } = await run(
      '--chain',
      acme,
      '--profile',
      profileOf({ strategies: ['bearCall'], width: { max: 2.5 } }),
    );
    const row = Result.parse(JSON.parse(out)).rows.find((r) => r['shortStrike'] === 30);
    expect(row).toMatchObject({ longStrike: 32.5, credit: 1.175, maxProfit: 117.5, maxLoss: 132.5, breakEven: 31.175 });
    expect(out).not.toMatch(/\d\.\d{11}/);
  });

  test('what is not known is null', async () => {
    const { out } = await run('--chain', acme, '--profile', profileOf({ strategies: ['bearPut'] }));
    const rows = Result.parse(JSON.parse(out)).rows;
    expect(rows.length).toBeGreaterThan(0);
    expect(rows[0]).toMatchObject({ shortStrike: 30, longStrike: 35, longDelta: null });
  });

  test('SPX and SPXW never mix', async () => {
    const { out } = await run('--chain', spx, '--profile', profileOf());
    const result = Result.parse(JSON.parse(out));
    // SPX Feb has 2 strikes, SPXW Feb 3, SPX Mar 1: (1 + 3 + 0) pairs for each of four strategies' rights.
    expect(result).toMatchObject({ contracts: 12, pairs: 16 });
    expect(new Set(result.rows.map((row) => row['root']))).toEqual(new Set(['SPX', 'SPXW']));
  });

  test('an iron butterfly names the strikes of its calls and both break-evens', async () => {
    const given = ['--chain', spx, '--profile', profileOf({ strategies: ['ironButterfly'] })];
    const result = Result.parse(JSON.parse((await run(...given)).out));
    // SPXW Feb only has strikes on both sides of one; mids 54.25 - 46.40 for the puts, 81.40 - 65.55 for the calls.
    expect(result).toMatchObject({ pairs: 1, survivors: 1 });
    const row = { shortStrike: 4475, longStrike: 4450, callShortStrike: 4475, callLongStrike: 4500, root: 'SPXW' };
    const money = { credit: 23.7, maxProfit: 2370, maxLoss: 130, breakEven: 4451.3, upperBreakEven: 4498.7 };
    expect(result.rows[0]).toMatchObject({ ...row, ...money });
    const table = (await run(...given, '--format', 'table')).out;
    expect(table).toContain('4475/4450 P 4475/4500 C');
    expect(table).toContain('4451.300..4498.700');
  });

  test('csv and table hold the same rows', async () => {
    const profile = profileOf({ strategies: ['bearCall'] });
    const json = Result.parse(JSON.parse((await run('--chain', acme, '--profile', profile)).out));
    const csv = (await run('--chain', acme, '--profile', profile, '--format', 'csv')).out.trimEnd().split('\n');
    const table = (await run('--chain', acme, '--profile', profile, '--format', 'table')).out.trimEnd().split('\n');
    expect(csv).toHaveLength(1 + json.rows.length);
    expect(csv[0]).toMatch(/^symbol,root,strategy,expiry,dte/);
    expect(table).toHaveLength(3 + json.rows.length);
    expect(table[0]).toMatch(/As of 2023-08-20T22:35:00-04:00: 6 contracts/);
  });

  test('--top, --pricing and --greeks stand above the profile', async () => {
    const profile = profileOf({ strategies: ['bearCall'], limit: 50 });
    const of = async (...more: string[]) =>
      Result.parse(JSON.parse((await run('--chain', acme, '--profile', profile, ...more)).out));
    expect((await of('--top', '1')).rows).toHaveLength(1);
    const natural = (await of('--pricing', 'natural')).rows.find((row) => row['longStrike'] === 32.5);
    expect(natural?.['credit']).toBe(1.05);
    const [vendor, model] = [await of(), await of('--greeks', 'model')].map(({ rows }) =>
      rows.find((row) => row['longStrike'] === 32.5),
    );
    expect(vendor?.['shortIv']).toBe(0.41);
    expect(model?.['shortIv']).not.toBe(0.41);
    expect(model?.['shortIv']).toBeGreaterThan(0.2);
  });

  test('the symbols of a profile choose among the files', async () => {
    const { out, err } = await run(
      '--chain',
      acme,
      '--chain',
      spx,
      '--profile',
      profileOf({ symbols: ['SPX', 'TSLA'] }),
    );
    expect(Result.parse(JSON.parse(out)).contracts).toBe(12);
    expect(err).toMatch(/names TSLA, which no chain file has/);
    expect(err).toMatch(/ACME not scanned/);
    const all = await run('--chain', acme, '--chain', spx, '--profile', profileOf());
    expect(Result.parse(JSON.parse(all.out))).toMatchObject({ contracts: 18, asOf: '2023-08-20T22:35:00-04:00' });
  });

  test('filters that a file cannot answer are told', async () => {
    const fields = {
      ivRank: { min: 10 },
      autoMode: { ivPercentileAtLeast: 50 },
      excludeEarnings: true,
      excludeExDividend: true,
    };
    const { out, err } = await run('--chain', spx, '--profile', profileOf(fields));
    const funnel = Result.parse(JSON.parse(out)).funnel;
    expect(funnel.find((f) => f.filter === 'strategies')?.rejected).toBe(0);
    expect(err).toMatch(/autoMode.*\n.*ivRank rejects.*\n.*excludeEarnings.*\n.*excludeExDividend/);
  });

  test('a foreign date needs --as-of', async () => {
    const french = join(chains, 'exemple-french.csv');
    const refused = await run('--chain', french, '--profile', profileOf());
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/exemple-french\.csv line 3, field "Date": found "20 août 2023/);
    for (const time of ['2023-08-20T22:35', '2023-08-20T22:35:00-04:00', '2023-08-21T02:35Z']) {
      const { code, out } = await run('--chain', french, '--profile', profileOf(), '--as-of', time);
      expect([code, Result.parse(JSON.parse(out)).asOf]).toEqual([0, '2023-08-20T22:35:00-04:00']);
    }
    const closing = await run('--chain', french, '--profile', profileOf(), '--as-of', '2023-08-18');
    expect(Result.parse(JSON.parse(closing.out)).asOf).toBe('2023-08-18T16:00:00-04:00');
  });
});

describe('bad input ends with 2, a message and an empty stdout', () => {
  const noFile = join(folder, 'missing.csv');
  test.each<[string, () => string[], RegExp]>([
    ['no chain', () => ['--profile', profileOf()], /--chain FILE/],
    ['no profile', () => ['--chain', acme], /--profile FILE/],
    ['an unknown option', () => ['--chian', acme], /--chian/],
    ['an option without its value', () => ['--chain'], /--chain/],
    ['a word too many', () => ['--chain', acme, '--profile', profileOf(), 'SPY'], /SPY/],
    ['a missing chain file', () => ['--chain', noFile, '--profile', profileOf()], /missing\.csv: cannot be read/],
    ['a folder for a file', () => ['--chain', folder, '--profile', profileOf()], /cannot be read|expected/],
    ['a missing profile', () => ['--chain', acme, '--profile', noFile], /missing\.csv: cannot be read/],
    ['a profile for a chain', () => ['--chain', profileOf(), '--profile', profileOf()], /line 2: not readable as CSV/],
    [
      'a profile that is not JSON',
      () => ['--chain', acme, '--profile', fileOf('{\n"version": 1,\n"name": \n}')],
      /line 4: not JSON/,
    ],
    ['an empty profile file', () => ['--chain', acme, '--profile', fileOf('')], /line 1: not JSON/],
    [
      'a bad field',
      () => [
        '--chain',
        acme,
        '--profile',
        fileOf('{\n "version": 1,\n "name": "x",\n "dte": {\n  "min": "soon"\n } }'),
      ],
      /\.json line 5: Profile field "dte\.min"/,
    ],
    [
      'an unknown field',
      () => ['--chain', acme, '--profile', fileOf('{ "version": 1, "name": "x",\n "delta": {} }')],
      /\.json line 2: Profile field "delta": unknown field/,
    ],
    [
      'a range the wrong way round',
      () => ['--chain', acme, '--profile', profileOf({ dte: { min: 60, max: 20 } })],
      /line \d+: .*"dte"/,
    ],
    ['another version', () => ['--chain', acme, '--profile', fileOf('{"version": 2, "name": "x"}')], /"version"/],
    [
      'a bad format',
      () => ['--chain', acme, '--profile', profileOf(), '--format', 'xml'],
      /--format must be table or json or csv/,
    ],
    ['a bad source', () => ['--chain', acme, '--profile', profileOf(), '--greeks', 'mine'], /--greeks/],
    ['a bad price', () => ['--chain', acme, '--profile', profileOf(), '--pricing', 'best'], /--pricing/],
    ['a bad top', () => ['--chain', acme, '--profile', profileOf(), '--top', '0'], /--top/],
    ['a bad time', () => ['--chain', acme, '--profile', profileOf(), '--as-of', '2023-02-30'], /--as-of/],
    ['an hour left out', () => ['--chain', acme, '--profile', profileOf(), '--as-of', '2023-03-12T02:30'], /--as-of/],
    ['a bad hour', () => ['--chain', acme, '--profile', profileOf(), '--as-of', '2023-02-20T25:00'], /--as-of/],
    ['a bad rate', () => ['--chain', acme, '--profile', profileOf(), '--rate', '4.5'], /--rate/],
    ['a symbol twice', () => ['--chain', acme, '--chain', acme, '--profile', profileOf()], /ACME is in .* already/],
  ])('%s', async (_, argv, message) => {
    const { code, out, err } = await run(...argv());
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});

test('--help says what there is', async () => {
  const { code, out, err } = await run('--help');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const option of ['--chain', '--profile', '--greeks', '--pricing', '--top', '--format', '--as-of', '--rate']) {
    expect(out).toContain(option);
  }
});

test('as a command of its own: JSON on stdout, warnings on stderr, exit codes', async () => {
  const command = promisify(execFile);
  const legwork = join(root, 'electron/cli/legwork.ts');
  const done = await command(process.execPath, [legwork, 'scan', '--chain', acme, '--profile', profileOf()]);
  expect(Result.parse(JSON.parse(done.stdout)).contracts).toBe(6);
  expect(done.stderr).toMatch(/ACME1/);
  await expect(command(process.execPath, [legwork, 'scan'])).rejects.toMatchObject({ code: 2, stdout: '' });
});
