import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectNoViolations } from './axe.ts';
import { type BellPage, expectNoFaults, expectText, openBellPage, useBrowser } from './bell-page.ts';

const openContext = useBrowser();

async function openPanel(stage: BellPage, count: number): Promise<void> {
  if (count > 0) await expectText(stage.badge, String(count));
  await stage.button.click();
  await stage.panel.waitFor();
  if (count > 0) await stage.items.first().waitFor();
}

test.each(['light', 'dark'] as const)(
  'axe finds nothing in a %s bell, whatever state it is in',
  async (colorScheme) => {
    const stage = await openBellPage(openContext, { context: { colorScheme }, attributes: 'href="#{id}"' });
    const { page, panel } = stage;
    await stage.button.waitFor();
    await expectNoViolations(page, 'closed and empty');
    await openPanel(stage, 0);
    await expectText(panel.locator('[part=notice]'), 'caught up');
    await expectNoViolations(page, 'empty');
    await stage.comment('one', 'two');
    await stage.items.nth(0).waitFor();
    await stage.comment('three', 'four');
    await panel.locator('[part=new-pill]').waitFor();
    await stage.items.first().hover();
    await stage.items.first().getByRole('button', { name: 'Mark as read' }).click();
    await stage.items.last().hover();
    await stage.items.last().getByRole('button', { name: 'Archive' }).click();
    await panel.locator('[part=undo]').waitFor();
    await expectNoViolations(page, 'with a pill and an undo');
    await stage.context.setOffline(true);
    await panel.locator('[part=connection]').waitFor();
    await expectNoViolations(page, 'offline');
    expectNoFaults(stage);
  },
);

test.each(['light', 'dark'] as const)(
  'axe finds nothing in a %s bell that has nothing to show',
  async (colorScheme) => {
    const signedOut = await openBellPage(openContext, { context: { colorScheme }, isSignedOut: true });
    await openPanel(signedOut, 0);
    await expectText(signedOut.panel.locator('[part=notice]'), 'signed out');
    await expectNoViolations(signedOut.page, 'signed out');

    const waiting = await openBellPage(openContext, {
      context: { colorScheme },
      before: async (page) => {
        let asked = 0;
        await page.route('**/notifications?*', (route) => {
          asked += 1;
          return asked === 1 ? undefined : route.fulfill({ status: 500, body: '{}' });
        });
      },
    });
    await openPanel(waiting, 0);
    await waiting.panel.locator('[part=skeleton]').waitFor();
    await expectNoViolations(waiting.page, 'loading');
    await waiting.panel.getByRole('button', { name: /^Unread/ }).click();
    await expectText(waiting.panel.locator('[part=notice]'), 'could not be loaded');
    await expectNoViolations(waiting.page, 'failed');
  },
);

test('in Korean every word is Korean, times and numbers included', async () => {
  const stage = await openBellPage(openContext, { html: 'lang="ko"' });
  await stage.comment('잘 읽었어요', '다음 책은 언제 정할까요?');
  await expectText(stage.badge, /^2$/);
  await expect.poll(() => stage.button.getAttribute('aria-label')).toBe('알림, 새 알림 2개');
  await openPanel(stage, 2);
  const text = (await stage.panel.innerText()).replaceAll('Bob', '').replaceAll('Reading list', '');
  expect(text).not.toMatch(/[A-Za-z]/);
  expect(await stage.items.first().locator('[part=item-text]').textContent()).toBe(
    'Bob 님이 Reading list에 댓글을 남겼습니다',
  );
  await expectText(stage.panel.locator('[part=item-time]').first(), '지금');
  await stage.comment('하나 더');
  await expectText(stage.panel.locator('[part=new-pill]'), '새 알림 1개');
  const names = await stage.panel
    .locator('[aria-label]')
    .evaluateAll((all) => all.map((one) => one.ariaLabel));
  expect(names.join()).not.toMatch(/[A-Za-z]/);
});

test('words of one’s own come by a property, with their plurals', async () => {
  const stage = await openBellPage(openContext, { html: 'lang="ar" dir="rtl"' });
  await stage.bell.evaluate((bell) =>
    Object.assign(bell, {
      messages: {
        title: 'الإشعارات',
        waiting: { one: 'إشعار واحد', two: 'إشعاران', other: '{count} إشعار' },
      },
    }),
  );
  await stage.comment('1');
  await expect.poll(() => stage.button.getAttribute('aria-label')).toBe('إشعار واحد');
  await stage.comment('2');
  await expect.poll(() => stage.button.getAttribute('aria-label')).toBe('إشعاران');
  await openPanel(stage, 2);
  await expectText(stage.panel.locator('[part=title]'), 'الإشعارات');
  // What was not given is as it was.
  await expectText(stage.panel, 'تعليق من Bob على Reading list');
});

test('from right to left the panel opens to the right of the bell, and the dot leads on the right', async () => {
  const stage = await openBellPage(openContext, { html: 'lang="en" dir="rtl"' });
  await stage.comment('one');
  await openPanel(stage, 1);
  const [button, panel, dot, text] = await Promise.all(
    [
      stage.button,
      stage.panel,
      stage.items.locator('[part=unread-dot]'),
      stage.items.locator('[part=item-text]'),
    ].map(async (locator) => (await locator.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }),
  );
  expect(panel?.x).toBeCloseTo(button?.x ?? -1, 0);
  expect(dot?.x).toBeGreaterThan((text?.x ?? 0) + (text?.width ?? 0) - 1);
  await expectNoViolations(stage.page, 'right to left');
});

