import { expect, test } from 'vitest';
import {
  type BellPage,
  expectNoFaults,
  expectText,
  itemTexts,
  openBellPage,
  useBrowser,
} from './bell-page.ts';

const openContext = useBrowser();

/** Sets properties or attributes of the bell as an application does. */
const give = ({ bell }: BellPage, script: string) =>
  bell.evaluate((element, body) => {
    const set = (globalThis as unknown as { setters: Record<string, (bell: Element) => void> }).setters[body];
    set?.(element);
  }, script);

/** A page whose bell can get a token, a function of it, and a client of before. */
async function openPage(isSignedOut = false): Promise<BellPage> {
  const stage = await openBellPage(openContext, { isSignedOut, attributes: 'page-size="5"' });
  const token = await stage.server.token('ann');
  await stage.button.waitFor();
  await stage.page.evaluate(
    ([value, url]) => {
      const set = (properties: object) => (bell: Element) => Object.assign(bell, properties);
      Object.assign(globalThis, {
        setters: {
          token: set({ token: value }),
          function: (bell: Element) => set({ token: () => value })(bell),
          cookie: set({ token: undefined }),
          src: (bell: Element) => bell.setAttribute('src', `${url}/`),
        },
      });
    },
    [token, stage.server.url] as const,
  );
  return stage;
}

test('a token that comes while the panel is open is signing in: the list comes', async () => {
  const stage = await openPage(true);
  await stage.comment('one');
  await stage.button.click();
  await expectText(stage.panel.locator('[part=notice]'), 'You are signed out');
  await give(stage, 'token');
  await stage.items.first().waitFor();
  expect(await stage.button.getAttribute('aria-expanded')).toBe('true');
  expect(await stage.panel.isVisible()).toBe(true);
  // It is the panel of the new connection: what arrives is held back, and Escape closes it.
  await stage.comment('two');
  await expectText(stage.panel.locator('[part=new-pill]'), '1 new');
  await stage.page.keyboard.press('Escape');
  await expect.poll(() => stage.button.getAttribute('aria-expanded')).toBe('false');
  expectNoFaults(stage);
});

test.each(['token', 'function', 'src'])(
  'another %s keeps the panel open, its filter, its items, and its place',
  async (change) => {
    const stage = await openPage();
    const texts = Array.from({ length: 12 }, (_, i) => String(i + 1));
    await stage.comment(...texts);
    await expectText(stage.badge, /^12$/);
    await stage.button.click();
    await stage.panel.locator('[part~=tab]').nth(1).click();
    for (const count of [5, 10]) {
      await expect.poll(() => stage.items.count()).toBe(count);
      await stage.panel.getByRole('button', { name: 'Load more' }).click();
    }
    await expect.poll(() => itemTexts(stage)).toEqual(texts.toReversed());
    const scroller = stage.panel.locator('[part=list]');
    await scroller.evaluate((element) => (element.scrollTop = 300));
    const skeletons = await stage.bell.evaluateHandle((bell) => {
      const seen: string[] = [];
      const skeleton = bell.shadowRoot?.querySelector<HTMLElement>('[part=skeleton]');
      if (skeleton == null) throw new Error('No skeleton.');
      new MutationObserver(() => {
        if (!skeleton.hidden) seen.push('shown');
      }).observe(skeleton, { attributes: true });
      return seen;
    });
    const requests = stage.page.waitForResponse((response) => response.url().includes('/notifications?'));
    await give(stage, change);
    await requests;
    await expect.poll(() => stage.items.count()).toBe(12);
    expect(await itemTexts(stage)).toEqual(texts.toReversed());
    expect(await scroller.evaluate((element) => element.scrollTop)).toBe(300);
    expect(await stage.panel.locator('[part~=tab]').nth(1).getAttribute('aria-pressed')).toBe('true');
    expect(await stage.button.getAttribute('aria-expanded')).toBe('true');
    expect(await skeletons.jsonValue()).toEqual([]);
    expectNoFaults(stage);
  },
);

test('a token function in each render replaces the one before, on the same connection', async () => {
  const stage = await openPage(true);
  const asked: string[] = [];
  stage.page.on('request', (request) => {
    if (request.url().includes('/notifications')) asked.push(request.url());
  });
  await give(stage, 'function');
  const status = () =>
    stage.bell.evaluate((bell) => (bell as Element & { state?: { status: string } }).state?.status);
  await expect.poll(status).toBe('live');
  const before = asked.length;
  await stage.bell.evaluate((bell) => {
    const { token } = bell as unknown as { token: () => string };
    let called = 0;
    for (let render = 0; render < 100; render++) {
      Object.assign(bell, {
        token: () => {
          if (render === 99) called += 1;
          return token();
        },
      });
    }
    // The latest is the one that is asked.
    bell.shadowRoot?.querySelector<HTMLElement>('[part=button]')?.click();
    Object.assign(globalThis, { called: () => called });
  });
  await expectText(stage.panel.locator('[part=notice]'), 'caught up');
  expect(await stage.page.evaluate(() => (globalThis as unknown as { called(): number }).called())).toBe(1);
  // The list is the only request that followed.
  expect(asked.slice(before).map((url) => new URL(url).pathname)).toEqual(['/notifications']);
  expect(await status()).toBe('live');
});

test.each(['append', 'moveBefore'] as const)(
  'a bell that the page moves by %s keeps its connection and its open panel',
  async (method) => {
    const stage = await openPage();
    await stage.comment('one');
    await expectText(stage.badge, /^1$/);
    await stage.button.click();
    await stage.items.first().waitFor();
    const asked: string[] = [];
    stage.page.on('request', (request) => asked.push(request.url()));
    await stage.bell.evaluate((bell, how) => {
      const main = document.querySelector('main') as HTMLElement & {
        moveBefore(node: Node, child: Node | null): void;
      };
      if (how === 'append') main.append(bell);
      else main.moveBefore(bell, null);
    }, method);
    await expect.poll(() => stage.panel.isVisible()).toBe(true);
    expect(await stage.button.getAttribute('aria-expanded')).toBe('true');
    expect(await itemTexts(stage)).toEqual(['one']);
    await stage.comment('two');
    await expectText(stage.panel.locator('[part=new-pill]'), '1 new');
    expect(asked.filter((url) => url.includes('/notifications/stream'))).toEqual([]);
    expectNoFaults(stage);
  },
);

test('another user’s items are never shown, not even until theirs are there', async () => {
  const stage = await openPage();
  await stage.comment('for ann');
  await expectText(stage.badge, /^1$/);
  await stage.button.click();
  await stage.items.first().waitFor();
  await stage.bell.evaluate(
    (bell, token) => {
      bell.setAttribute('user', 'bob');
      Object.assign(bell, { token });
    },
    await stage.server.token('bob'),
  );
  await stage.items.first().waitFor({ state: 'hidden' });
  await expectText(stage.panel.locator('[part=notice]'), 'caught up');
});
