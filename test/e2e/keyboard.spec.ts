import type { Page } from '@playwright/test';
import { armSession, chooseRow, expect, resultRows, test, ticketOf } from './legwork.ts';

async function runFromPalette(desk: Page, text: string): Promise<void> {
  await desk.keyboard.press('Control+k');
  await expect(desk.getByPlaceholder('Symbol or command')).toBeFocused();
  await desk.keyboard.type(text);
  await desk.keyboard.press('Enter');
  await expect(desk.getByRole('dialog')).toHaveCount(0);
}

test('from rows to a filled order without a mouse', async ({ desk }) => {
  await expect(resultRows(desk).nth(3)).toBeVisible();
  await desk.keyboard.press('Control+3');
  await desk.keyboard.press('ArrowDown');
  await desk.keyboard.press('ArrowDown');
  await desk.keyboard.press('Enter');
  const ticket = ticketOf(desk);
  await expect(ticket.getByRole('button', { name: /^natural/ })).toContainText(/\d/);

  await runFromPalette(desk, 'switch orders on');
  await expect(desk.getByRole('group', { name: 'Orders' }).getByRole('button', { name: 'Arm' })).toBeVisible();
  await runFromPalette(desk, 'arm: one');
  await expect(desk.getByRole('button', { name: /^Armed/ })).toBeVisible();

  await desk.keyboard.press('b');
  await expect(ticket.getByRole('slider')).toBeFocused();
  await desk.keyboard.press('Escape');
  await expect(ticket.getByRole('slider')).not.toBeFocused();
  const limit = ticket.getByRole('textbox', { name: 'Limit' });
  await desk.keyboard.press('m');
  // Without a price, as while a leg's first quotes come in, there is nothing to step from.
  await expect(limit).toHaveValue(/\d/);
  const mid = Number(await limit.inputValue());
  await expect(async () => {
    await desk.keyboard.press('-');
    expect(Number((await limit.inputValue()) || NaN), 'nearer to the market').toBeLessThan(mid - 0.07);
  }).toPass({ intervals: [50] });
  await desk.keyboard.press('Control+Enter');
  await expect(ticket).toContainText(/Filled 1 of 1 at/);
});

test('Ctrl Enter sends the ticket that is open, whatever row the keyboard is on', async ({ desk }) => {
  await chooseRow(desk, 0);
  await armSession(desk);
  const ticket = ticketOf(desk);
  await ticket.getByRole('button', { name: /^natural/ }).click();
  // Rows change places under the keyboard while quotes move.
  await resultRows(desk).nth(5).getByRole('gridcell').first().focus();
  await desk.keyboard.press('Control+Enter');
  await expect(ticket).toContainText(/Filled 1 of 1 at/);
});

test('the keyboard returns to where it was when the chosen row has left, not to the first row', async ({ desk }) => {
  await chooseRow(desk, 8);
  const chosen = desk.locator('.ag-row-selected [col-id="strikes"]');
  const [short = 0, long = 0] = (await chosen.innerText()).split('/').map(Number);
  const width = Math.abs(short - long);
  const filter = desk.getByRole('textbox', { name: width > 1 ? 'Width $ at most' : 'Width $ at least' });
  await filter.click();
  await filter.fill(String(width > 1 ? width - 1 : 2));
  await filter.press('Enter');
  await expect(chosen).toHaveCount(0);
  // Right after a change there are few rows.
  await expect(resultRows(desk).nth(12)).toBeVisible();
  await desk.keyboard.press('Control+3');
  const place = desk.locator('.ag-row:has(:focus)');
  await expect(place).toHaveAttribute('row-index', /^\d+$/);
  // Rows above it may have changed places with others, but not all of them.
  expect(Number(await place.getAttribute('row-index'))).toBeGreaterThan(2);
});

test('the halt chord must be held', async ({ desk }) => {
  await expect(resultRows(desk).first()).toBeVisible();
  const halted = desk.getByRole('alert').filter({ hasText: 'HALTED' });
  await desk.keyboard.press('Control+Shift+H');
  await expect(halted).toHaveCount(0);
  await desk.keyboard.down('Control');
  await desk.keyboard.down('Shift');
  await desk.keyboard.down('KeyH');
  await expect(halted).toBeVisible();
  for (const key of ['KeyH', 'Shift', 'Control']) await desk.keyboard.up(key);
});
