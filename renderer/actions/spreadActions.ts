import type { PositionGroup } from '../../electron/contract/orders.ts';
import type { RankedSpread } from '../../scanner/domain/spread.ts';
import type { Desk } from '../state/desk.svelte.ts';

const REFRESH_MS = 2_000;

/** Chooses a row: its analysis and its ticket come up on the right. */
export function chooseSpread(desk: Desk, id: string): void {
  if (desk.analysis.chosenId === id && desk.ticket.subject !== undefined) return;
  const fresh = desk.analysis.chosenId !== id;
  desk.analysis.choose(id);
  desk.scan.fresh.delete(id);
  if (fresh || desk.ticket.subject === undefined) {
    desk.ticket.open({ kind: 'open', spreadId: id }, 1);
    desk.followTicket();
  }
  void refreshAnalysis(desk, id);
}

/** Nothing is chosen any more. */
export function dismissSpread(desk: Desk): void {
  desk.analysis.choose(undefined);
  desk.ticket.close();
  desk.followTicket();
}

/** A ticket that closes a held spread. */
export function closePosition(desk: Desk, group: PositionGroup): void {
  desk.analysis.choose(undefined);
  desk.ticket.open({ kind: 'close', positionId: group.id }, Math.max(1, Math.abs(group.quantity)));
  desk.followTicket();
}

/** Asks for the chosen spread's analysis, and again while it stays chosen and the market moves. */
async function refreshAnalysis(desk: Desk, id: string): Promise<void> {
  if (desk.analysis.chosenId !== id) return;
  const answer = await desk.attempt((client) => client.scan.analyse({ spreadId: id }));
  if (answer.value !== undefined) desk.analysis.receive(id, answer.value);
  else if (answer.failed !== undefined) desk.analysis.fail(id, answer.failed);
  if (desk.analysis.chosenId === id) {
    desk.services.clock.setTimer(() => void refreshAnalysis(desk, id), REFRESH_MS);
  }
}

/** The best `n` rows of every sold strike (of a condor, of both), by score: the ids that stay in view. */
export function bestPerShortStrike(rows: readonly RankedSpread[], n: number): Set<string> {
  const kept = new Set<string>();
  const counts = new Map<string, number>();
  for (const row of [...rows].sort((a, b) => b.score - a.score)) {
    const key = `${row.root}|${row.expiry}|${row.strategy}|${row.shortStrike}|${row.callWing?.shortStrike ?? ''}`;
    const count = counts.get(key) ?? 0;
    if (count >= n) continue;
    counts.set(key, count + 1);
    kept.add(row.id);
  }
  return kept;
}
