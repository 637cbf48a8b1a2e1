import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WhatIf } from '../../../broker/gateway.ts';
import type { Ticket } from '../../../broker/orders/ticket.ts';
import { PreviewSchema } from '../../../electron/contract/orders.ts';
import { LONG_PUT, SHORT_PUT, leg, option } from './orderFixtures.ts';
import { scriptedDesk } from './scriptedBroker.ts';
import { bullPutTicket, condorTicket } from './ticketFixtures.ts';

const WHAT_IF: WhatIf = {
  ...{ initMarginChange: 2500, maintMarginChange: 2500, equityWithLoanAfter: 1, commission: 6.5 },
  ...{ minCommission: undefined, maxCommission: undefined, warning: undefined, source: 'broker' },
};
const call = (action: 'BUY' | 'SELL', strike: number, conId: number): Ticket['legs'][number] => ({
  ...{ conId, action, ratio: 1 },
  contract: option(strike, 'C', conId),
});
const twice = (each: Ticket['legs'][number]): Ticket['legs'][number] => ({ ...each, ratio: 2 });

/** Preview of a ticket with a what-if, and the texts of what stops it, by id. */
async function previewOf(change: Partial<Ticket>, whatIf: Partial<WhatIf> = {}) {
  const { desk, broker } = scriptedDesk();
  broker.whatIfAnswer = () => Promise.resolve({ ...WHAT_IF, ...whatIf });
  const preview = await desk.preview(bullPutTicket(change));
  const stops = new Map(preview.risk.filter(({ verdict }) => verdict === 'stop').map(({ id, text }) => [id, text]));
  return { preview, stops };
}

test('what a normal preview says passes the contract with all its figures', async () => {
  const { preview, stops } = await previewOf({});
  expect(stops.size).toBe(0);
  expect(PreviewSchema.parse(preview)).toMatchObject({ margin: 2500, breakEven: 98.71 });
  expect(preview.maxLoss).toBeCloseTo(1861.5, 9);
});

test('a condor shows both break-evens, one largest loss and one largest profit', async () => {
  const { preview, stops } = await previewOf(condorTicket());
  expect(stops.size).toBe(0);
  expect(PreviewSchema.parse(preview)).toMatchObject({ breakEven: 97.65, upperBreakEven: 122.35 });
  // 2.35 * 100 * 2 less the fees of four legs, two each; and the wider width less that.
  expect(preview.maxProfit).toBeCloseTo(470 - 5.2, 9);
  expect(preview.maxLoss).toBeCloseTo(2000 - 470 + 5.2, 9);
});

describe('a figure without a bound is a stop in words, and absent from the contract', () => {
  test('loss: more calls sold than bought', async () => {
    const legs = [twice(call('SELL', 105, 3)), call('BUY', 100, 4)];
    const { preview, stops } = await previewOf({ strategy: undefined, legs });
    expect(stops.get('maxLoss')).toBe('The loss of this order has no limit.');
    expect(stops.get('figures')).toContain('largest loss, share of the account');
    expect(preview.maxLossWords).toBe('The loss has no limit.');
    for (const field of ['token', 'maxLoss', 'percentOfAccount']) expect(preview).not.toHaveProperty(field);
    expect(PreviewSchema.safeParse(preview).success).toBe(true);
  });

  test('profit: more calls bought than sold', async () => {
    const legs = [twice(call('BUY', 105, 3)), call('SELL', 100, 4)];
    const { preview, stops } = await previewOf({ strategy: undefined, legs });
    expect([...stops.keys()]).toEqual(['figures']);
    expect(stops.get('figures')).toContain('largest profit');
    for (const field of ['token', 'maxProfit']) expect(preview).not.toHaveProperty(field);
    expect(preview.maxLoss).toBeGreaterThan(0);
    expect(PreviewSchema.safeParse(preview).success).toBe(true);
  });

  test('legs of two expiries: nothing can be told of any one', async () => {
    const long = leg('BUY', 95, LONG_PUT);
    const legs = [leg('SELL', 100, SHORT_PUT), { ...long, contract: { ...long.contract, expiry: '2023-10-20' } }];
    const { preview, stops } = await previewOf({ legs });
    expect(stops.has('maxLoss')).toBe(true);
    expect(preview).not.toHaveProperty('token');
    expect(PreviewSchema.safeParse(preview).success).toBe(true);
  });
});

test('whatever is not a number where one belongs: no token, no such figure, and no such word', async () => {
  const broken = fc.constantFrom(NaN, Infinity, -Infinity);
  const place = fc.constantFrom('credit', 'feesPerLeg', 'strike', 'multiplier', 'margin');
  await fc.assert(
    fc.asyncProperty(broken, place, async (value, where) => {
      const [short, long] = bullPutTicket().legs;
      const legs = [short, long].flatMap((each) => each ?? []);
      const changed = legs.map((each, i) =>
        i === 0 && (where === 'strike' || where === 'multiplier')
          ? { ...each, contract: { ...each.contract, [where]: value } }
          : each,
      );
      const change = where === 'credit' || where === 'feesPerLeg' ? { [where]: value } : { legs: changed };
      const { preview, stops } = await previewOf(change, where === 'margin' ? { initMarginChange: value } : {});
      expect(stops.size).toBeGreaterThan(0);
      expect(preview).not.toHaveProperty('token');
      expect(PreviewSchema.safeParse(preview).success).toBe(true);
      if (where === 'credit' || where === 'margin') expect(JSON.stringify(preview)).not.toMatch(/NaN|Infinity/);
    }),
    { numRuns: 40 },
  );
});
