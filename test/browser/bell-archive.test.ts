import { expect, test } from 'vitest';
import { expectNoViolations } from './axe.ts';
import { expectNoFaults, expectText, itemTexts, openBellPage, useBrowser } from './bell-page.ts';

const openContext = useBrowser();

test('what was archived is found under Archived, and can be moved back', async () => {
  const stage = await openBellPage(openContext);
  await stage.comment('1', '2', '3');
  await expectText(stage.badge, /^3$/);
  await stage.button.click();
  await stage.items.first().waitFor();
  await stage.items.nth(1).hover();
  await stage.items.nth(1).getByRole('button', { name: 'Archive' }).click();
  await expect.poll(() => itemTexts(stage)).toEqual(['3', '1']);

  const tab = (name: string) => stage.panel.getByRole('group').getByRole('button', { name });
  await tab('Archived').click();
  await expect.poll(() => itemTexts(stage)).toEqual(['2']);
  // Mark all as read would not mean these.
  expect(await stage.panel.locator('[part=mark-all]').isVisible()).toBe(false);
  await expectNoViolations(stage.page, 'archived');
  const moveBack = stage.items.getByRole('button', { name: 'Move out of the archive' });
  await stage.items.first().hover();
  await moveBack.click();
  await expectText(stage.panel.locator('[part=notice]'), 'Nothing archived');
  const undo = stage.panel.locator('[part=undo]');
  await expectText(undo, 'Moved out of the archive');
  await undo.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => itemTexts(stage)).toEqual(['2']);
  await stage.items.first().hover();
  await moveBack.click();
  await tab('All').click();
  await expect.poll(() => itemTexts(stage)).toEqual(['3', '2', '1']);
  expectNoFaults(stage);
});

test('looking through the archive does not mark as seen what arrives meanwhile', async () => {
  const stage = await openBellPage(openContext);
  await stage.button.click();
  await expectText(stage.panel.locator('[part=notice]'), 'caught up');
  await stage.panel.getByRole('button', { name: 'Archived' }).click();
  await expectText(stage.panel.locator('[part=notice]'), 'Nothing archived');
  await stage.comment('1');
  await expectText(stage.badge, /^1$/);
  // The connection has told the count, so the panel has been drawn with it.
  await expectText(stage.panel.locator('[part=tab-count]'), /^1$/);
  const { json } = await stage.server.ask('ann', 'GET', '/notifications/counts');
  expect(json).toEqual({ unread: 1, unseen: 1 });
});

test('an offline bell without a list does not claim to show what was there', async () => {
  const stage = await openBellPage(openContext, {
    before: async (page) => {
      await page.route('**/notifications?*', (route) => route.fulfill({ status: 500, body: '{}' }));
    },
  });
  await stage.comment('1');
  await expectText(stage.badge, /^1$/);
  await stage.button.click();
  await expectText(stage.panel.locator('[part=notice]'), 'could not be loaded');
  await stage.context.setOffline(true);
  const line = stage.panel.locator('[part=connection]');
  await line.waitFor();
  expect(await line.textContent()).toMatch(/^Offline since \d\d?:\d\d( [AP]M)?$/);
});
