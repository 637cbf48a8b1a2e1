import type { Check } from '../../electron/contract/desk.ts';
import type { Desk } from '../state/desk.svelte.ts';

export interface Target {
  host: string;
  port: number;
  clientId: number;
}

/** Tests each point of the checklist without touching the link that is open. */
export async function testConnection(desk: Desk, target: Target): Promise<Check[] | undefined> {
  return desk.ask((client) => client.connection.check(target));
}

export async function connectTo(desk: Desk, target: Target): Promise<void> {
  const done = await desk.attempt((client) => client.connection.connect(target));
  if (done.failed !== undefined) desk.services.tell({ kind: 'bad', text: done.failed });
}

export async function connectSimulator(desk: Desk): Promise<void> {
  await desk.ask((client) => client.connection.connectSimulator());
}

/** Tries what is lost at once: the window's own link, else the broker's. */
export async function tryAgain(desk: Desk): Promise<void> {
  const { link } = desk.services;
  if (link.state.phase !== 'open') return link.connect();
  const target = desk.status.desk?.link.target;
  if (target !== undefined && desk.status.mode !== 'simulated') return connectTo(desk, target);
  await connectSimulator(desk);
}
