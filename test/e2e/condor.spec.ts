import { AxeBuilder } from '@axe-core/playwright';
import { armSession, expect, resultRows, sendAtNatural, test, ticketOf } from './legwork.ts';

const FILLED = /Filled 1 of 1 at/;
const FOUR_STRIKES = /^[\d.]+\/[\d.]+ ?· ?[\d.]+\/[\d.]+$/;

test('iron condors: scan, four strikes, send as one combo, one position, close', async ({ desk }) => {
  await expect(resultRows(desk).first()).toBeVisible();
  const tiles = desk.getByRole('group', { name: 'Strategies' });
  await tiles.getByRole('button', { name: 'Iron condor' }).click();
  await tiles.getByRole('button', { name: 'Bull put' }).click();
  await expect(tiles.getByRole('button', { pressed: true })).toHaveText(['Iron condor']);
  const strikes = desk.locator('.ag-row [col-id="strikes"]');
  await expect(strikes.first()).toHaveText(FOUR_STRIKES);

  await desk.getByRole('radiogroup', { name: 'Best per' }).getByRole('radio', { name: 'Symbol' }).click();
  await expect
    .poll(async () => {
      const symbols = await desk.locator('.ag-row [col-id="symbol"]').allInnerTexts();
      return symbols.length > 0 && new Set(symbols).size === symbols.length;
    })
    .toBe(true);

  await resultRows(desk).first().click();
  const ticket = ticketOf(desk);
  await expect(ticket.getByRole('button', { name: /^natural/ })).toContainText(/\d/);
  const analysis = desk.getByRole('region', { name: 'Analysis' });
  await expect(analysis.getByRole('table', { name: 'Legs' }).getByRole('row')).toHaveCount(1 + 4 + 1);
  await expect(analysis).toContainText('B/E');
  const { violations } = await new AxeBuilder({ page: desk }).analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);

  await armSession(desk);
  await sendAtNatural(desk);
  await expect(ticket).toContainText(FILLED);
  await ticket.getByRole('button', { name: 'Show position' }).click();
  const close = desk.getByRole('button', { name: /^Close .* iron condor/ });
  await expect(close).toHaveCount(1);
  await expect(desk.getByRole('button', { name: /^Close .*(put|call)/ })).toHaveCount(0);

  await close.click();
  await expect(ticket.getByText(/per share/).first()).toContainText('Pay');
  await sendAtNatural(desk);
  await expect(ticket).toContainText(FILLED);
  await expect(close).toHaveCount(0);
});

test('why-not takes four strikes of a condor', async ({ desk }) => {
  await expect(resultRows(desk).first()).toBeVisible();
  await desk.getByRole('group', { name: 'Strategies' }).getByRole('button', { name: 'Iron condor' }).click();
  await desk.keyboard.press('Control+k');
  await desk.getByRole('combobox').fill('why not');
  await desk.keyboard.press('Enter');
  const dialog = desk.getByRole('dialog', { name: /Why is this spread/ });
  await dialog.getByLabel('Strategy').selectOption('iron condor');
  for (const [label, strike] of [
    ['Put sold', '100'],
    ['Put bought', '95'],
    ['Call sold', '115'],
  ] as const) {
    await dialog.getByLabel(label).fill(strike);
  }
  await dialog.getByRole('button', { name: 'Ask' }).click();
  await expect(dialog.getByRole('status')).toContainText('all four strikes');
  await dialog.getByLabel('Call bought').fill('120');
  await dialog.getByRole('button', { name: 'Ask' }).click();
  await expect(dialog.getByRole('status')).toContainText('100/95');
});
