import { expect, test } from 'vitest';
import {
  type BellPage,
  expectNoFaults,
  expectText,
  focused,
  focusedName,
  openBellPage,
  useBrowser,
} from './bell-page.ts';

const openContext = useBrowser();

/** A panel that was opened with the keyboard, with `texts` in it, the last on top. */
async function openByKeyboard(...texts: readonly string[]): Promise<BellPage> {
  const stage = await openBellPage(openContext, { attributes: 'href="#{report.id}"' });
  await stage.comment(...texts);
  if (texts.length > 0) await expectText(stage.badge, String(texts.length));
  await stage.button.focus();
  await stage.page.keyboard.press('Enter');
  await stage.panel.waitFor();
  if (texts.length > 0) await stage.items.first().waitFor();
  return stage;
}

/** The excerpt of the item that has the focus. */
function focusedItem({ bell }: BellPage): Promise<string> {
  return bell.evaluate(
    ({ shadowRoot }) =>
      shadowRoot?.activeElement?.querySelector('[part=item-excerpt]')?.textContent ?? 'none',
  );
}

test('Enter opens, the focus goes to the first one, Escape closes and gives the focus back', async () => {
  const stage = await openByKeyboard('one', 'two');
  await expect.poll(() => focusedItem(stage)).toBe('two');
  expect(await stage.button.getAttribute('aria-expanded')).toBe('true');
  await stage.page.keyboard.press('Escape');
  await stage.panel.waitFor({ state: 'hidden' });
  await expect.poll(() => focused(stage.page)).toBe('button');
  expect(await stage.button.getAttribute('aria-expanded')).toBe('false');
  // And with the space bar, twice: open and shut.
  await stage.page.keyboard.press('Space');
  await stage.panel.waitFor();
  expectNoFaults(stage);
});

test('a list that comes late does not leave the focus outside', async () => {
  const stage = await openByKeyboard();
  expect(await focused(stage.page)).toContain('tab');
});

test('the arrow keys, Home, and End go through the list, and stop at its ends', async () => {
  const stage = await openByKeyboard('1', '2', '3', '4');
  await expect.poll(() => focusedItem(stage)).toBe('4');
  const steps = [
    ['ArrowDown', '3'],
    ['ArrowDown', '2'],
    ['ArrowUp', '3'],
    ['End', '1'],
    ['ArrowDown', '1'],
    ['Home', '4'],
    ['ArrowUp', '4'],
  ] as const;
  for (const [key, text] of steps) {
    await stage.page.keyboard.press(key);
    expect({ key, text: await focusedItem(stage) }).toEqual({ key, text });
  }
});

test('Tab goes from the list into one item’s own buttons, and out of the panel, which closes', async () => {
  const stage = await openByKeyboard('1', '2');
  await expect.poll(() => focusedItem(stage)).toBe('2');
  const { page } = stage;
  for (const name of ['Mark as read', 'Archive', 'Mute · because you own this report']) {
    await page.keyboard.press('Tab');
    expect(await focusedName(page)).toBe(name);
  }
  // Not through the other item.
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('After');
  await stage.panel.waitFor({ state: 'hidden' });
});

test('who archives with the keyboard goes on with the next one, and after the last with the head', async () => {
  const stage = await openByKeyboard('1', '2');
  await expect.poll(() => focusedItem(stage)).toBe('2');
  const { page } = stage;
  for (const next of ['1', 'none']) {
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => focusedItem(stage)).toBe(next);
  }
  // The button that had the focus may be there for a moment still.
  await expect.poll(() => focused(page)).toContain('tab');
  await expectText(stage.panel.locator('[part=notice]'), 'You’re all caught up');
  await expectText(stage.bell.locator('[role=status]'), 'Archived');
  await page.keyboard.press('Escape');
  await expect.poll(() => focused(page)).toBe('button');
});

test('All and Unread are reached with the arrow keys, and Enter chooses', async () => {
  const stage = await openByKeyboard('1');
  const { page, panel } = stage;
  await panel.getByRole('button', { name: 'All', exact: true }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect
    .poll(() => panel.getByRole('button', { name: /^Unread/ }).getAttribute('aria-pressed'))
    .toBe('true');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Space');
  await expect
    .poll(() => panel.getByRole('button', { name: 'All', exact: true }).getAttribute('aria-pressed'))
    .toBe('true');
});

test('five that arrive together are one announcement, and no announcement stays behind', async () => {
  const stage = await openBellPage(openContext);
  await stage.button.waitFor();
  const said = await stage.bell.evaluateHandle((bell) => {
    const heard: string[] = [];
    const region = bell.shadowRoot?.querySelector('[role=status]');
    if (region == null) throw new Error('No live region.');
    new MutationObserver(() => {
      if (region.textContent !== '') heard.push(region.textContent);
    }).observe(region, { childList: true, characterData: true, subtree: true });
    return heard;
  });
  // What is there before the stream is live has not arrived, and is not said.
  const status = () =>
    stage.bell.evaluate((bell) => (bell as Element & { state?: { status: string } }).state?.status);
  await expect.poll(status).toBe('live');
  await stage.comment('1');
  await expectText(stage.badge, /^1$/);
  await stage.comment('2', '3', '4', '5', '6');
  await expectText(stage.badge, /^6$/);
  // Each is said, and not one by one; a slow machine may need a sentence more.
  const numbers = async () => (await said.jsonValue()).map((text) => Number.parseInt(text));
  await expect.poll(async () => (await numbers()).reduce((sum, one) => sum + one, 0)).toBe(6);
  expect((await numbers()).length).toBeLessThan(6);
  await expect.poll(() => stage.bell.locator('[role=status]').textContent()).toBe('');
});
