import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, expect, test } from '@playwright/test';
import { electronBinary } from '../../build/setUp/electron.mjs';
import { WEB_PREFERENCES } from '../../electron/hosts/windowPolicy.ts';

const root = resolve(import.meta.dirname, '../..');
const binary = electronBinary(root);
const isRoot = process.getuid?.() === 0;

test.skip(binary === undefined, "Electron's binary is not installed (npm start fetches it where it can be reached)");
test.skip(isRoot, 'Electron does not run sandboxed as root');
test.skip(
  process.platform === 'linux' && !(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']),
  'Electron needs a display (xvfb-run gives one)',
);

test('the Electron window shows the desk, sandboxed, with the live preferences of the policy', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'legwork-electron-'));
  const app = await _electron.launch({ executablePath: binary ?? '', args: [root, '--data-dir', dataDir] });
  try {
    const page = await app.firstWindow();
    expect(page.url()).toBe('app://legwork/');
    await expect(page.getByText('SIMULATED', { exact: true })).toBeVisible();
    const live = await app.evaluate(({ BrowserWindow }) =>
      // The running preferences; Electron's types leave the getter out.
      (
        BrowserWindow.getAllWindows()[0]?.webContents as unknown as { getLastWebPreferences(): object } | undefined
      )?.getLastWebPreferences(),
    );
    expect(live).toMatchObject(WEB_PREFERENCES);
    expect(await page.evaluate(() => 'process' in globalThis || 'require' in globalThis)).toBe(false);
    await page.evaluate(() => window.open('https://evil.example/'));
    expect(app.windows()).toHaveLength(1);
  } finally {
    await app.close();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
});
