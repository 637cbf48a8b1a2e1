import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAX_FILE_CHARACTERS, parseCboeFile } from '../../../scanner/chain/cboeFile.ts';
import { LegworkError } from '../../../scanner/domain/errors.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/chains');
const read = (name: string): string => readFileSync(join(fixtures, name), 'utf8');
const parse = (name: string, asOfMs?: number) => parseCboeFile(read(name), { fileName: name, asOfMs });

/** The error's field and message for a text that must be refused. */
function refusal(text: string, asOfMs?: number): { field: string; message: string } {
  try {
    parseCboeFile(text, { fileName: 'x.csv', asOfMs });
  } catch (thrown) {
    if (thrown instanceof LegworkError && thrown.error.kind === 'input') return thrown.error;
    throw thrown;
  }
  throw new Error('the text was accepted');
}

const acme = read('acme-dirty.csv');
/** The file with one line replaced; lines count from 1. */
const withLine = (line: number, change: (old: string) => string): string =>
  acme
    .split('\r\n')
    .map((text, i) => (i === line - 1 ? change(text) : text))
    .join('\r\n');

describe('a file of a share', () => {
  const chain = parse('acme-dirty.csv');

  test('name, spot and time are read through a byte-order mark and CRLF', () => {
    expect(chain.symbol).toBe('ACME');
    expect(chain.name).toBe('Acme, Inc.');
    expect([chain.last, chain.bid, chain.ask]).toEqual([31.2, 31.15, 31.25]);
    expect(new Date(chain.asOfMs).toISOString()).toBe('2023-08-21T02:35:00.000Z');
  });

  test('an adjusted class is left out with a warning and counts in nothing', () => {
    expect(chain.options).toHaveLength(6);
    expect(chain.options.every(({ root }) => root === 'ACME')).toBe(true);
    expect(chain.warnings.join()).toMatch(/2 contracts of ACME1 left out/);
  });

  test('a zero vol or delta is missing, a zero bid is a bid, strikes may be fractional', () => {
    const put = (strike: number) => chain.options.find((o) => o.right === 'P' && o.strike === strike);
    const call = (strike: number) => chain.options.find((o) => o.right === 'C' && o.strike === strike);
    expect(put(32.5)).toMatchObject({ iv: undefined, delta: -0.7349, bid: 1.6, ask: 1.5 });
    expect(put(35)).toMatchObject({ iv: 0.46, delta: undefined, gamma: 0 });
    expect(call(35)).toMatchObject({ bid: 0, ask: 0.05, volume: 3, openInterest: 90, last: 0.02 });
  });
});

describe('a file of an index', () => {
  const chain = parse('spx-two-roots.csv');

  test('roots are told apart by the option symbol and belong to one underlying', () => {
    expect(chain.symbol).toBe('SPX');
    const roots = chain.options.map(({ root, expiry }) => `${root} ${expiry}`);
    expect(new Set(roots)).toEqual(new Set(['SPX 2022-02-18', 'SPXW 2022-02-18', 'SPX 2022-03-18']));
    expect(chain.options).toHaveLength(12);
  });

  test('thousands separators in prices, strikes, volume and open interest', () => {
    expect([chain.last, chain.bid, chain.ask]).toEqual([4500.25, 4499.1, 4501.4]);
    expect(chain.options[0]).toMatchObject({ strike: 4450, volume: 1204, openInterest: 12_034 });
  });

  test('the other date style', () => {
    expect(new Date(chain.asOfMs).toISOString()).toBe('2022-02-06T01:26:00.000Z');
  });
});

describe('a date in another language', () => {
  test('is refused with file, line and what was found', () => {
    const { field, message } = refusal(read('exemple-french.csv'));
    expect(field).toBe('Date');
    expect(message).toMatch(/x\.csv line 3.*20 août 2023.*--as-of/);
  });

  test('is accepted when the quote time is given; expiries come from the option symbols', () => {
    const chain = parse('exemple-french.csv', Date.UTC(2023, 7, 21, 2, 35));
    expect(chain.options.map(({ expiry }) => expiry)).toEqual(['2023-08-25', '2023-08-25']);
    expect(chain.asOfMs).toBe(Date.UTC(2023, 7, 21, 2, 35));
  });

  test.each(['janvier', 'févr.', 'août', 'Mai', 'juin', 'décembre'])('the month %s is not English', (month) => {
    expect(refusal(withLine(3, (old) => old.replace('August', month))).message).toContain(month);
  });
});

test.each([
  ['"Date: August 20, 2023 at 10:35 PM EDT"', '2023-08-21T02:35:00.000Z'],
  ['"Date: February 5 2022, 8:26 PM EST"', '2022-02-06T01:26:00.000Z'],
  ['Date: February 5 2022, 8:26 PM EST', '2022-02-06T01:26:00.000Z'],
  ['"Date: Mar 3, 2023 at 12:05 AM EST"', '2023-03-03T05:05:00.000Z'],
  ['"Date: September 1, 2023 at 12:00 PM ET"', '2023-09-01T16:00:00.000Z'],
  ['"Date: January 3, 2023 at 3:15 PM CST"', '2023-01-03T21:15:00.000Z'],
  ['"Date: Jul 10 2019 @ 15:44 ET"', '2019-07-10T19:44:00.000Z'],
  ['"Date: August 21, 2023 at 4:00 pm edt"', '2023-08-21T20:00:00.000Z'],
  ['Date: August 21, 2023 at 4:00 P.M. EDT', '2023-08-21T20:00:00.000Z'],
  ['"Date: November 5, 2023 at 1:30 AM"', '2023-11-05T05:30:00.000Z'],
])('quote time %s', (cell, iso) => {
  const text = withLine(3, () => `${cell},Bid: 31.15,Ask: 31.25`);
  expect(new Date(parseCboeFile(text, { fileName: 'x' }).asOfMs).toISOString()).toBe(iso);
});

