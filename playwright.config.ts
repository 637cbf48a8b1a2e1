import { defineConfig } from '@playwright/test';
import { browserOrInstall } from './build/browser.ts';

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results/e2e',
  // A busy two-core machine is slow, not wrong.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  // Each spec starts an engine and a simulator of its own; two cores carry one beside the browser.
  workers: 1,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list'], ['json', { outputFile: process.env['LEGWORK_E2E_RESULT'] ?? 'test-results/e2e.json' }]],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: browserOrInstall(),
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
});
