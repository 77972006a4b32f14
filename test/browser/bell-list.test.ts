import { expect, test } from 'vitest';
import type { BellEvents } from '../../src/client/bell/carillon-bell.ts';
import {
  type BellPage,
  expectNoFaults,
  expectText,
  itemTexts,
  openBellPage,
  useBrowser,
} from './bell-page.ts';

const openContext = useBrowser();

async function openWith(texts: readonly string[], attributes = ''): Promise<BellPage> {
  const stage = await openBellPage(openContext, { attributes });
  await stage.comment(...texts);
  await expectText(stage.badge, String(texts.length));
  await stage.button.click();
  await stage.items.first().waitFor();
  return stage;
}

const counts = async ({ server }: BellPage) => (await server.ask('ann', 'GET', '/notifications/counts')).json;

test('what arrives while somebody reads waits behind a pill, and the list does not move', async () => {
  const stage = await openWith(['1', '2', '3']);
  const second = stage.items.nth(1);
  const before = await second.boundingBox();
  await stage.comment('4');
  const pill = stage.panel.locator('[part=new-pill]');
  await expectText(pill, '1 new');
  await stage.comment('5');
  await expectText(pill, '2 new');
  expect(await itemTexts(stage)).toEqual(['3', '2', '1']);
  expect(await second.boundingBox()).toEqual(before);
  // What nobody was shown is not seen.
  await expect.poll(() => counts(stage)).toEqual({ unread: 5, unseen: 2 });

  await pill.click();
  expect(await itemTexts(stage)).toEqual(['5', '4', '3', '2', '1']);
  await pill.waitFor({ state: 'hidden' });
  await expect.poll(() => counts(stage)).toEqual({ unread: 5, unseen: 0 });
  expectNoFaults(stage);
});

test('one is read, unread, and archived in its place; archiving can be undone', async () => {
  const stage = await openWith(['1', '2', '3']);
  const item = stage.items.nth(1);
  await item.hover();
  await item.getByRole('button', { name: 'Mark as read' }).click();
  await expect.poll(() => counts(stage)).toMatchObject({ unread: 2 });
  expect(await item.getAttribute('part')).toBe('item');
  await item.getByRole('button', { name: 'Mark as unread' }).click();
  await expect.poll(() => counts(stage)).toMatchObject({ unread: 3 });
  expect(await item.getAttribute('part')).toBe('item item-unread');

  await item.getByRole('button', { name: 'Archive' }).click();
  await expect.poll(() => itemTexts(stage)).toEqual(['3', '1']);
  const undo = stage.panel.locator('[part=undo]');
  await expectText(undo, 'Archived');
  await undo.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => itemTexts(stage)).toEqual(['3', '2', '1']);
  await undo.waitFor({ state: 'hidden' });
  await expect.poll(() => counts(stage)).toMatchObject({ unread: 3 });
  expectNoFaults(stage);
});

test('all are marked as read, except what arrived unseen; and that can be undone', async () => {
  const stage = await openWith(['1', '2', '3']);
  await stage.comment('4');
  await expectText(stage.panel.locator('[part=new-pill]'), '1 new');
  await stage.panel.getByRole('button', { name: 'Mark all as read' }).click();
  await expect.poll(() => counts(stage)).toMatchObject({ unread: 1 });
  const undo = stage.panel.locator('[part=undo]');
  await expectText(undo, 'Marked 3 as read');
  await undo.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect.poll(() => counts(stage)).toMatchObject({ unread: 4 });
});

test('what was read at once is unread again as a whole, also what was never loaded', async () => {
  const texts = Array.from({ length: 12 }, (_, i) => String(i));
  const stage = await openWith(texts, 'page-size="5"');
  await stage.panel.getByRole('button', { name: 'Mark all as read' }).click();
  const undo = stage.panel.locator('[part=undo]');
  await expectText(undo, 'Marked 12 as read');
  await undo.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect.poll(() => counts(stage)).toMatchObject({ unread: 12 });
});

test('the undo of all that was read is one request, and as long as the list is', async () => {
  const texts = Array.from({ length: 90 }, (_, i) => String(i));
  const stage = await openBellPage(openContext, { attributes: 'page-size="100" badge="unread"' });
  await stage.comment(...texts);
  await expectText(stage.badge, /^90$/);
  await stage.button.click();
  await stage.items.first().waitFor();
  const undo = stage.panel.locator('[part=undo]');
  const posts: string[] = [];
  stage.page.on('request', (request) => {
    if (request.method() === 'POST') posts.push(new URL(request.url()).pathname);
  });
  for (let round = 0; round < 2; round++) {
    await stage.panel.getByRole('button', { name: 'Mark all as read' }).click();
    await expectText(undo, 'Marked 90 as read');
    await expect.poll(() => counts(stage)).toMatchObject({ unread: 0 });
    posts.length = 0;
    await undo.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(() => counts(stage)).toMatchObject({ unread: 90 });
    expect(posts).toEqual(['/notifications/unread']);
  }
  expectNoFaults(stage);
});

test('older ones come with a button, page by page', async () => {
  const texts = Array.from({ length: 12 }, (_, i) => String(i + 1));
  const stage = await openWith(texts, 'page-size="5"');
  const more = stage.panel.getByRole('button', { name: 'Load more' });
  for (const count of [5, 10]) {
    await expect.poll(() => stage.items.count()).toBe(count);
    await more.click();
  }
  await expect.poll(() => itemTexts(stage)).toEqual(texts.toReversed());
  await more.waitFor({ state: 'hidden' });
});

