import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { chooseRow, expect, resultRows, test } from './legwork.ts';

/** Rule, worst element and how many, so that a failure can be read. */
async function violations(desk: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page: desk }).analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} x${nodes.length}: ${nodes[0]?.html ?? ''}`);
}

test('axe finds nothing serious on the first screen', async ({ desk }) => {
  await expect(resultRows(desk).first()).toBeVisible();
  expect(await violations(desk)).toEqual([]);
});

test('axe finds nothing serious with a ticket, on positions, on orders and in the settings', async ({ desk }) => {
  await chooseRow(desk);
  expect(await violations(desk), 'analysis and ticket').toEqual([]);
  for (const tab of ['Positions', 'Orders']) {
    await desk.getByRole('tab', { name: tab }).click();
    expect(await violations(desk), tab).toEqual([]);
  }
  await desk.getByRole('button', { name: 'Settings' }).click();
  await expect(desk.getByRole('dialog')).toBeVisible();
  expect(await violations(desk), 'settings').toEqual([]);
});
