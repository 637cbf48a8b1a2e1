import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { runInTerminal } from './terminal.ts';

const root = join(import.meta.dirname, '../..');
const spx = join(root, 'test/fixtures/chains/spx-two-roots.csv');
const acme = join(root, 'test/fixtures/chains/acme-dirty.csv');
const real = (name: string): string => join(root, '../shared/data', name);
const folder = mkdtempSync(join(tmpdir(), 'legwork-iv-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const number = z.number().nullable();
const Contract = z.strictObject({
  strike: z.number(),
  right: z.enum(['C', 'P']),
  ...{ bid: number, ask: number, vendorIv: number, bidIv: number, midIv: number, askIv: number, fittedIv: number },
  ...{ vendorMinusMid: number, midMinusFitted: number, vega: number, isFitted: z.boolean() },
});
const Expiry = z.strictObject({
  ...{ root: z.string(), expiry: z.string(), settlement: z.enum(['am', 'pm']), dte: z.number(), years: z.number() },
  ...{ forward: z.number(), forwardError: number, rate: z.number(), impliedYield: z.number() },
  rateSource: z.enum(['implied', 'pooled', 'given', 'default']),
  ...{ impliedRate: number, impliedRateError: number, parityStrikes: number, parityOutliers: number },
  ...{ atmVol: number, riskReversal25: number, butterfly25: number, points: z.number(), rmse: number },
  ...{ withinBidAsk: number, smileMoved: z.boolean().nullable() },
  arbitrage: z.strictObject({ butterflies: z.array(z.looseObject({})), calendar: z.looseObject({}).nullable() }),
  contracts: z.array(Contract),
  disagreements: z.array(
    z.strictObject({
      ...{ right: z.string(), strike: z.number(), difference: z.number(), worth: z.number(), reason: z.string() },
    }),
  ),
});
const Result = z.strictObject({
  threshold: z.number(),
  chains: z.array(
    z.strictObject({
      ...{ symbol: z.string(), asOf: z.string(), spot: z.number(), impliedSpot: number },
      ...{ exercise: z.string(), expiries: z.array(Expiry) },
    }),
  ),
});

const run = (...argv: string[]) => runInTerminal(['iv', ...argv]);
async function jsonOf(...argv: string[]): Promise<z.infer<typeof Result>> {
  const { code, out, err } = await run(...argv, '--format', 'json');
  expect(code, err).toBe(0);
  return Result.parse(JSON.parse(out));
}

describe('the result', () => {
  test('is JSON with the documented fields, one entry per root and expiry', async () => {
    const { threshold, chains } = await jsonOf('--chain', spx, '--chain', acme, '--rate', '0.03');
    expect(threshold).toBe(0.01);
    expect(chains.map(({ symbol, exercise }) => `${symbol} ${exercise}`)).toEqual(['SPX european', 'ACME american']);
    const roots = chains[0]?.expiries.map(({ root: name, settlement }) => `${name} ${settlement}`);
    expect(new Set(roots)).toEqual(new Set(['SPX am', 'SPXW pm']));
    expect(chains[0]?.expiries.every(({ rate, rateSource }) => rate === 0.03 && rateSource === 'given')).toBe(true);
  });

  test('csv has a line per contract, the table one per expiry', async () => {
    const [chain] = (await jsonOf('--chain', spx)).chains;
    const contracts = chain?.expiries.flatMap((one) => one.contracts) ?? [];
    const csv = (await run('--chain', spx, '--format', 'csv')).out.trimEnd().split('\n');
    expect(csv).toHaveLength(1 + contracts.length);
    expect(csv[0]).toMatch(/^symbol,root,expiry,strike,right,bid,ask,vendorIv,bidIv,midIv,askIv,fittedIv,/);
    const { out } = await run('--chain', spx);
    expect(out).toMatch(/^SPX as of .*european/);
    for (const { expiry } of chain?.expiries ?? []) expect(out).toContain(expiry);
  });

  test('--expiry chooses, --out writes to a file and leaves stdout empty', async () => {
    const all = (await jsonOf('--chain', spx)).chains[0]?.expiries ?? [];
    const chosen = all[0]?.expiry ?? '';
    const file = join(folder, 'surface.json');
    const { code, out } = await run('--chain', spx, '--expiry', chosen, '--format', 'json', '--out', file);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    const [chain] = Result.parse(JSON.parse(readFileSync(file, 'utf8'))).chains;
    expect(new Set(chain?.expiries.map(({ expiry }) => expiry))).toEqual(new Set([chosen]));
  });

  test('says what it assumes', async () => {
    const { err } = await run('--chain', acme);
    expect(err).toMatch(/ACME1 left out/);
    expect(err).toMatch(/0\.045 is assumed.*--rate/);
    expect(err).toMatch(/hours after the last close.*--as-of/);
    expect((await run('--chain', spx, '--dividend', '2023-12-15:1')).err).toMatch(/--dividend is left aside/);
  });
});

describe('bad input ends with 2, a message and an empty stdout', () => {
  test.each([
    ['no chain', [], /--chain FILE/],
    ['an unknown option', ['--chian', spx], /--chian/],
    ['a missing file', ['--chain', join(folder, 'none.csv')], /none\.csv: cannot be read/],
    ['a bad rate', ['--chain', spx, '--rate', '5'], /--rate must be/],
    ['a bad expiry', ['--chain', spx, '--expiry', 'soon'], /--expiry must be a date/],
    ['an expiry that is not listed', ['--chain', spx, '--expiry', '2031-01-17'], /No chain has.*2031-01-17/],
    ['a bad dividend', ['--chain', acme, '--dividend', '2023-12-15'], /--dividend must be DATE:AMOUNT/],
    ['a dividend of nothing', ['--chain', acme, '--dividend', '2023-12-15:0'], /--dividend must be DATE:AMOUNT/],
    ['a bad threshold', ['--chain', spx, '--threshold', '200'], /--threshold must be/],
    ['a bad format', ['--chain', spx, '--format', 'xml'], /--format must be table or json or csv/],
    ['an unwritable file', ['--chain', spx, '--out', join(folder, 'no/such/x.json')], /cannot be written/],
  ] as const)('%s', async (_, argv, message) => {
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});

test('--help says what there is', async () => {
  const { code, out } = await run('--help');
  expect(code).toBe(0);
  for (const option of ['--chain', '--expiry', '--rate', '--dividend', '--threshold', '--format', '--as-of', '--out']) {
    expect(out).toContain(option);
  }
});

describe('real chains', () => {
  const xsp = real('xsp-2023-09-14.csv');
  test.skipIf(!existsSync(xsp))('XSP: the money market of September 2023, every quote within its bid-ask', async () => {
    const [chain] = (await jsonOf('--chain', xsp)).chains;
    const expiries = chain?.expiries ?? [];
    expect(expiries.length).toBeGreaterThan(45);
    for (const { dte, rate, impliedYield, withinBidAsk, expiry } of expiries) {
      expect(rate, expiry).toBeGreaterThan(0.042);
      expect(rate, expiry).toBeLessThan(0.064);
      expect(withinBidAsk, expiry).toBeGreaterThan(0.99);
      if (dte < 60) continue;
      // Three-month bills paid 5.4 %, the index 1.5 % at most; box rates stand a little above bills.
      expect(Math.abs(rate - 0.056), expiry).toBeLessThan(0.0055);
      expect(Math.abs(impliedYield - 0.011), expiry).toBeLessThan(0.005);
    }
  });

  const amd = real('amd-2023-08-20.csv');
  test.skipIf(!existsSync(amd))(
    'AMD: pays no dividend, and the vendor agrees wherever time does not matter',
    async () => {
      const [chain] = (await jsonOf('--chain', amd, '--rate', '0.0525')).chains;
      const late = chain?.expiries.filter(({ dte }) => dte > 80) ?? [];
      expect(late.length).toBeGreaterThan(8);
      for (const { impliedYield, disagreements, expiry } of late) {
        expect(Math.abs(impliedYield), expiry).toBeLessThan(0.01);
        expect(
          disagreements.filter(({ worth }) => worth > 0.1),
          expiry,
        ).toEqual([]);
      }
      // At the close the clocks agree too.
      const [close] = (await jsonOf('--chain', amd, '--rate', '0.0525', '--as-of', '2023-08-18')).chains;
      expect(close?.expiries.flatMap((one) => one.disagreements).filter(({ worth }) => worth > 0.1)).toEqual([]);
      // Monday's open at the earliest could tell; the options closed on Friday with the share at 105.45.
      expect(chain?.impliedSpot).toBeCloseTo(105.45, 0);
    },
  );
});
