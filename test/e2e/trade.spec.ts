import { armSession, chooseRow, expect, resultRows, sendAtNatural, test, ticketOf } from './legwork.ts';

const FILLED = /Filled 1 of 1 at/;

test('scan, row, ticket, preview, switch on, arm, send, filled, position with P&L', async ({ desk }) => {
  await chooseRow(desk);
  const ticket = ticketOf(desk);
  await expect(ticket.getByText(/^Receive .* per share/)).toBeVisible();
  await expect(ticket.getByRole('button', { name: /^Send to/ })).toBeDisabled();

  await ticket.getByRole('button', { name: 'Preview' }).click();
  await expect(ticket.getByRole('status', { name: 'What stands in the way' })).toContainText(
    /orders are (switched )?off/i,
  );
  await expect(ticket.getByRole('button', { name: /^Send to/ })).toBeDisabled();

  await armSession(desk);
  await sendAtNatural(desk);
  await expect(ticket).toContainText(FILLED);

  await desk.getByRole('tab', { name: 'Orders' }).click();
  await expect(desk.getByRole('region', { name: 'Orders table' }).getByRole('row').nth(1)).toContainText('Filled');
  await desk.getByRole('tab', { name: 'Positions' }).click();
  const positions = desk.getByRole('region', { name: 'Positions table' });
  const held = positions.getByRole('row').filter({ has: desk.getByRole('button', { name: /^Close/ }) });
  await expect(held).toHaveCount(1);
  await expect(held.getByRole('cell').nth(6)).toContainText(/[▲▼] ?[+−]\d/);
  await expect(desk.getByTestId('session-pnl')).toContainText(/[+−]\d/);
});

test('a position is closed from its row and leaves the table', async ({ desk }) => {
  await chooseRow(desk);
  await armSession(desk);
  await sendAtNatural(desk);
  await expect(ticketOf(desk)).toContainText(FILLED);
  await desk.getByRole('tab', { name: 'Positions' }).click();
  await desk.getByRole('button', { name: /^Close .*put/ }).click();
  await expect(
    ticketOf(desk)
      .getByText(/per share/)
      .first(),
  ).toContainText('Pay');
  await sendAtNatural(desk);
  await expect(ticketOf(desk)).toContainText(FILLED);
  await expect(desk.getByRole('button', { name: /^Close .*put/ })).toHaveCount(0);
});

test('an order that rests can be cancelled', async ({ desk }) => {
  await chooseRow(desk);
  await armSession(desk);
  const ticket = ticketOf(desk);
  await ticket.getByRole('button', { name: /^best/ }).click();
  await ticket.getByRole('button', { name: 'Limit up' }).click();
  await ticket.getByRole('button', { name: 'Preview' }).click();
  await ticket.getByRole('button', { name: /^Send to/ }).click();
  await desk.getByRole('tab', { name: 'Orders' }).click();
  const order = desk.getByRole('region', { name: 'Orders table' }).getByRole('row').nth(1);
  await expect(order).toContainText('Working');
  await order.getByRole('button', { name: /^Cancel/ }).click();
  await expect(order).toContainText('Cancelled');
});

test('halt blocks at once, survives a reload, and only a person ends it', async ({ desk }) => {
  await chooseRow(desk);
  await armSession(desk);
  await desk.getByRole('button', { name: 'HALT', exact: true }).click();
  await expect(desk.getByRole('alert').filter({ hasText: 'HALTED' })).toBeVisible();
  await expect(ticketOf(desk).locator('button:enabled').filter({ hasText: /^Send/ })).toHaveCount(0);
  await desk.reload();
  await expect(desk.getByRole('alert').filter({ hasText: 'HALTED' })).toBeVisible();
  await desk.getByRole('banner').getByRole('button', { name: 'HALTED' }).click();
  await desk
    .getByRole('dialog')
    .getByRole('button', { name: /^Resume|^End|^Trade/ })
    .click();
  await expect(desk.getByRole('alert').filter({ hasText: 'HALTED' })).toHaveCount(0);
  await expect(resultRows(desk).first()).toBeVisible();
});
