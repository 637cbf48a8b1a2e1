import type { OrderView } from '../../electron/contract/orders.ts';
import type { Desk } from '../state/desk.svelte.ts';

/** Asks the engine what this exact order would do. Only its answer allows sending. */
export async function previewTicket(desk: Desk): Promise<boolean> {
  const { ticket } = desk;
  const input = ticket.input;
  if (input === undefined || ticket.busy !== undefined) return false;
  ticket.busy = 'preview';
  ticket.void();
  const answer = await desk.attempt((client) => client.ticket.preview(input));
  ticket.busy = undefined;
  if (ticket.subject !== input.subject) return false;
  if (answer.value === undefined) {
    ticket.refusal = answer.failed;
    return false;
  }
  ticket.accept(answer.value, input);
  return answer.value.token !== undefined;
}

/** True while the preview can still be sent. */
export function previewHolds(desk: Desk): boolean {
  const { preview } = desk.ticket;
  return preview?.token !== undefined && previewLeftMs(desk) > 0;
}

export function previewLeftMs(desk: Desk): number {
  return Math.max(0, (desk.ticket.preview?.expiresAtMs ?? 0) - desk.status.wallMs);
}

/**
 * Sends what was previewed. In an armed session one click previews and sends; a live order is always confirmed
 * in a dialog of its own first.
 */
export async function requestSend(desk: Desk): Promise<void> {
  if (!previewHolds(desk)) {
    if (!desk.status.armed || !(await previewTicket(desk))) return;
  }
  if (desk.status.mode === 'live') desk.view.open('confirm');
  else await sendPreviewed(desk);
}

/** The one call that sends. The engine takes each token once. */
export async function sendPreviewed(desk: Desk): Promise<void> {
  const { ticket } = desk;
  const token = ticket.preview?.token;
  if (token === undefined || ticket.busy !== undefined) return;
  ticket.busy = 'send';
  const answer = await desk.attempt((client) => client.ticket.send({ token }));
  ticket.busy = undefined;
  ticket.preview = undefined;
  desk.view.close();
  if (answer.value === undefined) ticket.refusal = answer.failed;
  else ticket.sentRef = answer.value.orderRef;
}

export async function cancelOrder(desk: Desk, order: OrderView): Promise<void> {
  await desk.ask((client) => client.orders.cancel({ orderRef: order.orderRef }));
}

export async function resolveOrder(
  desk: Desk,
  order: OrderView,
  outcome: 'filled' | 'cancelled' | 'not-sent',
): Promise<void> {
  await desk.ask((client) => client.orders.resolveUnknown({ orderRef: order.orderRef, outcome }));
}

export async function enableOrders(desk: Desk, enabled: boolean): Promise<void> {
  await desk.ask((client) => client.safety.enableOrders({ enabled }));
  desk.ticket.void();
}

export async function arm(desk: Desk): Promise<void> {
  await desk.ask((client) => client.safety.arm());
  desk.ticket.void();
}

export async function disarm(desk: Desk): Promise<void> {
  await desk.ask((client) => client.safety.disarm());
}

/** Blocks new orders and cancels working ones. Says what could not be cancelled. */
export async function halt(desk: Desk): Promise<void> {
  desk.view.close();
  const answer = await desk.ask((client) => client.safety.halt({ reason: 'by you' }));
  if (answer?.notCancellable !== undefined) desk.services.tell({ kind: 'bad', text: answer.notCancellable });
}

export async function resume(desk: Desk): Promise<void> {
  await desk.ask((client) => client.safety.resume());
  desk.view.close();
}
