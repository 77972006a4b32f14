import { expect, test } from 'vitest';
import { until } from '../support/wait.ts';
import { expectNoFaults, expectText, itemTexts, openBellPage, useBrowser } from './bell-page.ts';

const openContext = useBrowser();

test('the badge counts what was not seen, and opening the panel is seeing it', async () => {
  const stage = await openBellPage(openContext);
  const { button, badge, page } = stage;
  await button.waitFor();
  expect(await badge.isVisible()).toBe(false);
  expect(await button.getAttribute('aria-label')).toBe('Notifications');
  await stage.comment('one', 'two');
  await expectText(badge, /^2$/);
  expect(await button.getAttribute('aria-label')).toBe('Notifications, 2 new');

  await button.click();
  await stage.items.nth(1).waitFor();
  expect(await itemTexts(stage)).toEqual(['two', 'one']);
  await badge.waitFor({ state: 'hidden' });
  // Seen is not read.
  await expectText(stage.panel.locator('[part=tab-count]'), /^2$/);
  expect((await stage.server.ask('ann', 'GET', '/notifications/counts')).json).toEqual({
    unread: 2,
    unseen: 0,
  });
  await page.keyboard.press('Escape');
  expectNoFaults(stage);
});

test('the badge says 99+, counts the unread where it is told to, is a dot, or is not there', async () => {
  const stage = await openBellPage(openContext, { attributes: 'badge="unread"' });
  await stage.comment(...Array.from({ length: 101 }, (_, i) => String(i)));
  await expectText(stage.badge, /^99\+$/);
  await stage.button.click();
  await stage.items.first().waitFor();
  await until('all seen', async () => {
    const { json } = await stage.server.ask('ann', 'GET', '/notifications/counts');
    return json.unseen === 0;
  });
  await expectText(stage.badge, /^99\+$/);
  expect(await stage.button.getAttribute('aria-label')).toBe('Notifications, 101 new');

  await stage.bell.evaluate((bell) => bell.setAttribute('badge', 'none'));
  await stage.badge.waitFor({ state: 'hidden' });
  await stage.page.keyboard.press('Escape');
  await stage.bell.evaluate((bell) => bell.setAttribute('badge', 'dot'));
  await stage.comment('new');
  await stage.badge.waitFor();
  expect(await stage.badge.textContent()).toBe('');
  expect(await stage.button.getAttribute('aria-label')).toBe('Notifications, 1 new');
});

test('while the list is on its way there are grey bars, then the list', async () => {
  const { promise: gate, resolve: letThrough } = Promise.withResolvers<undefined>();
  const stage = await openBellPage(openContext, {
    before: async (page) => {
      await page.route('**/notifications?*', async (route) => {
        await gate;
        await route.continue();
      });
    },
  });
  await stage.comment('one');
  await stage.button.click();
  await stage.panel.locator('[part=skeleton]').waitFor();
  expect(await stage.panel.locator('[part=notice]').isVisible()).toBe(false);
  letThrough(undefined);
  await stage.items.first().waitFor();
  await stage.panel.locator('[part=skeleton]').waitFor({ state: 'hidden' });
});

test('an empty inbox says so, an empty filter says something else, and what arrives then is shown at once', async () => {
  const stage = await openBellPage(openContext);
  await stage.button.click();
  await expectText(stage.panel.locator('[part=notice]'), 'You’re all caught up');
  await stage.panel.getByRole('button', { name: /^Unread/ }).click();
  await expectText(stage.panel.locator('[part=notice]'), 'Nothing unread');
  await stage.comment('one');
  await stage.items.first().waitFor();
  expect(await stage.panel.locator('[part=new-pill]').isVisible()).toBe(false);
});

test('a list that cannot be had says so, keeps nothing from being tried again, and comes', async () => {
  let isBroken = true;
  const stage = await openBellPage(openContext, {
    before: async (page) => {
      await page.route('**/notifications?*', (route) =>
        isBroken ? route.fulfill({ status: 500, body: '{}' }) : route.continue(),
      );
    },
  });
  await stage.comment('one');
  await expectText(stage.badge, /^1$/);
  await stage.button.click();
  await expectText(stage.panel.locator('[part=notice]'), 'could not be loaded');
  isBroken = false;
  await stage.panel.getByRole('button', { name: 'Try again' }).click();
  await stage.items.first().waitFor();
});

test('a lost connection is told after three seconds, and that it is back', async () => {
  const stage = await openBellPage(openContext);
  const { context, panel } = stage;
  await stage.comment('one');
  await expectText(stage.badge, /^1$/);
  await stage.button.click();
  await stage.items.first().waitFor();
  const line = panel.locator('[part=connection]');
  const lostAt = Date.now();
  await context.setOffline(true);
  await line.waitFor();
  expect(Date.now() - lostAt).toBeGreaterThan(2_900);
  expect(await line.textContent()).toMatch(/^Offline since \d\d?:\d\d.* — showing what was there$/);
  await expectText(stage.bell.locator('[role=status]'), 'Offline since');
  expect(await itemTexts(stage)).toEqual(['one']);

  await context.setOffline(false);
  await line.waitFor({ state: 'hidden' });
  await expectText(stage.bell.locator('[role=status]'), 'Connected again');
  expectNoFaults(stage);
});

test('a server that is gone is waited for, in words', async () => {
  const stage = await openBellPage(openContext);
  await stage.comment('one');
  await expectText(stage.badge, /^1$/);
  await stage.button.click();
  await stage.items.first().waitFor();
  await stage.server.close();
  await expectText(stage.panel.locator('[part=connection]'), 'Reconnecting…');
  expect(await stage.button.getAttribute('data-connection')).toBe('reconnecting');
});

test('who is not signed in is told so, and sees what there is once they are', async () => {
  const stage = await openBellPage(openContext, { isSignedOut: true });
  await stage.button.click();
  await expectText(stage.panel.locator('[part=notice]'), 'You are signed out');
  expect(await stage.panel.getByRole('button', { name: 'All' }).isVisible()).toBe(false);
  await stage.comment('one');
  const value = await stage.server.token('ann');
  await stage.context.addCookies([{ name: 'carillon_session', value, url: stage.server.url }]);
  await stage.bell.evaluate((bell) => (bell as HTMLElement & { reconnect(): void }).reconnect());
  await stage.items.first().waitFor();
  expectNoFaults(stage);
});

test('what cannot be done is taken back, and said', async () => {
  const stage = await openBellPage(openContext, {
    before: async (page) => {
      await page.route('**/archive', (route) => route.fulfill({ status: 500, body: '{}' }));
    },
  });
  await stage.comment('one');
  await expectText(stage.badge, /^1$/);
  await stage.button.click();
  await stage.items.first().hover();
  await stage.items.getByRole('button', { name: 'Archive' }).click();
  await expectText(stage.panel.locator('[part=undo]'), 'That did not work. Please try again.');
  expect(await itemTexts(stage)).toEqual(['one']);
});
