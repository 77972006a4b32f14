import type { CDPSession, Page } from 'playwright-core';
import { openBrowser, openStudio, type Studio } from '../../screenshots/studio.ts';
import { countWork, useFakeClient } from './fake-client.ts';

/*
 * What a burst of 1,000 events in a second costs the page around a bell: milliseconds of its main thread, in a real
 * Chromium. Run it with `node test/browser/bell-cost.ts`; compare figures of one run only.
 */

const events = 1_000;
const perFrame = 17;
const rounds = 5;

/** A page without a bell, over a client without a connection: what is not the bell's in the next one. */
async function ofNothing(page: Page): Promise<void> {
  await page.evaluate(() => document.querySelector('carillon-bell')?.remove());
  await ofBell(page);
}

/** The bell alone. */
async function ofBell(page: Page): Promise<void> {
  await page.evaluate(async ([count, each]) => globalThis.fakeClient.arrive(count, each), [
    events,
    perFrame,
  ] as const);
}

/** The bell with its client library, and what the browser does to read a stream. */
async function ofAll(page: Page, studio: Studio): Promise<void> {
  const written = Array.from({ length: events }, (_, i) => studio.comment('Reading list', `Comment ${i}`, 0));
  await Promise.all(written);
  const unread = () =>
    page.evaluate(
      () =>
        (document.querySelector('carillon-bell') as { counts?: { unread: number } } | null)?.counts?.unread,
    );
  for (let tries = 0; tries < 100 && ((await unread()) ?? 0) < events; tries++)
    await page.waitForTimeout(100);
}

async function costMs(
  isOpen: boolean,
  hasFakeClient: boolean,
  burst: (page: Page, studio: Studio) => Promise<void>,
): Promise<number> {
  const studio = await openStudio(browser, 'lang="en"', Date.now);
  try {
    await studio.comment('Reading list', 'The first one.', 0);
    const context = await studio.open({});
    await studio.signIn(context);
    const page = await context.newPage();
    await countWork(page);
    await page.goto(studio.hostUrl);
    const bell = page.locator('carillon-bell');
    await bell.locator('[part=button]').waitFor();
    if (hasFakeClient) await useFakeClient(page, 20);
    await bell.locator('[part=badge]').waitFor();
    // The list is fetched when the pointer comes near.
    await bell.hover();
    if (isOpen) {
      await bell.locator('[part=button]').click();
      await bell.locator('[part~=item]').first().waitFor();
    }
    const session = await context.newCDPSession(page);
    // Of the processor, not of the clock: other programs on the machine do not count.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const before = await mainThreadMs(session);
    await burst(page, studio);
    const cost = (await mainThreadMs(session)) - before;
    await context.close();
    return cost;
  } finally {
    await studio.close();
  }
}

async function mainThreadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1_000 * metrics.reduce((sum, { name, value }) => sum + (parts.includes(name) ? value : 0), 0);
}

/** Scripts, styles, and layout; the rest of the main thread's time is the browser's own. */
const parts = ['ScriptDuration', 'RecalcStyleDuration', 'LayoutDuration'];

const { browser, close } = await openBrowser();
try {
  for (const isOpen of [false, true]) {
    for (const [what, hasFakeClient, burst] of [
      ['no bell', true, ofNothing],
      ['the bell alone', true, ofBell],
      ['with its client library', false, ofAll],
    ] as const) {
      const costs: number[] = [];
      for (let round = 0; round < rounds; round++) costs.push(await costMs(isOpen, hasFakeClient, burst));
      const [least, median] = [0, Math.floor(rounds / 2)].map(
        (i) => costs.toSorted((a, b) => a - b)[i] ?? NaN,
      );
      console.log(
        `${isOpen ? 'open' : 'closed'}, ${what}: ${median?.toFixed(0)} ms (least ${least?.toFixed(0)})`,
      );
    }
  }
} finally {
  await close();
}
