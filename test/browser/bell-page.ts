import type { BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openContext } from '../support/chromium.ts';
import { addReport } from '../support/comments.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { type Application, startApplication } from './application.ts';

/** @returns what opens a fresh profile; it ends with the test */
export function useBrowser(): (options?: BrowserContextOptions) => Promise<BrowserContext> {
  return (options) => openContext([], options);
}

/** A page of an application with a bell in it, in a browser in which ann is signed in. */
export interface BellPage {
  readonly server: TestServer;
  readonly context: BrowserContext;
  readonly page: Page;
  /** The application's pages, by path. */
  readonly pages: Application['pages'];
  readonly reportId: string;
  readonly bell: Locator;
  readonly button: Locator;
  readonly badge: Locator;
  readonly panel: Locator;
  readonly items: Locator;
  /** Bob comments: one event for each text, in this order. */
  comment(...texts: readonly string[]): Promise<void>;
  /** What the page could not do or did wrong: errors, and what its policy refused. */
  readonly faults: readonly string[];
}

export interface BellPageOptions {
  readonly context?: BrowserContextOptions;
  /** Attributes of the bell beside `src`. */
  readonly attributes?: string;
  /** Attributes of `<html>`. */
  readonly html?: string;
  readonly environment?: Record<string, string>;
  /** Whether nobody is signed in. */
  readonly isSignedOut?: boolean;
  readonly isWithoutBell?: boolean;
  /** Who reports, and about what. */
  readonly title?: string;
  /** Called before the page is opened. */
  readonly before?: (page: Page, server: TestServer) => Promise<void>;
}

/** Allows the bell's script, what it talks to, and the page's own style: nothing inline, no markup from strings. */
const policyFor = (url: string) =>
  [
    "default-src 'none'",
    `script-src ${url}/carillon-bell.js`,
    "style-src 'nonce-page'",
    `connect-src ${url}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

export async function openBellPage(
  openContext: (options?: BrowserContextOptions) => Promise<BrowserContext>,
  options: BellPageOptions = {},
): Promise<BellPage> {
  const application = await startApplication();
  const server = await startServer({
    environment: { ALLOWED_ORIGINS: application.origin, ...options.environment },
  });
  const { id: reportId } =
    options.title === undefined
      ? await addReport(server.store)
      : (await server.store.addReport({ id: 'ann', name: 'Ann' }, { title: options.title, body: '' })).value;
  application.pages.set('/', (res) => {
    res.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policyFor(server.url) });
    res.end(markup(server.url, options));
  });

  const context = await openContext({ viewport: { width: 900, height: 700 }, ...options.context });
  if (options.isSignedOut !== true) {
    const value = await server.token('ann');
    await context.addCookies([{ name: 'carillon_session', value, url: server.url }]);
  }
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // What a browser says of a refused or failed request is what some tests are about.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  await options.before?.(page, server);
  await page.goto(application.origin);
  const bell = page.locator('carillon-bell');
  return {
    server,
    context,
    page,
    pages: application.pages,
    reportId,
    bell,
    button: bell.locator('[part=button]'),
    badge: bell.locator('[part=badge]'),
    panel: bell.locator('[part=panel]'),
    items: bell.locator('[part~=item]'),
    faults,
    async comment(...texts) {
      for (const body of texts) {
        await server.store.addComment({ id: 'bob', name: 'Bob' }, reportId, { body, parentId: null });
      }
    },
  };
}

function markup(
  url: string,
  { attributes = '', html = 'lang="en"', isWithoutBell }: BellPageOptions,
): string {
  const bell = isWithoutBell === true ? '' : `<carillon-bell src="${url}" ${attributes}></carillon-bell>`;
  return `<!doctype html><html ${html}><head><meta charset="utf-8"><title>Application</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <style nonce="page">
      :root { color-scheme: light dark; background: Canvas; }
      body { margin: 0; font-family: sans-serif; }
      header { display: flex; align-items: center; justify-content: space-between; padding: 8px 16px; }
    </style>
    <script type="module" src="${url}/carillon-bell.js"></script></head>
    <body><header><a href="/">Application</a>${bell}</header><main><h1>A page</h1><button>After</button></main></body></html>`;
}

/** Waits for this text in `locator`, as a screen reader and the eye get it. */
export async function expectText(locator: Locator, text: string | RegExp): Promise<void> {
  await locator.filter({ hasText: text }).first().waitFor();
}

/** The texts of the items, each as one would read it aloud. */
export async function itemTexts({ items }: BellPage): Promise<readonly string[]> {
  return (await items.locator('[part=item-excerpt]').allTextContents()).map((text) => text.trim());
}

/** Which element has the focus, by its part, its tag, or its text. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active?.getAttribute('part') ?? active?.textContent ?? '';
  });
}

/** What a screen reader calls the element that has the focus. */
export function focusedName(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active?.getAttribute('aria-label');
  });
}

export function expectNoFaults({ faults }: BellPage): void {
  expect(faults).toEqual([]);
}
