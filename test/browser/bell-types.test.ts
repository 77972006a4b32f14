import { expect, test } from 'vitest';
import {
  type BellPage,
  expectNoFaults,
  expectText,
  itemTexts,
  openBellPage,
  useBrowser,
} from './bell-page.ts';
import { countWork, useFakeClient } from './fake-client.ts';

const openContext = useBrowser();

/** An open panel over a client with `count` items. */
async function openWith(count: number, attributes = ''): Promise<BellPage> {
  const stage = await openBellPage(openContext, { before: countWork, attributes });
  await stage.button.waitFor();
  await useFakeClient(stage.page, count);
  await stage.button.click();
  await stage.panel.waitFor();
  return stage;
}

test('a notification of an application’s own type shows its title, its body, its people, and leads to its url', async () => {
  const stage = await openWith(0, 'href="/reports/{report.id}" href-build-failed="/builds/{id}"');
  const add = (fields: object) => stage.page.evaluate((given) => globalThis.fakeClient.add(given), fields);
  const general = { report: null, comment: null };
  const person = (name: string) => ({ id: name, name });
  await add({
    ...general,
    type: 'order.shipped',
    actor: null,
    title: 'Order 7',
    body: 'On Friday.',
    url: '/orders/7',
  });
  await stage.items.first().waitFor();
  await stage.page.keyboard.press('Escape');
  const actors = ['Ann', 'Bob', 'Cleo'].map(person);
  await add({
    ...general,
    type: 'post.liked',
    actor: actors[0],
    title: 'My post',
    body: null,
    count: 5,
    actors,
  });
  await add({ ...general, type: 'build.failed', actor: null, title: '<b>Build</b>', url: '/never' });
  await add({ ...general, type: 'evil', actor: null, title: 'Click me', url: 'javascript:alert(1)' });
  await stage.bell.evaluate((bell) =>
    Object.assign(bell, { messages: { types: { 'order.shipped': '{title} is on its way' } } }),
  );
  await stage.button.click();
  const texts = async (part: string) =>
    (await stage.items.locator(`[part=${part}]`).allTextContents()).map((text) => text.trim());
  await expect
    .poll(() => texts('item-text'))
    .toEqual(['Click me', '<b>Build</b>', 'My post', 'Order 7 is on its way']);
  expect(await texts('item-excerpt')).toEqual(['', '', '', 'On Friday.']);
  expect((await texts('item-byline'))[2]).toBe('Ann, Bob and 3 others ·');
  const links = stage.items.locator('[part=item-link]');
  const hrefs = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  expect(hrefs).toEqual([null, '/builds/00000003', null, '/orders/7']);
  expectNoFaults(stage);
});

test('a raised notification rings once, and waits behind the pill without moving the list', async () => {
  const stage = await openWith(5);
  await expect.poll(() => stage.items.count()).toBe(5);
  const rings = await stage.bell.evaluateHandle((bell) => {
    const heard: string[] = [];
    bell.addEventListener('carillon-notification', () => heard.push('rang'));
    return heard;
  });
  await stage.page.evaluate(() => globalThis.fakeClient.raise(3));
  await expectText(stage.panel.locator('[part=new-pill]'), '1 new');
  expect(await itemTexts(stage)).toEqual(['Comment 5', 'Comment 4', 'Comment 3', 'Comment 6', 'Comment 1']);
  expect(await rings.jsonValue()).toEqual(['rang']);
  await expectText(stage.bell.locator('[role=status]'), '1 new notification');
  await stage.panel.locator('[part=new-pill]').click();
  expect((await itemTexts(stage))[0]).toBe('Comment 6');
});

test('what is removed above what one reads takes it away without a jump', async () => {
  const stage = await openWith(40);
  await expect.poll(() => stage.items.count()).toBe(40);
  const row = stage.items.filter({ hasText: 'Comment 20' });
  await row.evaluate((item) => item.scrollIntoView({ block: 'center' }));
  const before = await row.boundingBox();
  await stage.page.evaluate(() => {
    for (let removed = 0; removed < 3; removed++) globalThis.fakeClient.remove(2);
  });
  await expect.poll(() => stage.items.count()).toBe(37);
  expect((await row.boundingBox())?.y).toBeCloseTo(before?.y ?? -1, 0);
});
