import { expect, test } from 'vitest';
import { expectNoFaults, expectText, openBellPage, useBrowser } from './bell-page.ts';

const openContext = useBrowser();

test('texts come from Carillon under a policy that allows one script and one address', async () => {
  const stage = await openBellPage(openContext, { html: 'lang="de-CH"' });
  await stage.comment('Kapitel zwei!');
  await expect.poll(() => stage.button.getAttribute('aria-label')).toBe('Benachrichtigungen, 1 neue');
  await stage.button.click();
  await expectText(stage.items, 'Bob hat Reading list kommentiert');
  await expectText(stage.panel.locator('[part=item-time]'), 'jetzt');
  expect(await stage.panel.getAttribute('lang')).toBe('de-CH');
  expectNoFaults(stage);
});

test('in a language without texts the panel is English as a whole, and says so', async () => {
  const stage = await openBellPage(openContext, { html: 'lang="fi"' });
  await stage.comment('Luku kaksi!');
  await stage.button.click();
  await expectText(stage.items, 'Bob commented on Reading list');
  await expectText(stage.panel.locator('[part=item-time]'), 'now');
  expect(await stage.panel.getAttribute('lang')).toBe('en');
  expectNoFaults(stage);
});

test('another language is spoken as soon as the page asks for it', async () => {
  const stage = await openBellPage(openContext, { html: 'lang="fr"' });
  await expect.poll(() => stage.button.getAttribute('aria-label')).toBe('Notifications');
  await stage.button.click();
  await expectText(stage.panel, 'Vous êtes à jour');
  await stage.bell.evaluate((bell) => bell.setAttribute('lang', 'ja'));
  await expectText(stage.panel, 'すべて確認済みです');
  await stage.bell.evaluate((bell) => bell.setAttribute('lang', 'en'));
  await expectText(stage.panel, 'You’re all caught up');
  expectNoFaults(stage);
});

test('without URL.parse, as in Safari before 18, a bell with href shows its list', async () => {
  const stage = await openBellPage(openContext, {
    attributes: 'href="/reports/{report.id}"',
    before: async (page) => {
      await page.addInitScript(() => void Reflect.deleteProperty(URL, 'parse'));
    },
  });
  await stage.comment('Loved chapter two.');
  await stage.button.click();
  await expectText(stage.items, 'Loved chapter two.');
  expectNoFaults(stage);
});