test('on a phone the panel fills the screen, can be closed by touch, and its targets are large enough', async () => {
  const stage = await openBellPage(openContext, {
    context: { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true },
  });
  await stage.comment(
    'one',
    'A comment that is long enough to need a second and in fact even a third line on a screen as narrow as this',
  );
  await expectText(stage.badge, /^2$/);
  await stage.button.tap();
  await stage.items.first().waitFor();
  expect(await stage.panel.boundingBox()).toEqual({ x: 0, y: 0, width: 360, height: 640 });
  // Without a pointer that could hover, the actions are always there.
  for (const action of await stage.panel.locator('button:visible').all()) {
    const box = await action.boundingBox();
    const label = await action.evaluate((button) => button.ariaLabel ?? button.textContent);
    expect({ label, tall: (box?.height ?? 0) >= 44 }).toEqual({ label, tall: true });
  }
  expect(await stage.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await expectNoViolations(stage.page, 'on a phone');
  await stage.panel.getByRole('button', { name: 'Close' }).tap();
  await stage.panel.waitFor({ state: 'hidden' });
});

test('the panel stays within the window, wherever the bell stands', async () => {
  const stage = await openBellPage(openContext, { context: { viewport: { width: 640, height: 480 } } });
  await stage.comment('one');
  for (const [left, top] of [
    [0, 0],
    [580, 0],
    [300, 430],
    [0, 430],
  ]) {
    await stage.bell.evaluate(
      (bell, [x, y]) => {
        const { style } = bell;
        style.position = 'fixed';
        style.left = `${x}px`;
        style.top = `${y}px`;
      },
      [left ?? 0, top ?? 0],
    );
    await stage.button.click();
    await stage.items.first().waitFor();
    // It is placed when its size has changed, which is after the item has come.
    await expect.poll(() => edgesBeyond(stage.panel, { width: 640, height: 480 })).toEqual([]);
    await stage.page.keyboard.press('Escape');
    await stage.panel.waitFor({ state: 'hidden' });
  }
});

test('with forced colours the badge, the dot, and the chosen filter are still to be seen', async () => {
  const stage = await openBellPage(openContext, { context: { forcedColors: 'active' } });
  await stage.comment('one');
  await openPanel(stage, 1);
  const colours = await stage.panel.evaluate((panel) => {
    const of = (selector: string, pseudo?: string) => {
      const found = panel.querySelector(selector);
      return found === null ? '' : getComputedStyle(found, pseudo).backgroundColor;
    };
    return {
      panel: getComputedStyle(panel).backgroundColor,
      dot: of('.unread-dot'),
      tab: of('[aria-pressed=true]', '::after'),
    };
  });
  expect(colours.dot).not.toBe(colours.panel);
  expect(colours.tab).not.toBe(colours.panel);
});

test('nothing moves where motion is not wanted', async () => {
  const stage = await openBellPage(openContext, { context: { reducedMotion: 'reduce' } });
  await stage.bell.evaluate((bell) => {
    const moved = { count: 0 };
    Object.assign(globalThis, { moved });
    const animate = Reflect.get(Element.prototype, 'animate');
    Element.prototype.animate = function (...given) {
      moved.count += 1;
      return animate.apply(this, given);
    };
    bell.shadowRoot?.addEventListener('animationstart', () => (moved.count += 1));
  });
  await stage.comment('one');
  await openPanel(stage, 1);
  await stage.comment('two');
  await stage.panel.locator('[part=new-pill]').waitFor();
  expect(
    await stage.page.evaluate(() => (globalThis as unknown as { moved: { count: number } }).moved.count),
  ).toBe(0);
});

test('a host page sets the colours and the font from outside', async () => {
  const stage = await openBellPage(openContext);
  await stage.comment('one');
  await expectText(stage.badge, /^1$/);
  const seen = await stage.bell.evaluate((bell) => {
    bell.style.color = 'rgb(1, 2, 3)';
    bell.style.setProperty('--carillon-accent', 'rgb(0, 80, 160)');
    const style = (selector: string) => getComputedStyle(bell.shadowRoot?.querySelector(selector) ?? bell);
    return [style('[part=button]').color, style('[part=badge]').backgroundColor];
  });
  expect(seen).toEqual(['rgb(1, 2, 3)', 'rgb(0, 80, 160)']);
});

/** @returns which edges of the box are outside of the window; none when all of it is to be seen */
async function edgesBeyond(
  box: Locator,
  window: { width: number; height: number },
): Promise<readonly string[]> {
  const found = await box.boundingBox();
  if (found === null) return ['not to be seen'];
  const isBeyond = {
    left: found.x < 0,
    top: found.y < 0,
    right: found.x + found.width > window.width,
    bottom: found.y + found.height > window.height,
  };
  return Object.entries(isBeyond).flatMap(([edge, isSo]) => (isSo ? [edge] : []));
}
