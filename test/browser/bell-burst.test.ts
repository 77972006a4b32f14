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

/** A bell over a client with `count` items, whose work is counted. */
async function openWith(count: number): Promise<BellPage> {
  const stage = await openBellPage(openContext, { before: countWork });
  await stage.button.waitFor();
  await useFakeClient(stage.page, count);
  await expectText(stage.badge, count > 99 ? /^99\+$/ : String(count));
  return stage;
}

/** What 1,000 arrivals cost, 20 in each frame. */
const burst = ({ page }: BellPage) =>
  page.evaluate(async () => {
    const before = { ...globalThis.work };
    let draws = 0;
    let elements = 0;
    const root = document.querySelector('carillon-bell')?.shadowRoot;
    const button = root?.querySelector('[part=button]');
    if (root == null || button == null) throw new Error('No bell.');
    // Each draw of another count writes the button's name once.
    new MutationObserver((records) => (draws += records.length)).observe(button, {
      attributeFilter: ['aria-label'],
    });
    new MutationObserver((records) => {
      for (const { addedNodes } of records)
        elements += [...addedNodes].filter((node) => node instanceof Element).length;
    }).observe(root, { childList: true, subtree: true });
    await globalThis.fakeClient.arrive(1_000, 20);
    const { formatters, reads, frames } = globalThis.work;
    return {
      draws,
      frames: frames - before.frames,
      formatters: formatters - before.formatters,
      elements,
      reads: reads - before.reads,
    };
  });

test('a burst of 1,000 costs a closed bell one badge per frame, and its list nothing', async () => {
  const stage = await openWith(20);
  // The list was fetched when the pointer came near, and goes on changing.
  await stage.button.hover();
  await stage.page.mouse.move(0, 400);
  const { draws, frames, ...work } = await burst(stage);
  expect(draws).toBeGreaterThan(0);
  expect(draws).toBeLessThanOrEqual(frames + 1);
  expect(work).toEqual({ formatters: 0, elements: 0, reads: 0 });
  await expectText(stage.badge, /^99\+$/);
  expect(await stage.items.count()).toBe(0);
  expectNoFaults(stage);
});

test('a burst of 1,000 costs an open bell one draw per frame, and no row', async () => {
  const stage = await openWith(20);
  await stage.button.click();
  await expect.poll(() => stage.items.count()).toBe(20);
  const { draws, frames, reads, ...work } = await burst(stage);
  expect(draws).toBeLessThanOrEqual(frames + 1);
  expect(reads).toBeLessThanOrEqual(2 * (frames + 1));
  expect(work).toEqual({ formatters: 0, elements: 0 });
  await expectText(stage.panel.locator('[part=new-pill]'), '1,000 new');
  expect(await stage.items.count()).toBe(20);

  // Shown, it is as long as a screen can use, and the rest comes with the button.
  await stage.panel.locator('[part=new-pill]').click();
  await expect.poll(async () => (await itemTexts(stage))[0]).toBe('Comment 1020');
  expect(await stage.items.count()).toBe(100);
  await stage.panel.getByRole('button', { name: 'Load more' }).click();
  await expect.poll(() => stage.items.count()).toBe(200);
  expectNoFaults(stage);
});

test('a client with 1,420 items costs a bell 100 rows, and one formatter of each kind for all of them', async () => {
  const stage = await openWith(1_420);
  const before = await stage.page.evaluate(() => globalThis.work.formatters);
  await stage.button.click();
  await expect.poll(() => stage.items.count()).toBe(100);
  expect(await stage.page.evaluate(() => globalThis.work.formatters)).toBe(before);
  await stage.page.keyboard.press('Escape');
  await expect.poll(() => stage.items.count()).toBe(0);
});
