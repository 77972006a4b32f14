import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { launchChromium } from './launch-chromium.ts';

/** Opens a page in a fresh profile of a real Chromium, which ends with the test. */
export async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  return (await openContext([], options)).newPage();
}

/** Opens a fresh profile, for several tabs, in a real Chromium of its own, which ends with the test. */
export async function openContext(
  moreArgs: readonly string[] = [],
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const browser = await launchChromium(moreArgs);
  onTestFinished(() => browser.close());
  return browser.newContext(options);
}
