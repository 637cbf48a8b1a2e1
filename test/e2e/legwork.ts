import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base, type Page } from '@playwright/test';
import { LAUNCH_ADDRESS, startCommand } from '../legworkProcess.ts';

export interface RunningLegwork {
  /** Opens one window, once. */
  url: string;
  dataDir: string;
  stop: () => Promise<void>;
}

/** The real app in a folder of its own, with the simulator as its broker. */
async function startLegwork(args: readonly string[]): Promise<RunningLegwork> {
  const dataDir = mkdtempSync(join(tmpdir(), 'legwork-e2e-'));
  const { found, stop } = await startCommand(['serve', '--port', '0', '--data-dir', dataDir, ...args], LAUNCH_ADDRESS);
  return {
    url: found[0],
    dataDir,
    stop: async () => {
      await stop();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export interface SimulatorProcess {
  port: number;
  stop: () => Promise<void>;
}

/** A TWS simulator in a process of its own, so that it can die. @param port 0 takes any. */
export async function startSimulator(port: number): Promise<SimulatorProcess> {
  const { found, stop } = await startCommand(['simulator', '--port', String(port)], /127\.0\.0\.1:(\d+)/);
  return { port: Number(found[1]), stop };
}

interface Fixtures {
  /** Arguments of `legwork serve` beside port and data folder. */
  serveArgs: string[];
  legwork: RunningLegwork;
  /** A window of the running app; the test fails on any error in its console. */
  desk: Page;
}

export const test = base.extend<Fixtures>({
  serveArgs: [[], { option: true }],
  legwork: async ({ serveArgs }, use) => {
    const legwork = await startLegwork(serveArgs);
    await use(legwork);
    await legwork.stop();
  },
  desk: async ({ page, legwork }, use) => {
    const errors: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
    await page.goto(legwork.url);
    await use(page);
    expect(errors, 'errors in the console').toEqual([]);
  },
});

export { expect };

/** A row of the results grid, header left out. */
export const resultRows = (desk: Page) => desk.getByRole('grid', { name: 'Results' }).locator('.ag-row');

/** Chooses a row of the scan and waits for the ticket to have a price. */
export async function chooseRow(desk: Page, index = 2): Promise<void> {
  await resultRows(desk).nth(index).click();
  await expect(ticketOf(desk).getByRole('button', { name: /^natural/ })).toContainText(/\d/);
}

export const ticketOf = (desk: Page) => desk.getByRole('region', { name: 'Ticket' });

/** Switches orders on and arms the session, as a person does before the first order. */
export async function armSession(desk: Page): Promise<void> {
  const orders = desk.getByRole('group', { name: 'Orders' });
  await orders.getByRole('button', { name: 'Switch on' }).click();
  await orders.getByRole('button', { name: 'Arm' }).click();
  await expect(orders.getByRole('button', { name: /^Armed/ })).toBeVisible();
}

/** At the price that crosses the market, so that the order fills at once. */
export async function sendAtNatural(desk: Page): Promise<void> {
  const ticket = ticketOf(desk);
  await ticket.getByRole('button', { name: /^natural/ }).click();
  await ticket.getByRole('button', { name: 'Preview' }).click();
  await expect(ticket.getByRole('list', { name: 'Risk gate' })).toContainText(/checks passed/);
  await ticket.getByRole('button', { name: /^(Send|Close) (to|on) simulator/ }).click();
}
