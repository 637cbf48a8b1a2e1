import { parseArgs } from 'node:util';
import { hostAndPort, wholeNumber } from '../cli/commandLine.ts';
import type { EngineChoices } from './openEngine.ts';

export type ElectronChoices = Pick<EngineChoices, 'broker' | 'clientId'> & { dataDir: string | undefined };

const MAX_CLIENT_ID = 2_147_483_647;

/**
 * Reads the options that `npm start` passes on. Unknown ones are left to Chromium, which has switches of its own.
 * @throws LegworkError input/invalid that names the option.
 */
export function readElectronChoices(argv: string[]): ElectronChoices {
  const { values } = parseArgs({
    args: argv,
    strict: false,
    options: { 'data-dir': { type: 'string' }, broker: { type: 'string' }, 'client-id': { type: 'string' } },
  });
  const given = (name: keyof typeof values): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const [broker, clientId] = [given('broker'), given('client-id')];
  return {
    dataDir: given('data-dir'),
    broker: broker === undefined ? undefined : hostAndPort('broker', broker),
    clientId: clientId === undefined ? undefined : wholeNumber('client-id', clientId, [0, MAX_CLIENT_ID]),
  };
}
