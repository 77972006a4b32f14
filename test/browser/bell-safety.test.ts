import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectNoFaults, expectText, itemTexts, openBellPage, useBrowser } from './bell-page.ts';
import { startApplication } from './application.ts';
import { startServer } from '../support/server.ts';

const openContext = useBrowser();

/** Markup that would do something wherever it became markup. */
const attacks = [
  '<img src=x onerror="globalThis.hacked=1">',
  '<script>globalThis.hacked=1</script>',
  '"><svg onload=globalThis.hacked=1>',
  "javascript:globalThis.hacked=1//';globalThis.hacked=1//",
  '{{constructor.constructor("globalThis.hacked=1")()}}',
  '\u202egnol eht morf\u202c \u2066isolated',
];

const isHacked = (page: Page) => page.evaluate(() => 'hacked' in globalThis);

test('what people write stays text, under Trusted Types and without them', async () => {
  const title = attacks[0] ?? '';
  const stage = await openBellPage(openContext, { title, attributes: 'href="#{report.id}"' });
  const { server, page } = stage;
  for (const body of attacks) {
    const author = { id: 'bob', name: body };
    await server.store.addComment(author, stage.reportId, { body, parentId: null });
  }
  await expectText(stage.badge, String(attacks.length));
  await stage.button.click();
  await stage.items.nth(attacks.length - 1).waitFor();
  expect(await itemTexts(stage)).toEqual(attacks.toReversed());
  const sentence = await stage.items.first().locator('[part=item-text]').textContent();
  expect(sentence).toBe(`${attacks.at(-1) ?? ''} commented on ${title}`);
  expect(await isHacked(page)).toBe(false);
  // Nothing in the whole bell but what the bell makes.
  expect(await stage.bell.locator('img, script, iframe, [onerror], [onload]').count()).toBe(0);
  expectNoFaults(stage);

  const lax = await startApplication();
  lax.pages.set(
    '/',
    `<!doctype html><script type="module" src="${server.url}/carillon-bell.js"></script>
    <carillon-bell src="${server.url}"></carillon-bell>`,
  );
  const other = await stage.context.newPage();
  await other.goto(lax.origin);
  await other.locator('carillon-bell [part=button]').click();
  await other.locator('carillon-bell [part=notice], carillon-bell [part~=item]').first().waitFor();
  expect(await isHacked(other)).toBe(false);
});

test('from another site a bell works with a token, and with tickets, that its page hands over', async () => {
  const application = await startApplication();
  // Another site than Carillon's, which is at 127.0.0.1: no cookie goes from here to there.
  const origin = `http://localhost:${application.port}`;
  const server = await startServer({ environment: { ALLOWED_ORIGINS: origin } });
  const token = await server.token('ann');
  application.pages.set('/token', token);
  application.pages.set('/elsewhere', '<!doctype html><title>elsewhere</title>');
  application.pages.set('/ticket', async (res) => {
    const { json } = await server.ask('ann', 'POST', '/notifications/stream/tickets');
    res.end(json.ticket);
  });
  const withProperties = (script: string) => `<!doctype html><body>
    <script type="module" src="${server.url}/carillon-bell.js"></script>
    <script type="module">
      const bell = document.createElement('carillon-bell');
      bell.setAttribute('href', '/elsewhere');
      let token;
      const keptToken = () => (token ??= text('/token'));
      const text = async (path) => (await fetch(path)).text();
      ${script}
      document.body.append(bell);
    </script>`;
  application.pages.set('/with-token', withProperties('bell.token = keptToken;'));
  application.pages.set(
    '/with-tickets',
    withProperties("bell.token = keptToken; bell.getTicket = () => text('/ticket');"),
  );
  const { value: report } = await server.store.addReport(
    { id: 'ann', name: 'Ann' },
    { title: 'Notes', body: '' },
  );
  const context = await openContext();
  for (const path of ['/with-token', '/with-tickets']) {
    const page = await context.newPage();
    await page.goto(origin + path);
    const bell = page.locator('carillon-bell');
    await bell.locator('[part=button]').waitFor();
    await server.store.addComment({ id: 'bob', name: 'Bob' }, report.id, { body: path, parentId: null });
    await bell.locator('[part=badge]').waitFor();
    await bell.locator('[part=button]').click();
    await expectText(bell.locator('[part~=item]'), path);
    // The page leaves at once, while the browser still asks whether it may say that this was read (a preflight).
    await bell.locator('[part=item-link]').first().click();
    await page.waitForURL('**/elsewhere');
    await expect
      .poll(async () => (await server.ask('ann', 'GET', '/notifications/counts')).json.unread)
      .toBe(0);
    await page.close();
  }
});

test("README's two lines are a bell", async () => {
  const [, html = ''] =
    /<!-- embed: [^>]*-->\n\n```html\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  expect(html.trim().split('\n')).toHaveLength(2);
  const application = await startApplication();
  const server = await startServer({ environment: { ALLOWED_ORIGINS: application.origin } });
  application.pages.set('/', `<!doctype html>${html.replaceAll('https://notify.example.com', server.url)}`);
  const context = await openContext();
  const value = await server.token('ann');
  await context.addCookies([{ name: 'carillon_session', value, url: server.url }]);
  const page = await context.newPage();
  await page.goto(application.origin);
  await page.locator('carillon-bell [part=button]').click();
  await expectText(page.locator('carillon-bell [part=notice]'), 'You’re all caught up');
});
