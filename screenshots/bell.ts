import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { noon, openStudio, type Studio } from './studio.ts';

type Shoot = (page: Page, name: string) => Promise<void>;

type Comments = readonly (readonly [string, string, number])[];

interface State {
  readonly html?: string;
  /** What bob has written, oldest first: report, text, minutes ago. */
  readonly comments?: Comments;
  readonly isSignedOut?: boolean;
  /** Brings the page into the state; the bell is there, and closed. */
  readonly arrange: (page: Page, studio: Studio, context: BrowserContext) => Promise<void>;
}

const english: Comments = [
  ['Reading list', 'I would put the short one first.', 3 * 24 * 60],
  ['Winter meeting: who brings what?', 'Soup, as always. And the good bread if the bakery has it.', 26 * 60],
  ['Reading list', 'Chapter three drags a little.', 190],
  [
    'Notes on the translation, second half',
    'Page 41 reads much better now. I would still change the second sentence: it says the same as the first, only louder, and the reader has heard it by then.',
    55,
  ],
  ['Reading list', 'Loved chapter two.', 2],
];
const korean: Comments = [
  ['겨울 독서 목록', '짧은 책부터 읽는 게 어떨까요?', 26 * 60],
  ['12월 모임 준비', '저는 수프를 가져갈게요. 빵도 있으면 같이 챙길게요.', 190],
  [
    '번역 원고 2부 검토',
    '41쪽이 훨씬 좋아졌어요. 다만 두 번째 문장은 첫 문장과 같은 말을 하고 있어서 조금 줄이면 더 좋을 것 같습니다.',
    55,
  ],
  ['겨울 독서 목록', '2장 정말 좋았어요.', 2],
];

const bell = (page: Page) => page.locator('carillon-bell');
const part = (page: Page, name: string) => bell(page).locator(`[part~=${name}]`);

async function open(page: Page): Promise<void> {
  await part(page, 'button').click();
  await part(page, 'panel').waitFor();
}

async function openList(page: Page): Promise<void> {
  await part(page, 'badge').waitFor();
  await open(page);
  await part(page, 'item').first().waitFor();
  // Some are read, as they would be.
  for (const index of [2, 3]) {
    await part(page, 'item').nth(index).hover();
    await part(page, 'item').nth(index).locator('[part=item-action]').first().click();
    await part(page, 'item').nth(index).and(page.locator('[part=item]')).waitFor();
  }
  await part(page, 'item').first().scrollIntoViewIfNeeded();
  await page.mouse.move(5, 590);
}

const states: Readonly<Record<string, State>> = {
  closed: { comments: english, arrange: (page) => part(page, 'badge').waitFor() },
  list: { comments: english, arrange: openList },
  actions: {
    comments: english,
    async arrange(page, studio) {
      await openList(page);
      await studio.comment('Reading list', 'But what an ending!', 0);
      await studio.comment('Reading list', 'Who is next?', 0);
      await part(page, 'item').nth(4).hover();
      await part(page, 'item').nth(4).locator('[part=item-action]').nth(1).click();
      await part(page, 'undo').waitFor();
      await part(page, 'new-pill').waitFor();
      await part(page, 'item').first().scrollIntoViewIfNeeded();
      await part(page, 'item').nth(1).hover();
    },
  },
  archived: {
    comments: english,
    async arrange(page) {
      await openList(page);
      for (let archived = 0; archived < 2; archived++) {
        await part(page, 'item').nth(1).hover();
        await part(page, 'item').nth(1).locator('[part=item-action]').nth(1).click();
        await part(page, 'item')
          .nth(4 - archived)
          .waitFor({ state: 'detached' });
      }
      await part(page, 'tab').last().click();
      await part(page, 'item').nth(1).and(page.locator(':not(.unread)')).waitFor();
      await part(page, 'item').nth(2).waitFor({ state: 'detached' });
      await part(page, 'item').first().hover();
    },
  },
  empty: { arrange: openThen('notice') },
  'unread-empty': {
    async arrange(page) {
      await openThen('notice')(page);
      await part(page, 'tab').nth(1).click();
      await page.mouse.move(5, 590);
    },
  },
  loading: {
    async arrange(page) {
      await page.route('**/notifications?*', () => undefined);
      await openThen('skeleton')(page);
    },
  },
  failed: {
    async arrange(page) {
      await page.route('**/notifications?*', (route) => route.fulfill({ status: 500, body: '{}' }));
      await openThen('retry')(page);
    },
  },
  reconnecting: {
    comments: english,
    async arrange(page, { carillon }) {
      await openList(page);
      await carillon.close();
      await part(page, 'connection').waitFor();
    },
  },
  offline: {
    comments: english,
    async arrange(page, _studio, context) {
      await openList(page);
      await context.setOffline(true);
      await part(page, 'connection').waitFor();
    },
  },
  'signed-out': { isSignedOut: true, arrange: openThen('notice') },
  korean: { html: 'lang="ko"', comments: korean, arrange: openList },
  'right-to-left': { html: 'lang="en" dir="rtl"', comments: english, arrange: openList },
};

function openThen(name: string): (page: Page) => Promise<void> {
  return async (page) => {
    await open(page);
    await part(page, name).waitFor();
  };
}

const looks = {
  light: { colorScheme: 'light', viewport: { width: 560, height: 640 } },
  dark: { colorScheme: 'dark', viewport: { width: 560, height: 640 } },
  phone: { colorScheme: 'light', viewport: { width: 375, height: 667 }, isMobile: true, hasTouch: true },
} satisfies Record<string, BrowserContextOptions>;

/** Takes each state of the bell in each look, as `bell-<state>-<look>`. */
export async function shootBell(browser: Browser, shoot: Shoot): Promise<void> {
  for (const [name, state] of Object.entries(states)) {
    for (const [look, options] of Object.entries(looks))
      await shootState(browser, state, options, `bell-${name}-${look}`, shoot);
  }
  for (const look of ['light', 'dark'] as const) {
    const options = { ...looks[look], viewport: { width: 1000, height: 640 }, deviceScaleFactor: 2 };
    await shootState(
      browser,
      { comments: english, arrange: openList },
      options,
      `bell-in-a-site-${look}`,
      shoot,
    );
  }
}

async function shootState(
  browser: Browser,
  { html, comments = [], isSignedOut, arrange }: State,
  options: BrowserContextOptions,
  name: string,
  shoot: Shoot,
): Promise<void> {
  const studio = await openStudio(browser, html);
  for (const comment of comments) await studio.comment(...comment);
  const context = await studio.open(options);
  if (isSignedOut !== true) await studio.signIn(context);
  const page = await context.newPage();
  await page.clock.install({ time: noon });
  await page.goto(studio.hostUrl);
  await part(page, 'button').waitFor();
  await arrange(page, studio, context);
  await shoot(page, name);
  await context.close();
  await studio.close();
}