test.each(['Fri Aug 25 2023', 'August 25, 2023', '2023-08-25', '8/25/2023'])('expiry %s', (expiry) => {
  const cell = expiry.includes(',') ? `"${expiry}"` : expiry;
  const text = withLine(5, (old) => old.replace('Fri Aug 25 2023', cell));
  expect(parseCboeFile(text, { fileName: 'x' }).options[0]?.expiry).toBe('2023-08-25');
});

describe('damage is refused with file, line and field', () => {
  test.each([
    ['a thousand in two fields', withLine(6, (old) => old.replace(/,(\d+)$/, ',1,$1')), 6, 'Open Interest'],
    ['fewer than no contracts', withLine(6, (old) => old.replace(/,(\d+)$/, ',-$1')), 6, 'Puts Open Interest'],
    ['another strike than the symbol', withLine(5, (old) => old.replace(',30.00,', ',30.50,')), 5, 'Strike'],
    ['another day than the symbol', withLine(5, (old) => old.replace('Aug 25', 'Sep 01')), 5, 'Expiration Date'],
    ['an option of another share', withLine(6, (old) => old.replace('ACME230825C', 'AMD230825C')), 6, 'Calls'],
    ['a zone that is none', withLine(3, (old) => old.replace('EDT', 'Central')), 3, 'Date'],
    ['an hour left out in spring', withLine(3, () => '"Date: March 12, 2023 at 2:30 AM ET"'), 3, 'Date'],
    ['a cut last line', withLine(7, (old) => old.slice(0, 60)), 7, 'Gamma'],
    ['a word for a bid', withLine(6, (old) => old.replace(',0.3,0.4,', ',none,0.4,')), 6, 'Calls Bid'],
    ['a broken number', withLine(6, (old) => old.replace(',0.3,0.4,', ',0.3,0.4.1,')), 6, 'Calls Ask'],
    ['a negative price', withLine(6, (old) => old.replace(',0.3,0.4,', ',-0.3,0.4,')), 6, 'Calls Bid'],
    ['no strike', withLine(5, (old) => old.replace(',30.00,', ',,')), 5, 'Strike'],
    ['a strike of 0', withLine(5, (old) => old.replace(',30.00,', ',0,')), 5, 'Strike'],
    ['a call where the put belongs', withLine(5, (old) => old.replace('230825P', '230825C')), 5, 'Puts'],
    ['no option symbol', withLine(5, (old) => old.replace('ACME230825C00030000', '')), 5, 'Calls'],
    ['an unknown month', withLine(5, (old) => old.replace('Aug', 'Aux')), 5, 'Expiration Date'],
    ['a day that does not exist', withLine(5, (old) => old.replace('Aug 25', 'Aug 32')), 5, 'Expiration Date'],
    ['no spot', withLine(2, (old) => old.replace('Last: 31.2', 'Last: ')), 2, 'Last'],
    ['a spot of 0', withLine(2, (old) => old.replace('31.2', '0')), 2, 'Last'],
    ['a time without an hour', withLine(3, (old) => old.replace('10:35 PM', '')), 3, 'Date'],
    ['an hour that does not exist', withLine(3, (old) => old.replace('10:35 PM', '13:35 PM')), 3, 'Date'],
    ['a missing column', withLine(4, (old) => old.replace('Strike', 'Stroke')), 4, 'Strike'],
  ])('%s', (_, text, line, field) => {
    const found = refusal(text);
    expect(found.field).toBe(field);
    expect(found.message).toContain(`x.csv line ${line}`);
    expect(found.message).toContain(field);
  });

  test('no column names at all', () => {
    expect(refusal('<html><body>Not found</body></html>').message).toMatch(/x\.csv: no line that starts with/);
    expect(refusal('').field).toBe('header');
  });

  test('a quote that is never closed', () => {
    expect(refusal(withLine(5, (old) => `"${old}`)).message).toMatch(/x\.csv line \d+: not readable as CSV/);
  });

  test('nothing but adjusted contracts', () => {
    expect(refusal(acme.replaceAll('ACME2', 'ACME12')).message).toMatch(/no standard option/);
  });

  test('a file that is too large', () => {
    expect(refusal(' '.repeat(MAX_FILE_CHARACTERS + 1)).message).toMatch(/larger than 64 MB/);
  });
});

test('contracts that stand twice are taken once, from the later line, with a warning', () => {
  const lines = acme.trimEnd().split('\r\n');
  const again = (lines[4] ?? '').replace('1.45,1.6', '1.46,1.6');
  const chain = parseCboeFile([...lines, again].join('\r\n'), { fileName: 'x.csv' });
  expect(chain.options).toHaveLength(6);
  expect(chain.options[0]?.bid).toBe(1.46);
  expect(chain.warnings.join()).toMatch(/2 contracts stand in it twice/);
});

test('whatever is done to a file, it is read or refused as input', () => {
  fc.assert(
    fc.property(fc.nat(acme.length - 1), fc.nat(40), fc.string({ maxLength: 6 }), (at, length, junk) => {
      const text = acme.slice(0, at) + junk + acme.slice(at + length);
      try {
        const chain = parseCboeFile(text, { fileName: 'x.csv' });
        expect(chain.options.every((o) => o.strike > 0 && /^\d{4}-\d{2}-\d{2}$/.test(o.expiry))).toBe(true);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(LegworkError);
      }
    }),
    { numRuns: 500 },
  );
});
