import { expect, test } from 'vitest';
import { type BellPage, expectNoFaults, expectText, openBellPage, useBrowser } from './bell-page.ts';

const openContext = useBrowser();

async function openWithOne(height = 700, attributes = ''): Promise<BellPage> {
  const context = { viewport: { width: 640, height } };
  const stage = await openBellPage(openContext, { context, attributes });
  await stage.comment('one');
  await expectText(stage.badge, /^1$/);
  return stage;
}

test('what a page sets around the bell does not get into its panel, but for the direction', async () => {
  const stage = await openWithOne();
  // One digit is a circle.
  expect(await stage.badge.boundingBox()).toMatchObject({ width: 18, height: 18 });
  await stage.button.click();
  await stage.items.first().waitFor();
  const look = () =>
    stage.panel.evaluate((panel) => {
      const names = [
        ...[
          'color',
          'cursor',
          'font-style',
          'font-variant-caps',
          'letter-spacing',
          'line-height',
          'list-style-type',
        ],
        ...[
          'text-indent',
          'text-shadow',
          'text-transform',
          'user-select',
          'white-space',
          'word-spacing',
          'word-break',
        ],
        ...['writing-mode', 'hyphens', 'pointer-events', 'tab-size', 'direction'],
      ];
      const text = panel.querySelector('[part=item-excerpt]');
      if (text === null) throw new Error('No excerpt.');
      return [panel, text].map((element) => {
        const style = getComputedStyle(element);
        return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name)]));
      });
    });
  const before = await look();
  await stage.page.evaluate(() => {
    Object.assign(document.querySelector('header')?.style ?? {}, {
      color: 'red',
      cursor: 'crosshair',
      fontStyle: 'italic',
      fontVariantCaps: 'small-caps',
      letterSpacing: '4px',
      lineHeight: '3',
      listStyleType: 'square',
      textIndent: '30px',
      textShadow: '1px 1px red',
      textTransform: 'uppercase',
      userSelect: 'none',
      whiteSpace: 'pre',
      wordSpacing: '9px',
      wordBreak: 'break-all',
      hyphens: 'auto',
      pointerEvents: 'none',
      tabSize: '2',
      direction: 'rtl',
    });
  });
  const rightToLeft = before.map((style) => ({ ...style, direction: 'rtl' }));
  expect(await look()).toEqual(rightToLeft);
  // Neither into the badge.
  expect(
    await stage.badge.evaluate((badge) => {
      const { letterSpacing, textIndent, textTransform, fontStyle } = getComputedStyle(badge);
      return { letterSpacing, textIndent, textTransform, fontStyle };
    }),
  ).toEqual({ letterSpacing: 'normal', textIndent: '0px', textTransform: 'none', fontStyle: 'normal' });
});

test('a badge of 99+ at the edge of the page does not make it scroll sideways', async () => {
  const stage = await openBellPage(openContext, { attributes: 'badge="unread"' });
  await stage.bell.evaluate((bell) => {
    Object.assign(bell.style, { position: 'absolute', right: '0', top: '0' });
  });
  await stage.comment(...Array.from({ length: 100 }, (_, i) => String(i)));
  await expectText(stage.badge, /^99\+$/);
  const [badge, button] = await Promise.all([stage.badge.boundingBox(), stage.button.boundingBox()]);
  expect((badge?.x ?? 0) + (badge?.width ?? 0)).toBeLessThanOrEqual((button?.x ?? 0) + (button?.width ?? 0));
  expect(badge?.x).toBeGreaterThanOrEqual(button?.x ?? Infinity);
  expect(await stage.page.evaluate(() => document.documentElement.scrollWidth)).toBe(900);
});

test.each(['light', 'dark'] as const)(
  'the ring of a %s badge has 3 : 1 on any background',
  async (colorScheme) => {
    const stage = await openBellPage(openContext, { context: { colorScheme } });
    await stage.comment('one');
    await expectText(stage.badge, /^1$/);
    const shadow = await stage.badge.evaluate((badge) => getComputedStyle(badge).boxShadow);
    const rings = [...shadow.matchAll(/rgb\((\d+), (\d+), (\d+)\)/g)].map(([, ...rgb]) =>
      luminance(rgb.map(Number)),
    );
    expect(rings).toHaveLength(2);
    for (let background = 0; background <= 1; background += 0.01) {
      const best = Math.max(...rings.map((ring) => contrast(ring, background)));
      expect(best).toBeGreaterThanOrEqual(3);
    }
  },
);

function luminance(rgb: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

test.each([410, 320, 240])(
  'in a window of %i px the panel stays on the screen, and an item with it',
  async (height) => {
    const stage = await openWithOne(height);
    for (const top of [0, height / 2 - 20, height - 40]) {
      await stage.bell.evaluate((bell, y) => {
        Object.assign(bell.style, { position: 'fixed', left: '300px', top: `${y}px` });
      }, top);
      await stage.bell.evaluate((bell) => (bell as HTMLElement & { open(): void }).open());
      await stage.items.first().waitFor();
      const box = await stage.panel.boundingBox();
      const item = await stage.items.first().boundingBox();
      expect(box?.y).toBeGreaterThanOrEqual(0);
      expect((box?.y ?? 0) + (box?.height ?? Infinity)).toBeLessThanOrEqual(height);
      expect(item?.y).toBeLessThan((box?.y ?? 0) + (box?.height ?? 0) - 40);
      // The panel may lie over the bell, and so can be closed by itself.
      await stage.panel.getByRole('button', { name: 'Close' }).click();
      await stage.panel.waitFor({ state: 'hidden' });
    }
    expectNoFaults(stage);
  },
);

test.each(['href="#/{id}"', ''])('the space bar does to an item what Enter does (%s)', async (attributes) => {
  const stage = await openWithOne(700, attributes);
  const { page } = stage;
  await page.evaluate(() => {
    document.addEventListener('carillon-open', () => (document.title = 'opened'));
  });
  await stage.button.focus();
  await page.keyboard.press('Enter');
  await stage.items.first().waitFor();
  await stage.items.locator('[part=item-link]').focus();
  await page.keyboard.press('Space');
  await expect.poll(() => page.title()).toBe('opened');
  if (attributes !== '') expect(new URL(page.url()).hash).toMatch(/^#\/./);
  await expect
    .poll(async () => (await stage.server.ask('ann', 'GET', '/notifications/counts')).json.unread)
    .toBe(0);
});
