import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { startApplication } from './application.ts';
import { expectNoViolations } from './axe.ts';
import { expectText, useBrowser } from './bell-page.ts';

const openContext = useBrowser();

interface LivePage {
  readonly server: TestServer;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page could not do or did wrong. */
  readonly faults: string[];
}

async function openLivePage(options: BrowserContextOptions = {}, environment = {}): Promise<LivePage> {
  const server = await startServer({ environment });
  const context = await openContext({ viewport: { width: 1280, height: 900 }, ...options });
  const faults: string[] = [];
  const page = await openTab(context, server, faults);
  return { server, context, page, faults };
}

async function openTab(context: BrowserContext, server: TestServer, faults: string[]): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.goto(server.url);
  return page;
}

const isLive = (page: Page) => page.locator('#state[data-status=live]').waitFor();

async function write(page: Page, text: string): Promise<void> {
  await page.locator('#body').fill(text);
  await page.keyboard.press('Enter');
}

const figures = async (page: Page) =>
  (await page.locator('#tally dd').allTextContents()).map((figure) => Number(figure));

test('at the first visit everything is there, and what bob writes ann hears', async () => {
  const { page, faults } = await openLivePage();
  await isLive(page);
  expect(await page.locator('#report-title').textContent()).toBe('Reading list');
  await write(page, 'Loved chapter two.');
  await expectText(page.locator('#outcome'), /^201 in \d+ ms$/);
  await expectText(page.locator('#comments li'), 'Loved chapter two.');
  await expectText(page.locator('#heard li'), 'Bob commented on Reading list');
  await expectText(page.locator('.frame'), /^notificationid: [0-9a-z]{8}\.1/);
  await expectText(page.locator('carillon-bell [part=badge]'), /^1$/);
  expect(await page.locator('#body').inputValue()).toBe('');
  expect(faults).toEqual([]);
});

test('the switch really ends the stream; healed, what was missed comes first, each of it once', async () => {
  const { server, page, faults } = await openLivePage();
  await isLive(page);
  const open = async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return /^carillon_streams_open (\d+)$/m.exec(metrics)?.[1];
  };
  expect(await open()).toBe('1');
  await page.locator('#cut').click();
  await expectText(page.locator('#state'), 'Cut');
  await expect.poll(open).toBe('0');

  await page.locator('#five').click();
  await expect.poll(() => figures(page)).toEqual([5, 0, 0]);
  expect(await page.locator('.frame-mark').count()).toBe(0);
  await page.locator('#cut').click();
  await expect.poll(() => figures(page)).toEqual([5, 5, 0]);
  await isLive(page);
  await expect.poll(() => page.locator('.frame-mark').count()).toBe(5);
  const seqs = async () =>
    (await page.locator('.frame-id').allTextContents()).map((id) => Number(id.split('.')[1]));
  // sync says where it ends; then the replayed ones, newest first, without a hole; then the sync of the first connect.
  await expect.poll(seqs).toEqual([5, 5, 4, 3, 2, 1, 0]);

  await write(page, 'And on it goes.');
  await expectText(page.locator('.frame').first(), /\.6/);
  expect(await page.locator('.frame-mark').count()).toBe(5);
  expect(await figures(page)).toEqual([5, 5, 0]);
  expect(faults).toEqual([]);
});

test('a second tab takes part: it hears the same, it is cut as well, and what it reads is read here', async () => {
  const { server, context, page, faults } = await openLivePage();
  await isLive(page);
  const second = await openTab(context, server, faults);
  await isLive(second);
  for (const tab of [page, second]) await expectText(tab.locator('#facts'), /^2 tabs/);
  await write(page, 'Hello, both of you.');
  for (const tab of [page, second]) {
    await expectText(tab.locator('#heard li'), 'Hello, both of you.');
    await expectText(tab.locator('#comments li'), 'Hello, both of you.');
  }

  await second.locator('#cut').click();
  for (const tab of [page, second]) await expectText(tab.locator('#state'), 'Cut');
  await second.locator('#five').click();
  await expect.poll(() => figures(second)).toEqual([5, 0, 0]);
  await second.locator('#cut').click();
  for (const tab of [page, second]) {
    await expect.poll(async () => (await figures(tab)).slice(1)).toEqual([5, 0]);
    await expectText(tab.locator('carillon-bell [part=badge]'), /^6$/);
  }

  await second.locator('carillon-bell [part=button]').click();
  await second.getByRole('button', { name: 'Mark all as read' }).click();
  await expect.poll(() => page.locator('#heard .unread').count()).toBe(0);
  await page.locator('carillon-bell [part=badge]').waitFor({ state: 'hidden' });
  expect(faults).toEqual([]);
});

