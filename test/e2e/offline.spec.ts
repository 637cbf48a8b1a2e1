import {
  chooseRow,
  expect,
  resultRows,
  startSimulator,
  test as base,
  ticketOf,
  type SimulatorProcess,
} from './legwork.ts';

const test = base.extend<{ simulator: SimulatorProcess }>({
  // Playwright reads from the pattern which fixtures are needed: here none.
  // eslint-disable-next-line no-empty-pattern
  simulator: async ({}, use) => {
    const simulator = await startSimulator(0);
    await use(simulator);
    await simulator.stop();
  },
  serveArgs: async ({ simulator }, use) => use(['--broker', `127.0.0.1:${simulator.port}`]),
});

test('a broker that goes is told at once, stops orders, and is found again when it comes back', async ({
  desk,
  simulator,
}) => {
  await chooseRow(desk);
  await simulator.stop();
  const band = desk.getByRole('alert').filter({ hasText: /No link to TWS/ });
  await expect(band).toBeVisible();
  await expect(resultRows(desk).first()).toBeVisible();
  await expect(
    ticketOf(desk)
      .locator('button:enabled')
      .filter({ hasText: /^(Preview|Send)/ }),
  ).toHaveCount(0);
  await desk.screenshot({ path: 'test-results/offline-1280x800.png' });
  const again = await startSimulator(simulator.port);
  try {
    await expect(band).toHaveCount(0, { timeout: 30_000 });
    await expect(ticketOf(desk).getByRole('button', { name: 'Preview' })).toBeEnabled();
  } finally {
    await again.stop();
  }
});
