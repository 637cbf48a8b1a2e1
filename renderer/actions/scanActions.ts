import type { Desk } from '../state/desk.svelte.ts';
import { offerFile } from './profileActions.ts';

/** Stops or goes on asking the broker for quotes; rows that are there stay live. */
export async function pauseLoading(desk: Desk, paused: boolean): Promise<void> {
  const { stream } = desk.scan;
  if (stream !== undefined) await desk.ask((client) => client.scan.pause({ stream, paused }));
}

export async function copyRows(desk: Desk, csv: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(csv);
    desk.services.tell({ kind: 'good', text: 'Rows are on the clipboard' });
  } catch {
    desk.services.tell({ kind: 'bad', text: 'The browser refused its clipboard. Export the rows to a file instead.' });
  }
}

export function exportRows(desk: Desk, csv: string): void {
  const name = desk.scan.profile.name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
  offerFile(`legwork-${name || 'scan'}.csv`, csv, 'text/csv');
}
