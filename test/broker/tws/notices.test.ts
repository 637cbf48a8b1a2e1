import { describe, expect, test } from 'vitest';
import { classifyNotice, describeNotice, saysReadOnly, type NoticeScope } from '../../../broker/tws/notices.ts';

const SCOPES: NoticeScope[] = ['system', 'request', 'whatIf'];

describe('a notice is classified by code and scope', () => {
  test.each([
    [201, 'whatIf', 'failRequest'],
    [399, 'whatIf', 'info'],
    [200, 'request', 'failRequest'],
    [354, 'request', 'failRequest'],
    [101, 'request', 'failRequest'],
    [162, 'request', 'failRequest'],
    [10197, 'request', 'failRequest'],
    [10186, 'request', 'failRequest'],
    [10167, 'request', 'info'],
    [10090, 'request', 'info'],
    [10091, 'request', 'info'],
    [10089, 'request', 'info'],
    [300, 'request', 'info'],
    [2104, 'request', 'info'],
    [413, 'whatIf', 'failRequest'],
    [360, 'whatIf', 'failRequest'],
    [326, 'system', 'info'],
    [2103, 'system', 'info'],
  ] as const)('TWS %i on %s -> %s', (code, scope, then) => {
    expect(classifyNotice(code, scope)).toBe(then);
  });

  test('10349, a time-in-force preset, fails nothing', () => {
    expect(SCOPES.map((scope) => classifyNotice(10349, scope))).toEqual(['info', 'info', 'info']);
  });

  test.each([1100, 2110])('%i is a lost link wherever it arrives', (code) => {
    for (const scope of SCOPES) expect(classifyNotice(code, scope)).toBe('linkDown');
  });

  test.each([1101, 1102])('%i is a restored link wherever it arrives', (code) => {
    for (const scope of SCOPES) expect(classifyNotice(code, scope)).toBe('linkUp');
  });

  test('a request fails on every code that is not listed: no answer would come', () => {
    expect(classifyNotice(4711, 'request')).toBe('failRequest');
    expect(classifyNotice(4711, 'system')).toBe('info');
  });
});

describe('a notice in words', () => {
  test('a known one says what to do, and what TWS said', () => {
    const { level, message } = describeNotice(326, 'Unable to connect as the client id is already in use');
    expect(level).toBe('error');
    expect(message).toContain('Choose another client id');
    expect(message).toContain('already in use');
  });

  test('an unknown one is never hidden', () => {
    expect(describeNotice(4711, 'Something new')).toEqual({
      level: 'warning',
      message: 'TWS notice 4711: Something new',
    });
    expect(describeNotice(4711, ' ').message).toBe('TWS notice 4711.');
  });

  test('a lost link says that working orders stay', () => {
    expect(describeNotice(1100, '').message).toContain('stay at IBKR');
  });
});

test.each([
  [321, "Error validating request.-'bN' : cause - The API interface is currently in Read-Only mode.", true],
  [321, 'Error validating request: read only API', true],
  [321, 'Error validating request: no such field', false],
  [322, 'Read-Only mode', false],
])('%i "%s" means a read-only API: %s', (code, text, is) => {
  expect(saysReadOnly(code, text)).toBe(is);
});
