import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { onTestFinished } from 'vitest';

export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

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

/** Starts a real Chromium; whoever does so closes it. @param environment on top of this process's own */
export function launchChromium(
  moreArgs: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    env: { ...process.env, ...environment },
    // As root it has no sandbox; the rest keeps it from asking the outside for anything.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...moreArgs,
    ],
  });
}