test('a click on "Load more" while the list is fetched again is not lost', async () => {
  const texts = Array.from({ length: 12 }, (_, i) => String(i + 1));
  const stage = await openWith(texts, 'page-size="5"');
  const { promise: gate, resolve: letThrough } = Promise.withResolvers<undefined>();
  await stage.page.route('**/notifications?*', async (route) => {
    await gate;
    await route.continue();
  });
  await stage.bell.evaluate((bell) => {
    void (bell as unknown as { client: { list: { load(): Promise<void> } } }).client.list.load();
  });
  await stage.panel.getByRole('button', { name: 'Load more' }).click();
  letThrough(undefined);
  await expect.poll(() => stage.items.count()).toBe(10);
});

test('Unread shows what is unread, and loses what is read', async () => {
  const stage = await openWith(['1', '2', '3']);
  await stage.items.nth(1).hover();
  await stage.items.nth(1).getByRole('button', { name: 'Mark as read' }).click();
  await stage.panel.getByRole('button', { name: 'Unread 2', exact: true }).click();
  await expect.poll(() => itemTexts(stage)).toEqual(['3', '1']);
  await stage.items.first().hover();
  await stage.items.first().getByRole('button', { name: 'Mark as read' }).click();
  await expect.poll(() => itemTexts(stage)).toEqual(['1']);
  await stage.panel.getByRole('button', { name: 'All', exact: true }).click();
  await expect.poll(() => itemTexts(stage)).toEqual(['3', '2', '1']);
});

test('an item leads where its type’s template says, and is read by going there', async () => {
  const stage = await openWith(
    ['1'],
    'href="/other" href-new-comment-on-report="#/reports/{report.id}?c={comment.id}"',
  );
  const link = stage.items.locator('a');
  const { json } = await stage.server.ask('ann', 'GET', '/notifications');
  expect(await link.getAttribute('href')).toBe(`#/reports/${stage.reportId}?c=${json.data[0].comment.id}`);
  await link.click();
  await stage.page.waitForURL(`**/#/reports/${stage.reportId}?**`);
  await stage.panel.waitFor({ state: 'hidden' });
  await expect.poll(() => counts(stage)).toMatchObject({ unread: 0 });
});

test('going to another page does not lose that it was read', async () => {
  const stage = await openWith(['1'], 'href="/elsewhere"');
  stage.pages.set('/elsewhere', '<!doctype html><title>elsewhere</title>');
  await stage.items.locator('a').click();
  await stage.page.waitForURL('**/elsewhere');
  await expect.poll(() => counts(stage)).toMatchObject({ unread: 0 });
});

test('a router takes over by cancelling the event; a click for a new tab is the browser’s', async () => {
  const stage = await openWith(['1'], 'href="/reports/{report.id}"');
  await stage.page.evaluate(() => {
    document.addEventListener('carillon-open', (event) => {
      event.preventDefault();
      const { href, notification } = (event as BellEvents['carillon-open']).detail;
      document.title = `${notification.report?.title ?? ''} ${href ?? ''}`;
    });
  });
  await stage.items.locator('a').click();
  await expect.poll(() => stage.page.title()).toBe(`Reading list /reports/${stage.reportId}`);
  expect(new URL(stage.page.url()).pathname).toBe('/');
  await expect.poll(() => counts(stage)).toMatchObject({ unread: 0 });

  await stage.button.click();
  stage.pages.set(`/reports/${stage.reportId}`, '<!doctype html><title>report</title>');
  const [tab] = await Promise.all([
    stage.context.waitForEvent('page'),
    stage.items.locator('a').click({ modifiers: ['ControlOrMeta'] }),
  ]);
  await tab.waitForURL(`**/reports/${stage.reportId}`);
});

test('a template can lead nowhere but to http, and an id never to another path', async () => {
  const stage = await openWith(['1'], 'href="javascript:alert(1)"');
  expect(await stage.items.locator('a').getAttribute('href')).toBe(null);
  // Without an address it is a button to the keyboard and to a screen reader.
  await stage.items.getByRole('button', { name: /commented on/ }).focus();
  await stage.page.keyboard.press('Enter');
  await expect.poll(() => counts(stage)).toMatchObject({ unread: 0 });
});

test('the times tick by themselves', async () => {
  const stage = await openBellPage(openContext, { before: (page) => page.clock.install() });
  await stage.page.clock.resume();
  await stage.comment('1');
  await expectText(stage.badge, /^1$/);
  await stage.button.click();
  const time = stage.panel.locator('[part=item-time]');
  await expectText(time, /^now$/);
  await stage.page.clock.fastForward(2 * 60_000);
  await expectText(time, /^2 min\. ago$/);
});

test('what is read in one tab is read in the other, and both badges agree', async () => {
  const stage = await openWith(['1', '2']);
  const other = await stage.context.newPage();
  await other.goto(stage.page.url());
  const badge = other.locator('carillon-bell [part=badge]');
  const button = other.locator('carillon-bell [part=button]');
  await button.waitFor();
  await stage.comment('3');
  await expectText(badge, /^1$/);
  await button.click();
  await other.locator('carillon-bell [part~=item]').nth(2).waitFor();
  await other.getByRole('button', { name: 'Mark all as read' }).click();
  await expect.poll(() => stage.panel.locator('[part~=item-unread]').count()).toBe(0);
  expectNoFaults(stage);
});
