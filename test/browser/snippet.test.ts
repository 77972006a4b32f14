import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openPage } from '../support/chromium.ts';
import { addComments, addReport } from '../support/comments.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { startApplication } from './application.ts';

/** The page that docs/getting-started.md shows, with the real address of `server` in it. */
function snippetFor(server: TestServer): string {
  const [, html = ''] =
    /<!-- snippet:[^>]*-->\s*```html\n([\s\S]*?)```/.exec(readFileSync('docs/getting-started.md', 'utf8')) ??
    [];
  return `<!doctype html><meta charset="utf-8">${html.replace('https://notify.example.com', server.url)}`;
}

test('the page in docs/getting-started.md shows the list and what comes in, in a page of an allowed origin', async () => {
  const application = await startApplication();
  const server = await startServer({ environment: { ALLOWED_ORIGINS: application.origin } });
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 2);
  application.pages.set('/', snippetFor(server));
  application.pages.set('/carillon-token', await server.token('ann'));

  const page = await openPage();
  await page.goto(application.origin);
  await page.locator('#unread', { hasText: /^2$/ }).waitFor();
  await addComments(server.store, report.id, 3);
  await page.locator('#unread', { hasText: /^5$/ }).waitFor();

  const items = await page.locator('#list li').allTextContents();
  const texts = ['3', '2', '1', '2', '1'].map((body) => `Bob: Reading list: ${body}`);
  expect(items).toEqual(texts);

  // What is read elsewhere shows here.
  const { json } = await server.ask('ann', 'GET', '/notifications');
  await server.ask('ann', 'POST', '/notifications/read', { upTo: json.streamCursor });
  await page.locator('#unread', { hasText: /^$/ }).waitFor({ state: 'attached' });
});

test('a page of another origin gets neither the list nor the stream', async () => {
  const application = await startApplication();
  const server = await startServer({ environment: { ALLOWED_ORIGINS: 'http://127.0.0.1:1' } });
  application.pages.set('/', '<!doctype html><title>elsewhere</title>');
  const page = await openPage();
  await page
    .context()
    .addCookies([{ name: 'carillon_session', value: await server.token('ann'), url: server.url }]);
  await page.goto(application.origin);
  const seen = await page.evaluate(async (url) => {
    const list = fetch(`${url}/notifications`, { credentials: 'include' });
    const read = await list.then((response) => response.text()).catch(() => 'nothing');
    const source = new EventSource(`${url}/notifications/stream`, { withCredentials: true });
    const opened = await new Promise((resolve) => {
      source.onopen = () => resolve('open');
      source.onerror = () => resolve('closed');
    });
    return { read, opened };
  }, server.url);
  expect(seen).toEqual({ read: 'nothing', opened: 'closed' });
});
