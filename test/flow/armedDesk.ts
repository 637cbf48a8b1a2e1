import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { OrderView } from '../../broker/orders/orderView.ts';
import type { Ticket } from '../../broker/orders/ticket.ts';
import type { RunningSimulator } from '../../broker/simulator/server.ts';
import { wednesday } from './wednesday.ts';
import { CuttingProxy } from './cuttingProxy.ts';
import { startDesk } from './testDesk.ts';
import type { TestDesk } from './testDesk.ts';

export interface ArmedDesk extends TestDesk {
  proxy: CuttingProxy;
  path: string;
  clientId: number;
  /** Closes this desk and starts another on its file, as a restart of Legwork does. Not yet connected. */
  restart(): Promise<TestDesk>;
}

let nextClientId = 1;

/** A connected, armed desk with a client id and a file of its own, behind a line that can be cut. */
export async function armedDesk(simulator: RunningSimulator): Promise<ArmedDesk> {
  const folder = mkdtempSync(join(tmpdir(), 'legwork-flow-'));
  const path = join(folder, 'legwork.sqlite');
  const proxy = await CuttingProxy.start(simulator.port);
  const clientId = nextClientId++;
  const options = { port: proxy.port, path, clock: wednesday, clientId };
  let desk = startDesk(options);
  onTestFinished(async () => {
    await desk.close();
    await proxy.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await desk.connect();
  desk.ready();
  const restart = async (): Promise<TestDesk> => {
    await desk.close();
    desk = startDesk(options);
    return desk;
  };
  return { ...desk, proxy, path, clientId, restart };
}

/** Orders on the simulator's books that bear our reference: the broker's truth. */
export function onBooks(simulator: RunningSimulator, orderRef: string) {
  return simulator.core.exchange.orders().filter(({ request }) => request.orderRef === orderRef);
}

export function view({ desk }: TestDesk, orderRef: string): OrderView {
  const found = desk.views().find((each) => each.orderRef === orderRef);
  if (found === undefined) throw new Error(`no view of ${orderRef}`);
  return found;
}

/** A token for a ticket that nothing stops. */
export async function previewed({ desk }: TestDesk, ticket: Ticket): Promise<string> {
  const preview = await desk.preview(ticket);
  if (preview.token === undefined) throw new Error(`no token: ${JSON.stringify(preview.risk)}`);
  return preview.token;
}
