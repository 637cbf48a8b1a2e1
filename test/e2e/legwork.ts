import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test as base, type Page } from '@playwright/test';

const root = resolve(import.meta.dirname, '../..');
const START_LIMIT_MS = 30_000;
const LAUNCH_ADDRESS = /http:\/\/127\.0\.0\.1:\d+\/\?t=[\w-]+/;

export interface RunningLegwork {
  /** Opens one window, once. */
  url: string;
  dataDir: string;
  stop(): Promise<void>;
}

/** Starts the real app as a person would, in a folder of its own, with the simulator as its broker. */
async function startLegwork(args: readonly string[] = []): Promise<RunningLegwork> {
  const dataDir = mkdtempSync(join(tmpdir(), 'legwork-e2e-'));
  const cli = join(root, 'electron/cli/legwork.ts');
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0', '--data-dir', dataDir, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  let said = '';
  const url = await new Promise<string>((found, failed) => {
    const timer = setTimeout(
      () => failed(new Error(`No address within ${START_LIMIT_MS} ms:\n${said}`)),
      START_LIMIT_MS,
    );
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      const address = LAUNCH_ADDRESS.exec(said)?.[0];
      if (address === undefined) return;
      clearTimeout(timer);
      found(address);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    void exited.then(() => failed(new Error(`Legwork ended before it had an address:\n${said}`)));
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  return { url, dataDir, stop };
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
  await expect(ticket.getByText(/Preview good for/)).toBeVisible();
  await ticket.getByRole('button', { name: /^Send to/ }).click();
}
