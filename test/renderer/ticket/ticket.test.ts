import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Preview, TicketQuote } from '../../../electron/contract/orders.ts';
import { TicketStore } from '../../../renderer/state/ticketStore.svelte.ts';
import { sendWords } from '../../../renderer/ticket/sendWords.ts';
import { tickMarks } from '../../../renderer/ticket/priceScale.ts';
import { closingProfit, openingFacts } from '../../../renderer/ticket/ticketFacts.ts';

const leg = (strike: number, action: 'BUY' | 'SELL'): TicketQuote['legs'][number] => ({
  ...{ strike, action, right: 'P', expiry: '2026-12-18', quotedAtMs: 0 },
});
const quote: TicketQuote = {
  title: 'AMD 100/95 bull put',
  subject: { kind: 'open', spreadId: 'x' },
  natural: 1.21,
  mid: 1.293,
  best: 1.37,
  tick: 0.05,
  legs: [leg(100, 'SELL'), leg(95, 'BUY')],
  maxQuantity: 10,
  width: 5,
  multiplier: 100,
  feesPerLeg: 0.65,
  kind: 'live',
};
const preview = { token: 'once', expiresAtMs: 1 } as Preview;

function openTicket(): TicketStore {
  const ticket = new TicketStore();
  ticket.open({ kind: 'open', spreadId: 'x' }, 1);
  ticket.quote = quote;
  return ticket;
}

test('the limit follows the middle on valid ticks until a person chooses one', () => {
  const ticket = openTicket();
  expect(ticket.credit).toBe(1.3);
  ticket.quote = { ...quote, mid: 1.18 };
  expect(ticket.credit).toBe(1.2);
  ticket.step(1);
  ticket.quote = { ...quote, mid: 1.5 };
  expect(ticket.credit).toBe(1.25);
  ticket.followMiddle();
  expect(ticket.credit).toBe(1.5);
});

test.each([
  ['limit', (t: TicketStore) => t.setCredit(1.1)],
  ['quantity', (t: TicketStore) => t.setQuantity(2)],
  ['time in force', (t: TicketStore) => t.setTif('GTC')],
  ['middle', (t: TicketStore) => t.followMiddle()],
] as const)('a change of the %s voids the preview', (_what, change) => {
  const ticket = openTicket();
  ticket.preview = preview;
  change(ticket);
  expect(ticket.preview).toBeUndefined();
});

test('what was previewed is what would be sent, also when the market moves on', () => {
  const ticket = openTicket();
  const { input } = ticket;
  if (input === undefined) throw new Error('a ticket with a quote has an input');
  ticket.accept(preview, input);
  ticket.quote = { ...quote, mid: 2 };
  expect(ticket.input).toEqual(input);
});

test('quantity stays between one and what the engine allows', () => {
  const ticket = openTicket();
  ticket.setQuantity(99);
  expect(ticket.quantity).toBe(10);
  ticket.setQuantity(-3);
  expect(ticket.quantity).toBe(1);
  ticket.setQuantity(Number.NaN);
  expect(ticket.quantity).toBe(1);
});

test('profit and loss at most are those of the payoff at its worst and best price, fees off', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -90, max: 90 }).filter((cents) => cents !== 0),
      fc.integer({ min: 1, max: 20 }),
      (cents, quantity) => {
        const credit = (cents / 100) * quote.width;
        const { maxLoss, maxProfit } = openingFacts(quote, credit, quantity);
        const fees = 2 * quote.feesPerLeg * quantity;
        // A vertical is worth between nothing and its width; who received the credit owes it, who paid owns it.
        const ends = [0, quote.width].map((worth) => (credit > 0 ? credit - worth : credit + worth));
        const outcomes = ends.map((perShare) => perShare * quote.multiplier * quantity - fees);
        expect(maxProfit).toBeCloseTo(Math.max(...outcomes), 6);
        expect(maxLoss).toBeCloseTo(-Math.min(...outcomes), 6);
      },
    ),
  );
});

test('closing locks in entry plus close, per contract, less the fees of the close', () => {
  expect(closingProfit(quote, { entry: 0.86, credit: -0.51, quantity: 10 })).toBeCloseTo(350 - 13, 9);
});

test('a condor risks its wider wing less the credit, and pays the fees of four legs', () => {
  const condor = { ...quote, width: 10, legs: [...quote.legs, leg(120, 'SELL'), leg(130, 'BUY')] };
  const facts = openingFacts(condor, 2.35, 2);
  expect(facts.maxLoss).toBeCloseTo((10 - 2.35) * 200 + 8 * quote.feesPerLeg, 9);
  expect(facts.maxProfit).toBeCloseTo(470 - 8 * quote.feesPerLeg, 9);
});

test('marks are valid prices, and few enough to see', () => {
  for (const [natural, best, tick] of [
    [1.21, 1.37, 0.01],
    [-0.3, -0.23, 0.01],
    [0.5, 9.5, 0.05],
  ] as const) {
    const marks = tickMarks(natural, best, tick);
    expect(marks.length).toBeGreaterThan(1);
    expect(marks.length).toBeLessThanOrEqual(26);
    for (const { place } of marks) {
      const ticks = (natural + place * (best - natural)) / tick;
      expect(Math.abs(ticks - Math.round(ticks))).toBeLessThan(1e-6);
      expect(place).toBeGreaterThanOrEqual(-1e-9);
      expect(place).toBeLessThanOrEqual(1 + 1e-9);
    }
  }
});

test('the send button wears the mode', () => {
  expect(['simulated', 'paper', 'live'].map((mode) => sendWords(mode as 'live', false))).toEqual([
    'Send to simulator',
    'Send to paper',
    'Send LIVE',
  ]);
  expect(sendWords('live', true)).toBe('Close LIVE');
});
