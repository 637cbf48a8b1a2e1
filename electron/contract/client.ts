import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from './contract.ts';

/** The typed client of the contract, the same over every transport. */
export type LegworkClient = ContractRouterClient<Contract>;

/** Over the loopback WebSocket of a browser window. */
export function clientOverSocket(socket: WebSocket): LegworkClient {
  return createORPCClient(new SocketLink({ websocket: socket }));
}

/** Over the MessagePort of the Electron window. */
export function clientOverPort(port: MessagePort): LegworkClient {
  port.start();
  return createORPCClient(new PortLink({ port }));
}
