import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ComboLeg } from '../../../broker/gateway.ts';
import type { Ticket } from '../../../broker/orders/ticket.ts';
import { legsCheck } from '../../../broker/risk/legsCheck.ts';
import { STRATEGIES } from '../../../scanner/domain/strategy.ts';
import { LONG_CALL, LONG_PUT, SHORT_CALL, SHORT_PUT, leg } from '../orders/orderFixtures.ts';
import { bullPutTicket, closingCondorTicket, closingTicket, condorTicket, turned } from '../orders/ticketFixtures.ts';

const verdict = (ticket: Ticket) => legsCheck(ticket).verdict;
/** The condor with one leg changed. */
const changed = (index: number, change: (each: ComboLeg) => ComboLeg) =>
  condorTicket({ legs: condorTicket().legs.map((each, i) => (i === index ? change(each) : each)) });
const contract = (index: number, change: Partial<ComboLeg['contract']>) =>
  changed(index, (each) => ({ ...each, contract: { ...each.contract, ...change } }));

test.each([bullPutTicket(), closingTicket(), condorTicket(), closingCondorTicket()])(
  'what a ticket says and what its legs are agree: $effect $strategy',
  (ticket) => expect(legsCheck(ticket)).toMatchObject({ id: 'legs', verdict: 'pass' }),
);

describe('an order that would be another one than the ticket says does not leave', () => {
  test.each<[string, Ticket, RegExp]>([
    ['no leg', condorTicket({ legs: [] }), /there are none/],
    [
      'a condor with every side turned around',
      condorTicket({ legs: closingCondorTicket().legs }),
      /do not make an iron/,
    ],
    ['a close with the sides of an opening', closingCondorTicket({ legs: condorTicket().legs }), /do not make an iron/],
    ['one leg turned around', changed(2, turned), /do not make an iron condor/],
    ['three legs', condorTicket({ legs: condorTicket().legs.slice(0, 3) }), /do not make an iron condor/],
    ['a put where a call belongs', contract(2, { right: 'P' }), /do not make/],
    ['sold strikes past each other', contract(2, { strike: 99 }), /do not make/],
    ['sold strikes that meet', contract(2, { strike: 100 }), /do not make an iron condor/],
    ['a long call below the short one', contract(3, { strike: 110 }), /do not make/],
    ['one wing of another expiry', contract(3, { expiry: '2023-10-20' }), /expire on different days/],
    ['one wing of another root', contract(3, { root: 'AMD1' }), /different option roots/],
    ['one wing of another multiplier', contract(3, { multiplier: 10 }), /different option roots/],
    ['a leg of another underlying', contract(3, { symbol: 'NVDA' }), /not all of them are of AMD/],
    ['a leg twice', changed(3, (each) => ({ ...each, ratio: 2 })), /not one to one/],
    [
      'one contract in two legs',
      changed(3, (each) => ({ ...each, conId: SHORT_CALL, contract: { ...each.contract, conId: SHORT_CALL } })),
      /two of them are the same contract/,
    ],
    ['a contract id that names another contract', changed(3, (each) => ({ ...each, conId: 77 })), /names another one/],
    ['a strike that is no number', contract(0, { strike: NaN }), /do not make/],
    ['a bull put that sells the lower strike', bullPutTicket({ strategy: 'bearPut' }), /do not make a bear put/],
    [
      'a butterfly whose sold strikes differ',
      condorTicket({ strategy: 'ironButterfly' }),
      /do not make an iron butter/,
    ],
  ])('%s', (_, ticket, words) => {
    const { verdict: found, text } = legsCheck(ticket);
    expect(found).toBe('stop');
    expect(text).toMatch(words);
  });
});

test('whatever way the legs of a condor are turned or swapped, exactly one assignment is one', () => {
  const strikes = [100, 95, 120, 130];
  const ids = [SHORT_PUT, LONG_PUT, SHORT_CALL, LONG_CALL];
  const sides = fc.array(fc.constantFrom('BUY' as const, 'SELL' as const), { minLength: 4, maxLength: 4 });
  const rights = fc.array(fc.constantFrom('C' as const, 'P' as const), { minLength: 4, maxLength: 4 });
  const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
  fc.assert(
    fc.property(sides, rights, order, fc.constantFrom(...STRATEGIES), (actions, of, places, strategy) => {
      const legs = places.map((i) => leg(actions[i] ?? 'BUY', strikes[i] ?? 0, ids[i] ?? 0, of[i] ?? 'P'));
      const isCondor = actions.join() === 'SELL,BUY,SELL,BUY' && of.join() === 'P,P,C,C' && strategy === 'ironCondor';
      expect(verdict(condorTicket({ legs, strategy }))).toBe(isCondor ? 'pass' : 'stop');
    }),
    { numRuns: 2000 },
  );
});
