import { implement } from '@orpc/server';
import { contract } from '../contract/contract.ts';
import type { Caller } from './caller.ts';
import { toContractError } from './contractErrors.ts';
import type { EngineLog } from './log.ts';

/**
 * The contract to be implemented, with every failure turned into the contract's own error.
 * @param onCall told of every call that somebody made; the acknowledgements of streams come by themselves.
 */
export function createImplementer(log: EngineLog, onCall: () => void) {
  return implement(contract)
    .$context<Caller>()
    .use(async ({ next, path }) => {
      if (path[0] !== 'streams') onCall();
      try {
        return await next();
      } catch (thrown) {
        throw toContractError(thrown, log);
      }
    });
}
export type Implementer = ReturnType<typeof createImplementer>;
