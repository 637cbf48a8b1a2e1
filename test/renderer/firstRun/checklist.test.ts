import { expect, test } from 'vitest';
import type { Check } from '../../../electron/contract/desk.ts';
import { canConnect, checklist, nextStep } from '../../../renderer/firstRun/checklist.ts';

const check = (id: Check['id'], state: Check['state']): Check => ({
  id,
  state,
  title: `about ${id}`,
  found: 'found',
  advice: `put ${id} right`,
});

test('before a test the list says what to tick, with nothing called passed', () => {
  const points = checklist(undefined);
  expect(points.map((point) => point.title).join(' ')).toMatch(
    /ActiveX and Socket Clients.*Socket port.*Read-Only.*Trusted IP.*4096 MB.*Auto-restart/s,
  );
  expect(points.every((point) => point.state === 'todo')).toBe(true);
});

test('after a test the advice of what failed is there, and of what passed is not', () => {
  const points = checklist([check('listening', 'passed'), check('readOnly', 'failed')]);
  expect(points[0]).toMatchObject({ state: 'passed', text: '' });
  expect(points[1]).toMatchObject({ state: 'failed', text: 'put readOnly right' });
});

test('a read-only TWS can be connected to, one that does not listen cannot', () => {
  expect(canConnect(undefined)).toBe(true);
  expect(canConnect([check('readOnly', 'failed')])).toBe(true);
  expect(canConnect([check('listening', 'failed')])).toBe(false);
  expect(nextStep([check('listening', 'passed'), check('clock', 'failed')])).toBe('put clock right');
});
