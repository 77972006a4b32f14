import { expect, test } from 'vitest';
import { createRandom } from '../support/random.ts';
import { type BellPage, expectNoFaults, itemTexts, openBellPage, useBrowser } from './bell-page.ts';

/** CARILLON_SEED=n runs that one alone; otherwise two that are always the same, and a new one. */
const onlySeed = process.env['CARILLON_SEED'];
const seeds = onlySeed === undefined ? [1, 2, Date.now() % 1_000_000] : [Number(onlySeed)];
const steps = 16;

const openContext = useBrowser();

interface World extends BellPage {
  readonly written: string[];
}

type Bell = HTMLElement & { open(): void; close(): void; token: unknown };
declare global {
  var theBell: Bell;
}

const withBell = ({ page }: World, change: (bell: Bell, argument: string) => void, argument = '') =>
  page.evaluate(`(${change.toString()})(globalThis.theBell, ${JSON.stringify(argument)})`);

/** What an application and its user do, in any order. */
const actions: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  add: (world) => withBell(world, (bell) => document.querySelector('header')?.append(bell)),
  remove: (world) => withBell(world, (bell) => bell.remove()),
  move: (world) =>
    withBell(world, (bell) => bell.isConnected && document.querySelector('main')?.append(bell)),
  open: (world) => withBell(world, (bell) => bell.isConnected && bell.open()),
  close: (world) => withBell(world, (bell) => bell.isConnected && bell.close()),
  filter: (world) =>
    withBell(world, (bell) =>
      bell.shadowRoot?.querySelector<HTMLElement>('[part~=tab]:not([part~=tab-chosen])')?.click(),
    ),
  signIn: async (world) =>
    withBell(world, (bell, token) => (bell.token = token), await world.server.token('ann')),
  signInByFunction: async (world) =>
    withBell(world, (bell, token) => (bell.token = () => token), await world.server.token('ann')),
  signOut: (world) => withBell(world, (bell) => (bell.token = undefined)),
  offline: ({ context }) => context.setOffline(true),
  online: ({ context }) => context.setOffline(false),
  comment: async (world) => {
    const text = String(world.written.length + 1);
    await world.comment(text);
    world.written.push(text);
  },
};

/** Whether the panel is on the screen, and whether the button says so. */
const panelState = ({ page }: World) =>
  page.evaluate(() => {
    const root = globalThis.theBell.shadowRoot;
    const isOpen = root?.querySelector('[part=panel]')?.matches(':popover-open') === true;
    return { isOpen, says: root?.querySelector('[part=button]')?.getAttribute('aria-expanded') === 'true' };
  });

test.each(seeds)(
  'whatever happens to a bell, it says what is so and shows what there is (seed %i)',
  async (seed) => {
    const random = createRandom(seed);
    const stage = await openBellPage(openContext, { isSignedOut: true });
    await stage.button.waitFor();
    await stage.page.evaluate(() => {
      const bell = document.querySelector('carillon-bell');
      if (bell !== null) globalThis.theBell = bell;
    });
    const world: World = { ...stage, written: [] };
    const names = Object.keys(actions);
    const done: string[] = [];
    for (let step = 0; step < steps; step++) {
      const name = names[random.whole(0, names.length - 1)] ?? '';
      done.push(name);
      await actions[name]?.(world);
      // Some follow each other in the same breath, and some later.
      if (random.chance(0.5)) await stage.page.waitForTimeout(random.whole(0, 300));
      await expect
        .poll(() => panelState(world), { message: `after ${done.join(', ')}` })
        .toSatisfy(({ isOpen, says }: Awaited<ReturnType<typeof panelState>>) => isOpen === says);
    }

    for (const name of ['online', 'add', 'signIn', 'comment', 'open']) await actions[name]?.(world);
    const shown = async () => {
      const pill = stage.panel.locator('[part=new-pill]');
      if (await pill.isVisible()) await pill.click();
      return itemTexts(world);
    };
    await expect
      .poll(shown, { message: `after ${done.join(', ')}`, timeout: 40_000, interval: 200 })
      .toEqual(world.written.toReversed());
    expect(await panelState(world)).toEqual({ isOpen: true, says: true });
    expectNoFaults(stage);
  },
);
