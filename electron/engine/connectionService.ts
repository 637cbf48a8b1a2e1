import type { BrokerGateway } from '../../broker/gateway.ts';
import { checkConnection, type CheckDeps } from './connection/checkConnection.ts';
import type { Implementer } from './implementer.ts';

export interface ConnectionDeps extends CheckDeps {
  gateway: BrokerGateway;
  /** Starts the built-in simulator if it is not running. The host owns its thread. */
  startSimulator: () => Promise<{ host: string; port: number }>;
  clientId: number;
}

/** Connects to the built-in simulator; also what a start without --broker does. */
export async function connectSimulator({ gateway, startSimulator, clientId }: ConnectionDeps): Promise<void> {
  const address = await startSimulator();
  gateway.connection.connect({ ...address, clientId });
}

export function connectionService(os: Implementer, deps: ConnectionDeps) {
  return {
    connect: os.connection.connect.handler(({ input }) => {
      deps.gateway.connection.connect(input);
    }),
    connectSimulator: os.connection.connectSimulator.handler(() => connectSimulator(deps)),
    disconnect: os.connection.disconnect.handler(() => {
      deps.gateway.connection.disconnect();
    }),
    check: os.connection.check.handler(({ input }) => checkConnection(input, deps)),
  };
}
