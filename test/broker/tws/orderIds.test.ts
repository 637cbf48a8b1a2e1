import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FIRST_REQUEST_ID, memoryOrderIds, OrderIds, RequestIds } from '../../../broker/tws/orderIds.ts';

test('the id that TWS offers is the first', () => {
  const ids = new OrderIds(memoryOrderIds());
  ids.offered(7, 41);
  expect([ids.reserve(), ids.reserve()]).toEqual([41, 42]);
});

test('Lean #242: an id that TWS rolls back after its restart is not used again', () => {
  const store = memoryOrderIds();
  const before = new OrderIds(store);
  before.offered(7, 500);
  before.reserve();
  const after = new OrderIds(store);
  after.offered(7, 1);
  expect(after.reserve()).toBe(501);
});

test('client ids have ids of their own', () => {
  const ids = new OrderIds(memoryOrderIds());
  ids.offered(7, 500);
  ids.reserve();
  ids.offered(8, 3);
  expect(ids.reserve()).toBe(3);
});

test('an id that cannot be stored is not handed out', () => {
  const ids = new OrderIds({
    highWater: () => 0,
    raise: () => {
      throw new Error('disk full');
    },
  });
  expect(() => ids.reserve()).toThrow('disk full');
});

test('property: whatever TWS offers and shows, no id is handed out twice and each exceeds every id seen', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('offer' as const), id: fc.integer({ min: 1, max: 1000 }) }),
    fc.record({ do: fc.constant('seen' as const), id: fc.integer({ min: -1, max: 1000 }) }),
    fc.record({ do: fc.constant('reserve' as const), id: fc.constant(0) }),
    fc.record({ do: fc.constant('restart' as const), id: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const store = memoryOrderIds();
      let ids = new OrderIds(store);
      ids.offered(1, 1);
      const handedOut: number[] = [];
      let seen = 0;
      for (const { do: action, id } of steps) {
        if (action === 'offer') ids.offered(1, id);
        else if (action === 'seen') {
          ids.seen(id);
          seen = Math.max(seen, id);
        } else if (action === 'restart') {
          // What was only seen is not kept; TWS offers beyond it.
          ids = new OrderIds(store);
          ids.offered(1, seen + 1);
        } else {
          const next = ids.reserve();
          expect(next).toBeGreaterThan(seen);
          handedOut.push(next);
        }
      }
      expect(new Set(handedOut).size).toBe(handedOut.length);
    }),
  );
});

test('request ids keep clear of order ids', () => {
  const ids = new RequestIds({ now: () => 0 });
  const next = ids.next();
  expect(next).toBeGreaterThanOrEqual(FIRST_REQUEST_ID);
  expect(ids.next()).toBe(next + 1);
});
