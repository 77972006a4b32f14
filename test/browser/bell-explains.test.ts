import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { CarillonBell } from '../../src/client/bell/carillon-bell.ts';
import { expectText, openBellPage, useBrowser } from './bell-page.ts';

const openContext = useBrowser();

/** What the bell says in the console of a page. */
function followConsole(page: Page): string[] {
  const said: string[] = [];
  page.on('console', (message) => {
    if (message.text().startsWith('carillon-bell:')) said.push(message.text());
  });
  return said;
}

/** Opens the application's page, and reads along from the start. */
async function openAndFollow(options: Parameters<typeof openBellPage>[1]) {
  let said: string[] = [];
  const stage = await openBellPage(openContext, {
    ...options,
    before: (page) => {
      said = followConsole(page);
      return Promise.resolve();
    },
  });
  return { ...stage, said };
}

test('a page of an origin that is not allowed reads in its console what is missing, once', async () => {
  const { page, server, said } = await openAndFollow({
    environment: { ALLOWED_ORIGINS: 'https://app.example.com' },
  });
  const origin = new URL(page.url()).origin;
  await expect
    .poll(() => said)
    .toEqual([
      `carillon-bell: ${server.url} refuses pages of ${origin}. Start Carillon with ALLOWED_ORIGINS=${origin}.`,
    ]);
  expect(server.logged.filter((line) => line.includes(`add ${origin} to ALLOWED_ORIGINS`))).toHaveLength(1);
});

test('a page without a session reads in its console how to get one, once', async () => {
  const { bell, button, server, said } = await openAndFollow({ isSignedOut: true });
  await button.click();
  await expectText(bell, 'You are signed out');
  expect(said).toEqual([expect.stringContaining(`POST ${server.url}/session`)]);
  expect(said[0]).toContain('set the property token');
});

test('the console is silent where all is well, also when the connection is lost later', async () => {
  const stage = await openAndFollow({});
  await stage.comment('one');
  await expectText(stage.badge, /^1$/);
  await stage.context.setOffline(true);
  await expect
    .poll(() => stage.bell.evaluate((bell) => (bell as CarillonBell).state?.status))
    .not.toBe('live');
  expect(stage.said).toEqual([]);
});
