import { expect, test } from 'vitest';
import { until } from '../support/wait.ts';
import { expectNoViolations } from './axe.ts';
import { expectText, focused, openBellPage, useBrowser } from './bell-page.ts';

const openContext = useBrowser();
const publisher = 'shop-token-that-is-only-for-tests-0001';
const environment = { PUBLISH_TOKENS: `shop:${publisher}` };

async function publishTo(url: string, activity: object): Promise<void> {
  const response = await fetch(`${url}/activities`, {
    method: 'POST',
    headers: { authorization: `Bearer ${publisher}`, 'content-type': 'application/json' },
    body: JSON.stringify(activity),
  });
  expect(response.status).toBe(201);
}

test('an item says why one has it, and mutes what it is about; undo takes that back', async () => {
  const bellPage = await openBellPage(openContext);
  const { bell, items, panel, server, reportId, faults } = bellPage;
  await bellPage.comment('Hello');
  await bell.click();
  await expectText(items.first(), 'because you own this report');
  const topic = `/topics/report:${reportId}/watch`;
  const level = async () => (await server.ask('ann', 'GET', topic)).json.level as string;
  await items.first().hover();
  await items.first().getByRole('button', { name: 'Mute · because you own this report' }).click();
  await expectText(panel.locator('[part=undo]'), 'Muted');
  expect(await level()).toBe('none');
  await panel.getByRole('button', { name: 'Undo' }).click();
  await until('it to be heard of again', async () => (await level()) === 'all');
  expect(faults).toEqual([]);
});

test('what is about no topic is muted by its type', async () => {
  const { bell, items, panel, server } = await openBellPage(openContext, { environment });
  await publishTo(server.url, { type: 'order.shipped', title: 'On its way', to: ['ann'] });
  await bell.click();
  await items.first().hover();
  await items.first().getByRole('button', { name: 'Mute · because it was sent to you' }).click();
  await expectText(panel.locator('[part=undo]'), 'Muted');
  const inbox = async () => (await server.ask('ann', 'GET', '/settings')).json.inbox as object;
  expect(await inbox()).toEqual({ 'order.shipped': 'off' });
  await panel.getByRole('button', { name: 'Undo' }).click();
  await until('it to be as before', async () => Object.keys(await inbox()).length === 0);
});

test('the settings say what one hears of, what is muted, and who is blocked; all of it can be changed', async () => {
  const bellPage = await openBellPage(openContext);
  const { bell, panel, server, reportId, faults, page } = bellPage;
  await bellPage.comment('Hello');
  await server.ask('ann', 'PUT', `/topics/report:${reportId}/watch`, { level: 'none' });
  await server.ask('ann', 'PUT', '/settings', { inbox: { 'order.shipped': 'quiet' }, blocked: ['bob'] });
  await bell.click();
  await panel.getByRole('button', { name: 'Settings' }).click();
  const settings = panel.locator('[part=settings]');
  await settings.getByLabel('order.shipped').waitFor();
  expect(await settings.getByLabel('order.shipped').inputValue()).toBe('quiet');
  expect(await settings.getByLabel('Somebody mentions you').inputValue()).toBe('on');
  await expectNoViolations(page, 'the settings');

  await settings.getByLabel('Comments on your reports').selectOption('off');
  const stored = async () => (await server.ask('ann', 'GET', '/settings')).json as object;
  const inbox = { 'order.shipped': 'quiet', 'NEW_COMMENT_ON_REPORT/owner': 'off' };
  await until('it to be stored', async () => JSON.stringify(await stored()).includes('owner'));
  expect(await stored()).toEqual({ inbox, blocked: ['bob'] });

  // By their names: bob is known from the list.
  await settings.getByRole('button', { name: 'Unblock: Bob' }).click();
  await until('nobody to be blocked', async () => JSON.stringify(await stored()).includes('"blocked":[]'));
  await settings.getByRole('button', { name: 'Unmute: Reading list' }).click();
  await expectText(settings, 'Nothing here');
  const watch = await server.ask('ann', 'GET', `/topics/report:${reportId}/watch`);
  expect(watch.json.level).toBe('all');
  expect(faults).toEqual([]);
});

test('the way into the settings and back keeps the focus, and a change shows in another tab', async () => {
  const bellPage = await openBellPage(openContext);
  const { panel, page, context } = bellPage;
  await bellPage.comment('Hello');
  const other = await context.newPage();
  await other.goto(page.url());
  for (const tab of [page, other]) {
    await tab
      .locator('carillon-bell')
      .getByRole('button', { name: /^Notifications/ })
      .click();
    await tab.getByRole('button', { name: 'Settings' }).click();
    await tab.getByLabel('Everything else').waitFor();
  }
  await other.getByLabel('Everything else').selectOption('quiet');
  await until('the first tab to know', async () => {
    return (await page.getByLabel('Everything else').inputValue()) === 'quiet';
  });

  expect(await focused(page)).toBe('back');
  await page.keyboard.press('Enter');
  await panel.getByRole('button', { name: 'Settings' }).waitFor();
  expect(await focused(page)).toBe('open-settings');
});
