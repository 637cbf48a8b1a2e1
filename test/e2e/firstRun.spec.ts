import { chooseRow, expect, resultRows, test } from './legwork.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
/** Seconds from opening the page to rows on the screen. */
const FIRST_ROWS_MS = 10_000;

for (const size of SIZES) {
  test.describe(`at ${size.width}x${size.height}`, () => {
    test.use({ viewport: size });

    test('a newcomer sees a simulated market scanned and moving, without a click', async ({ desk }) => {
      await expect(desk.getByRole('banner').getByText('SIMULATED', { exact: true })).toBeVisible();
      await expect(resultRows(desk).nth(5)).toBeVisible({ timeout: FIRST_ROWS_MS });
      const texts = async () => (await resultRows(desk).allInnerTexts()).join('|');
      const before = await texts();
      await expect.poll(texts, { message: 'rows move with the market' }).not.toBe(before);
      await expect(desk.getByRole('meter', { name: 'Messages per second' })).toBeVisible();
      await chooseRow(desk);
      await desk.screenshot({ path: `test-results/desk-${size.width}x${size.height}.png` });
    });

    test('nothing on the screen reaches past the window', async ({ desk }) => {
      await chooseRow(desk);
      const overflow = await desk.evaluate(() => {
        const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
        return [scrollWidth - clientWidth, scrollHeight - clientHeight];
      });
      expect(overflow).toEqual([0, 0]);
    });
  });
}

test('the address opens one window and does not stay in it', async ({ desk, legwork, browser }) => {
  expect(new URL(desk.url()).search).toBe('');
  const stranger = await browser.newPage();
  const again = await stranger.goto(legwork.url);
  expect(again?.status()).toBe(401);
  await stranger.close();
  await desk.reload();
  await expect(resultRows(desk).first()).toBeVisible();
});
