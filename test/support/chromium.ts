import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { inject, onTestFinished } from 'vitest';
import { launchChromium } from './launch-chromium.ts';
import { pathOf } from './needs.ts';
import type {} from './provided.ts';

/** Opens a page in a fresh profile of a real Chromium; it ends with the test. */
export async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  return (await openContext([], options)).newPage();
}

/**
 * Opens a fresh profile, for several tabs, in the run's Chromium; it ends with the test.
 * @param moreArgs of a Chromium of the test's own, when there are some.
 */
export async function openContext(
  moreArgs: readonly string[] = [],
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const endpoint = inject('chromiumEndpoint');
  const isShared = endpoint !== undefined && moreArgs.length === 0;
  const browser = isShared ? await connectOnce(endpoint) : await openBrowser(moreArgs);
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  return context;
}

let connected: Promise<Browser> | undefined;

/** The run's Chromium. Each test file connects to it once, and the connection ends with the file's process. */
function connectOnce(endpoint: string): Promise<Browser> {
  return (connected ??= chromium.connect(endpoint));
}

async function openBrowser(moreArgs: readonly string[]): Promise<Browser> {
  const browser = await launchChromium(pathOf('chromium'), moreArgs);
  onTestFinished(() => browser.close());
  return browser;
}
