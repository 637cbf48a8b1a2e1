import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineBudget, type LineLease, type LinePriority } from '../../../broker/pacing/lineBudget.ts';

function hold(budget: LineBudget, priority: LinePriority, revoked?: () => void): { lease: LineLease | undefined } {
  const got: { lease: LineLease | undefined } = { lease: undefined };
  budget.acquire({ priority, granted: (lease) => (got.lease = lease), ...(revoked ? { revoked } : {}) });
  return got;
}

test('a freed line goes to a waiting ticket before a scan that waited longer', () => {
  const budget = new LineBudget(1);
  const first = hold(budget, 'scan');
  const scan = hold(budget, 'scan');
  const ticket = hold(budget, 'ticket');
  first.lease?.release();
  expect(ticket.lease).toBeDefined();
  expect(scan.lease).toBeUndefined();
});

test('a ticket calls back the oldest scan line, once per ticket', () => {
  const budget = new LineBudget(2);
  const called: string[] = [];
  const old = hold(budget, 'scan', () => called.push('old'));
  hold(budget, 'scan', () => called.push('young'));
  const ticket = hold(budget, 'ticket');
  expect(called).toEqual(['old']);
  expect(ticket.lease).toBeUndefined();
  old.lease?.release();
  expect(ticket.lease).toBeDefined();
  expect(called).toEqual(['old']);
});

test('a ticket line is never called back', () => {
  const budget = new LineBudget(1);
  let called = false;
  hold(budget, 'ticket', () => (called = true));
  hold(budget, 'ticket');
  expect(called).toBe(false);
});

test('releasing twice frees one line', () => {
  const budget = new LineBudget(2);
  const a = hold(budget, 'scan');
  hold(budget, 'scan');
  a.lease?.release();
  a.lease?.release();
  hold(budget, 'scan');
  expect(hold(budget, 'scan').lease).toBeUndefined();
  expect(budget.used).toBe(2);
});

test('after a lost link old leases free nothing', () => {
  const budget = new LineBudget(1);
  const old = hold(budget, 'scan');
  budget.releaseAll();
  hold(budget, 'scan');
  old.lease?.release();
  expect(budget.used).toBe(1);
});

test('property: never more lines than the budget, and everyone is served in the end', () => {
  const step = fc.constantFrom<'scan' | 'ticket' | 'release'>('scan', 'ticket', 'release');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 60 }), (size, steps) => {
      const budget = new LineBudget(size);
      const held: LineLease[] = [];
      let asked = 0;
      let served = 0;
      const granted = (lease: LineLease): void => {
        served++;
        held.push(lease);
        expect(budget.used).toBeLessThanOrEqual(size);
      };
      for (const action of steps) {
        if (action === 'release') held.shift()?.release();
        else {
          asked++;
          budget.acquire({ priority: action, granted });
        }
      }
      while (held.length > 0) held.shift()?.release();
      expect(served).toBe(asked);
      expect(budget.used).toBe(0);
    }),
  );
});
