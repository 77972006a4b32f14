import { type Browser, type BrowserServer, chromium } from 'playwright-core';

/** As root it has no sandbox; the rest keeps it from asking the outside for anything. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the Chromium at `executablePath`; the caller closes it. @param environment on top of this process's own */
export function launchChromium(
  executablePath: string,
  moreArgs: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Browser> {
  const env = { ...process.env, ...environment };
  return chromium.launch({ executablePath, env, args: [...args, ...moreArgs] });
}

/** Starts one that several processes share by its `wsEndpoint()`; the caller closes it. */
export function serveChromium(executablePath: string): Promise<BrowserServer> {
  return chromium.launchServer({ executablePath, args, host: '127.0.0.1' });
}