test('what people write stays text on this page, too', async () => {
  const server = await startServer();
  const attack = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>';
  const { value: report } = await server.store.addReport(
    { id: 'ann', name: attack },
    { title: attack, body: attack },
  );
  const context = await openContext();
  const faults: string[] = [];
  const page = await openTab(context, server, faults);
  await isLive(page);
  expect(await page.locator('#report-title').textContent()).toBe(attack);
  await server.store.addComment({ id: 'bob', name: attack }, report.id, { body: attack, parentId: null });
  await expectText(page.locator('#heard li'), attack);
  await expectText(page.locator('#comments li'), attack);
  await expectText(page.locator('.frame'), 'onerror');
  await page.locator('carillon-bell [part=button]').click();
  await expectText(page.locator('carillon-bell [part~=item]'), attack);
  expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
  expect(faults).toEqual([]);
});

test('where no tokens are made, the page asks for two, and shows whose they are', async () => {
  const { server, page, faults } = await openLivePage({}, { NODE_ENV: 'production', LIVE_PAGE: 'on' });
  await page.getByLabel('Who writes').fill('not a token');
  await page.getByLabel('Who hears').fill('neither');
  await page.getByRole('button', { name: 'Show it' }).click();
  await expectText(page.getByRole('alert'), 'These are not two tokens');
  await expectNoViolations(page, 'asking for tokens');
  await page.getByLabel('Who writes').fill(await server.token('bob', { name: 'Bob Ross' }));
  await page.getByLabel('Who hears').fill(await server.token('ann', { name: '안나' }));
  await page.getByRole('button', { name: 'Show it' }).click();
  await isLive(page);
  await expectText(page.locator('#writer-title'), 'Bob Ross');
  await expectText(page.locator('#hearer-title'), '안나');
  await write(page, '안녕하세요');
  await expectText(page.locator('#heard li'), '안녕하세요');
  expect(faults).toEqual([]);
});

test('when the server says no, the page says why, and what was written is still there', async () => {
  const { page } = await openLivePage({}, { WRITES_PER_MINUTE: '3' });
  await isLive(page);
  for (const text of ['1', '2', '3', '4']) {
    await write(page, text);
    await expectText(page.locator('#outcome'), /./);
    if (text !== '4') await expectText(page.locator('#comments li').last(), text);
  }
  await expectText(page.locator('#outcome'), 'More than 3 writes within a minute');
  expect(await page.locator('#body').inputValue()).toBe('4');
});

test('the cards hold what to paste, whole, with this server’s address', async () => {
  const { server, context, page } = await openLivePage({
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await isLive(page);
  const copied: string[] = [];
  for (const button of await page.locator('.copy').all()) {
    await button.click();
    await expectText(button, 'Copied');
    copied.push(await page.evaluate(() => navigator.clipboard.readText()));
  }
  const [curl = '', embed = '', mint] = copied;
  expect(embed.split('\n').slice(0, 2)).toEqual([
    `<script type="module" src="${server.url}/carillon-bell.js"></script>`,
    `<carillon-bell src="${server.url}"></carillon-bell>`,
  ]);
  expect(mint).toContain('SignJWT');
  expect(mint).toContain('.setIssuedAt()');
  const [, token = ''] = /Bearer (\S+)"/.exec(curl) ?? [];
  const [, path = ''] = /(\/reports\/\S+)/.exec(curl) ?? [];
  const answer = await fetch(server.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"body":"From a terminal."}',
  });
  expect(answer.status).toBe(201);
  await expectText(page.locator('#comments li'), 'From a terminal.');

  // In a page of any other server on this machine, as a newcomer would try it.
  const application = await startApplication();
  application.pages.set('/', `<!doctype html>${embed}`);
  const other = await context.newPage();
  await other.goto(`http://localhost:${application.port}/`);
  await expectText(other.locator('carillon-bell [part=badge]'), /^1$/);
  await other.locator('carillon-bell [part=button]').click();
  await expectText(other.locator('carillon-bell [part~=item]'), 'From a terminal.');
});

test.each([
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }],
] as const)('axe finds nothing on the %s page, and nothing sticks out of it', async (name, options) => {
  const { page } = await openLivePage({ ...options, reducedMotion: 'reduce' });
  await isLive(page);
  await expectNoViolations(page, `${name}, empty`);
  await page.locator('#five').click();
  await page.locator('#heard li').nth(3).waitFor();
  await page.locator('#cut').click();
  await write(page, 'x'.repeat(300));
  await expect.poll(() => figures(page)).toEqual([1, 0, 0]);
  await page.locator('.frame-note').waitFor();
  await expectNoViolations(page, `${name}, cut`);
  await page.locator('#cut').click();
  await expectText(page.locator('.frame').first(), '"missed":1');
  await expectNoViolations(page, `${name}, healed`);
  const tooWide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(tooWide).toBeLessThanOrEqual(0);
});
