import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startServer } from '../support/server.ts';
import { expectText, useBrowser } from './bell-page.ts';

const openContext = useBrowser();

async function openLivePage(
  options: BrowserContextOptions,
  environment: Record<string, string> = {},
): Promise<Page> {
  const server = await startServer({ environment });
  const page = await (await openContext(options)).newPage();
  await page.goto(server.url);
  await page.locator('#state[data-status=live]').waitFor();
  return page;
}

const desktop = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

test('the page says what it is, and its links lead somewhere', async () => {
  const page = await openLivePage(desktop);
  await expectText(page.locator('header'), 'notification server, self-hosted');
  const links = page.getByRole('navigation', { name: 'About Carillon' }).getByRole('link');
  const urls = await links.evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
  expect(urls).toHaveLength(3);
  for (const url of urls) {
    expect((await fetch(url)).status).toBe(200);
    const { hash } = new URL(url);
    if (hash !== '') expect(await page.locator(hash).count()).toBe(1);
  }
  await links.filter({ hasText: 'README' }).click();
  await expectText(page.locator('body'), 'Publish in a minute');
});

/** What of these somebody sees now: as a whole within the window, and under nothing else. */
function seen(page: Page, ids: readonly string[]): Promise<string[]> {
  return page.evaluate(
    (wanted) =>
      wanted.filter((id) => {
        const element = document.getElementById(id);
        const { top, bottom, left, right } = element?.getBoundingClientRect() ?? new DOMRect();
        const isInside = top >= 0 && bottom <= innerHeight && left >= 0 && right <= innerWidth;
        const onTop = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return isInside && bottom > top && element?.contains(onTop) === true;
      }),
    [...ids],
  );
}

test('on a phone the switch, the figures, and the state stay in view wherever one reads or writes', async () => {
  const page = await openLivePage(phone);
  const ids = ['cut', 'missed', 'delivered', 'lost', 'state-text'];
  for (const place of ['.top', '#body', '#frames', '#heard', '.last']) {
    await page.locator(place).evaluate((element) => element.scrollIntoView({ block: 'center' }));
    expect([place, ...(await seen(page, ids))]).toEqual([place, ...ids]);
  }
  // Nothing at the end of the page is hidden for good.
  const end = await page.locator('.last').boundingBox();
  const bar = await page.locator('.control').boundingBox();
  expect((end?.y ?? 0) + (end?.height ?? Infinity)).toBeLessThanOrEqual(bar?.y ?? 0);
});

test.each([
  ['desktop', desktop, ['2px', '0px']],
  ['phone', phone, ['0px', '2px']],
] as const)('the end of a wire that is cut is one straight line: %s', async (_, options, expected) => {
  const page = await openLivePage(options);
  await page.locator('#cut').click();
  await page.locator('#state[data-status=cut]').waitFor();
  const widths = await page.locator('.wire .bar').evaluate((bar) => {
    const { borderBlockStartWidth, borderInlineStartWidth } = getComputedStyle(bar, '::after');
    return [borderBlockStartWidth, borderInlineStartWidth];
  });
  expect(widths).toEqual(expected);
});

test('all frames together are one stop for Tab, with the newest first; the arrow keys go through them', async () => {
  // No ping while it looks: on a slow machine one would come, and be the newest frame.
  const page = await openLivePage(desktop, { HEARTBEAT_SECONDS: '3600' });
  await page.locator('#five').click();
  await page.locator('.frame', { hasText: 'lend mine' }).waitFor();
  const focused = () =>
    page.evaluate(() => {
      const id = document.activeElement?.closest('.frame')?.querySelector('.frame-id')?.textContent;
      return id?.split('.')[1] ?? document.activeElement?.tagName;
    });
  await page.locator('#write button[type=submit]').focus();
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('5');
  await page.keyboard.press('ArrowDown');
  expect(await focused()).toBe('4');
  await page.keyboard.press('Enter');
  expect(await page.locator('.frame details[open]').count()).toBe(1);
  // What arrives does not take the focus away.
  await page.evaluate(() => document.getElementById('five')?.click());
  await page.locator('.frame', { hasText: '.10' }).waitFor();
  expect(await focused()).toBe('4');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('CARILLON-BELL');
});

test('what happens at the switch is announced: cut, missed, healed, delivered', async () => {
  const page = await openLivePage(desktop);
  const status = page.locator('body > [role=status]');
  await page.locator('#cut').click();
  await expectText(status, 'The connection is cut.');
  await page.locator('#five').click();
  await expectText(status, '5 missed, 0 delivered, 0 lost.');
  await page.locator('#cut').click();
  await expectText(status, 'The connection is healed.');
  await expectText(status, '5 missed, 5 delivered, 0 lost.');
});
