import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { type Carillon, startCarillon } from '../src/carillon.ts';
import { readConfig } from '../src/config.ts';
import { signToken } from '../src/http/token.ts';
import { launchChromium } from '../test/support/launch-chromium.ts';
import { findProgram, missingText } from '../test/support/programs.ts';
import { hostPage } from './host-page.ts';
import { installFonts, writeFontConfig } from './fonts.ts';

/** What the clocks of the pictures show, so that each run takes the same ones. */
export const noon = Date.parse('2026-11-23T10:42:00Z');
const minuteMs = 60_000;
/** Long enough for noon to be within it, whenever that is. */
const validSeconds = 100 * 365 * 24 * 3600;

const secret = 'a secret that is only for pictures, 32 bytes or more';
const tokenRules = { key: { secret }, issuer: undefined, audience: undefined };

/** A fresh server with a page of an application around it, and a browser in which ann is signed in. */
export interface Studio {
  readonly carillon: Carillon;
  /** The application's page. */
  readonly hostUrl: string;
  /** Ann's reports get comments by bob, `minutesAgo` each. */
  comment(report: string, body: string, minutesAgo: number): Promise<void>;
  open(options: BrowserContextOptions): Promise<BrowserContext>;
  signIn(context: BrowserContext): Promise<void>;
  close(): Promise<void>;
}

export async function openBrowser(): Promise<{ browser: Browser; close: () => Promise<void> }> {
  installFonts();
  const folder = mkdtempSync(join(tmpdir(), 'carillon-fonts-'));
  const browser = await launchChromium(chromiumPath(), [], {
    FONTCONFIG_FILE: writeFontConfig(folder),
    TZ: 'UTC',
  });
  return {
    browser,
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function chromiumPath(): string {
  const path = findProgram('chromium');
  if (path === undefined) throw new Error(`Taking pictures ${missingText('chromium')}`);
  return path;
}

/**
 * @param attributes of the page's `<html>` element.
 * @param now what the server's clock shows.
 */
export async function openStudio(
  browser: Browser,
  attributes = 'lang="en"',
  now: () => number = () => noon,
): Promise<Studio> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-pictures-'));
  const application = createServer((_req, res) => {
    res.setHeader('content-type', 'text/html; charset=utf-8');
    res.end(hostPage(carillon.url, attributes));
  });
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
  const hostUrl = `http://127.0.0.1:${(application.address() as AddressInfo).port}`;
  let minutesAgo = 0;
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: `file:${join(folder, 'carillon.db')}`,
    JWT_SECRET: secret,
    ALLOWED_ORIGINS: hostUrl,
    WRITES_PER_MINUTE: '100000',
  });
  const carillon = await startCarillon(config, {
    tokenRules,
    log: pino({ level: 'silent' }),
    now: () => now() - minutesAgo * minuteMs,
    onFailure: (cause) => console.error(cause),
  });
  const reports = new Map<string, string>();

  return {
    carillon,
    hostUrl,
    async comment(title, body, ago) {
      minutesAgo = ago;
      const { store } = carillon;
      const ann = { id: 'ann', name: 'Ann' };
      const id = reports.get(title) ?? (await store.addReport(ann, { title, body: '' })).value.id;
      reports.set(title, id);
      await store.addComment({ id: 'bob', name: 'Bob' }, id, { body, parentId: null });
      minutesAgo = 0;
    },
    open: (options) => browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options }),
    async signIn(context) {
      const value = await signToken({ id: 'ann', name: 'Ann' }, validSeconds, secret, tokenRules);
      await context.addCookies([{ name: 'carillon_session', value, url: carillon.url }]);
    },
    async close() {
      await carillon.close();
      application.close();
      application.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
