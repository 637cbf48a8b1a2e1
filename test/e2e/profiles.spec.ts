import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, resultRows, test } from './legwork.ts';

test.use({ viewport: { width: 1600, height: 900 } });

test('a filter changes the rows, is saved under a name, deleted, and brought back', async ({ desk }) => {
  await expect(resultRows(desk).first()).toBeVisible();
  const profiles = desk.getByRole('complementary', { name: 'Profiles and watchlist' });
  const width = desk.getByRole('textbox', { name: 'Width $ at most' });
  await width.fill('2');
  await width.press('Enter');
  await expect
    .poll(
      async () => {
        const strikes = await desk.locator('.ag-row [col-id="strikes"]').allInnerTexts();
        const widths = strikes
          .map((text) => text.split('/').map(Number))
          .map(([short = 0, long = 0]) => Math.abs(short - long));
        return widths.length > 0 && Math.max(...widths) <= 2;
      },
      { message: 'no row is wider than 2' },
    )
    .toBe(true);

  await profiles.getByRole('button', { name: 'Save profile' }).click();
  const saved = profiles.getByRole('button', { name: /, mine/ }).first();
  await expect(saved).toBeVisible();
  await desk.reload();
  await profiles
    .getByRole('button', { name: /, mine/ })
    .first()
    .click();
  await expect(width).toHaveValue('2');

  await profiles.getByRole('button', { name: /^More for .*, mine/ }).click();
  await desk.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(profiles.getByRole('button', { name: /^More for .*, mine/ })).toHaveCount(0);
  await desk.getByRole('button', { name: 'Undo' }).click();
  await expect(profiles.getByRole('button', { name: /^More for .*, mine/ })).toBeVisible();
});

const BAD_FILES = [
  ['not JSON', 'strategies: bull put', /JSON/],
  [
    'a filter the wrong way round',
    '{"version":1,"name":"x","symbols":["SPY"],"strategies":["bullPut"],"width":{"min":10,"max":1}}',
    /width/i,
  ],
  ['an unknown strategy', '{"version":1,"name":"x","symbols":["SPY"],"strategies":["moonshot"]}', /strateg/i],
] as const;

for (const [name, text, says] of BAD_FILES) {
  test(`a profile file that is ${name} is refused in words and changes nothing`, async ({ desk, legwork }) => {
    await expect(resultRows(desk).first()).toBeVisible();
    const profiles = desk.getByRole('complementary', { name: 'Profiles and watchlist' });
    const before = await profiles.getByRole('button', { name: /^More for/ }).count();
    const file = join(legwork.dataDir, 'bad.json');
    writeFileSync(file, text);
    await desk.getByLabel('Profile file').setInputFiles(file);
    await expect(desk.getByRole('region', { name: /Notifications/ })).toContainText(says);
    expect(await profiles.getByRole('button', { name: /^More for/ }).count()).toBe(before);
    await expect(resultRows(desk).first()).toBeVisible();
  });
}
