import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openStudio } from './studio.ts';

type Shoot = (page: Page, name: string) => Promise<void>;

const looks = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 960 }, deviceScaleFactor: 2 },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 960 }, deviceScaleFactor: 2 },
  phone: { colorScheme: 'light', viewport: { width: 375, height: 667 }, isMobile: true, hasTouch: true },
} satisfies Record<string, BrowserContextOptions>;

/** Takes the live page after a cut that was healed, and as it is while it is cut. */
export async function shootLivePage(browser: Browser, shoot: Shoot): Promise<void> {
  // The page's tokens are signed by the real clock.
  for (const [look, options] of Object.entries(looks)) {
    const studio = await openStudio(browser, undefined, Date.now);
    const context = await studio.open(options);
    const page = await context.newPage();
    await page.goto(studio.carillon.url);
    await page.locator('#state[data-status=live]').waitFor();
    await write(page, 'Shall we begin with the short one?');
    await page.locator('#cut').click();
    await page.locator('#state[data-status=cut]').waitFor();
    await page.locator('#five').click();
    await page.locator('#missed', { hasText: /^5$/ }).waitFor();
    await shoot(page, `live-page-cut-${look}`);
    await page.locator('#cut').click();
    await page.locator('#state[data-status=live]').waitFor();
    await page.locator('.frame', { hasText: '"missed":5' }).waitFor();
    await shoot(page, `live-page-${look}`);
    await context.close();
    await studio.close();
  }
}

async function write(page: Page, text: string): Promise<void> {
  await page.locator('#body').fill(text);
  await page.keyboard.press('Enter');
  await page.locator('#heard li', { hasText: text }).waitFor();
}
