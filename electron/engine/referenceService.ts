import type { ReferencePort } from '../../broker/gateway.ts';
import type { Implementer } from './implementer.ts';

export function referenceService(os: Implementer, reference: ReferencePort) {
  return {
    search: os.reference.search.handler(async ({ input, signal }) => {
      const found = await reference.search(input.text, signal);
      return found.map(({ symbol, name, secType, exchange }) => ({ symbol, name, secType, exchange }));
    }),
  };
}
