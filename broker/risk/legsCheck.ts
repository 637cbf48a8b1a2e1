import { strategyOfLegs } from '../../scanner/domain/spreadLegs.ts';
import { openedLegs } from '../orders/ticket.ts';
import type { Ticket } from '../orders/ticket.ts';
import { nameWords } from '../orders/words.ts';
import { pass, stop } from './riskCheck.ts';
import type { RiskCheck } from './riskCheck.ts';

/**
 * Whether the legs are what the ticket says that they are. Credit and debit, width and largest loss all follow from
 * the legs, so an order whose legs are turned around, doubled or mixed would pass as another one.
 */
export function legsCheck(ticket: Ticket): RiskCheck {
  const wrong = whatIsWrong(ticket);
  if (wrong !== undefined)
    return stop('legs', `The legs are not those of one order: ${wrong}. Choose the spread again.`);
  const { strategy } = ticket;
  return pass('legs', strategy === undefined ? 'Every leg is there once.' : `The legs make ${nameWords(strategy)}.`);
}

function whatIsWrong(ticket: Ticket): string | undefined {
  const { legs, symbol, strategy } = ticket;
  const [first] = legs;
  if (first === undefined) return 'there are none';
  if (new Set(legs.map(({ conId }) => conId)).size < legs.length) return 'two of them are the same contract';
  if (legs.some(({ conId, contract }) => (contract.conId ?? conId) !== conId)) return 'a contract id names another one';
  if (legs.some(({ contract }) => contract.symbol !== symbol)) return `not all of them are of ${symbol}`;
  if (strategy === undefined) return undefined;
  const { root, expiry, multiplier } = first.contract;
  if (legs.some(({ contract }) => contract.expiry !== expiry)) return 'they expire on different days';
  if (legs.some(({ contract }) => contract.root !== root || contract.multiplier !== multiplier)) {
    return 'they are of different option roots';
  }
  if (legs.some(({ ratio }) => ratio !== 1)) return 'their ratio is not one to one';
  if (strategyOfLegs(openedLegs(ticket)) !== strategy) return `they do not make ${nameWords(strategy)}`;
  return undefined;
}
