import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import type { Client, ConnectOptions } from '../../src/client/client.ts';
import { until } from '../support/wait.ts';
import { type Application, startApplication } from './application.ts';

/** What the pages of these tests keep for them. */
interface PageGlobals {
  carillon: { connect(options: ConnectOptions): Client };
  client: Client;
  seqs: number[];
  pings: number;
  statuses: string[];
  resets: string[];
}
type PageWindow = typeof globalThis & PageGlobals;

let bundle: Promise<string> | undefined;

/** The library as browsers get it. */
export function clientBundle(): Promise<string> {
  return (bundle ??= build({
    entryPoints: ['src/client/connect.ts'],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? ''));
}

/** An application whose page has the library and does nothing by itself. */
export async function startClientApplication(): Promise<Application> {
  const application = await startApplication();
  application.pages.set('/client.js', await clientBundle());
  application.pages.set(
    '/',
    `<!doctype html><title>tab</title>
    <script type="module">
      import * as carillon from './client.js';
      globalThis.carillon = carillon;
    </script>`,
  );
  return application;
}

/** One tab with a client. */
export interface Tab {
  readonly page: Page;
  state(): Promise<string>;
  /** The numbers of the events that it was told, in order. */
  seqs(): Promise<readonly number[]>;
  resets(): Promise<readonly string[]>;
  pings(): Promise<number>;
  counts(): Promise<unknown>;
  statuses(): Promise<readonly string[]>;
  reconnect(): Promise<void>;
  /** Looks at the tab, which had not been looked at. */
  look(): Promise<void>;
  /** Loads the list and reads everything. @returns how many there were. */
  read(): Promise<number>;
  verified(): Promise<{ holes: number; repeats: number }>;
  live(): Promise<void>;
  /** Waits until it was told all of 1 to `count`, and fails when it was told anything else. */
  told(count: number): Promise<void>;
}

/** Opens a tab that connects with `options`; `ticketsFrom` is the path of the application that gives tickets. */
export async function openTab(
  context: BrowserContext,
  address: string,
  options: ConnectOptions & { ticketsFrom?: string },
): Promise<Tab> {
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForFunction(() => 'carillon' in globalThis);
  await connectIn(page, options);
  return tabOf(page);
}

export async function connectIn(
  page: Page,
  options: ConnectOptions & { ticketsFrom?: string },
): Promise<void> {
  await page.evaluate(({ ticketsFrom, ...given }) => {
    const here = globalThis as PageWindow;
    const getTicket = async () => (await fetch(ticketsFrom ?? '')).text();
    const client = here.carillon.connect({ ...given, ...(ticketsFrom !== undefined && { getTicket }) });
    Object.assign(here, { client, seqs: [], pings: 0, statuses: [], resets: [] });
    for (const type of ['notification', 'updated', 'removed', 'read', 'seen'] as const)
      client.on(type, ({ seq }) => here.seqs.push(seq));
    client.on('state', ({ status }) => here.statuses.push(status));
    client.on('frame', ({ event }) => (here.pings += Number(event === 'ping')));
    client.on('reset', ({ reason }) => here.resets.push(reason));
  }, options);
}

export function tabOf(page: Page): Tab {
  const tab: Tab = {
    page,
    state: () => page.evaluate(() => (globalThis as PageWindow).client.state.status),
    seqs: () => page.evaluate(() => (globalThis as PageWindow).seqs),
    resets: () => page.evaluate(() => (globalThis as PageWindow).resets),
    pings: () => page.evaluate(() => (globalThis as PageWindow).pings),
    statuses: () => page.evaluate(() => (globalThis as PageWindow).statuses),
    reconnect: () => page.evaluate(() => (globalThis as PageWindow).client.reconnect()),
    look: () => page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange'))),
    read: () =>
      page.evaluate(async () => {
        const { client } = globalThis as PageWindow;
        await client.list.load();
        const [first, ...others] = client.list.items;
        await client.read(first?.id ?? '');
        await client.readAll();
        return others.length + 1;
      }),
    counts: () => page.evaluate(() => (globalThis as PageWindow).client.counts),
    verified: () => page.evaluate(() => (globalThis as PageWindow).client.verified),
    live: () => until('a live tab', async () => (await tab.state()) === 'live'),
    told: async (count) => {
      let seqs: readonly number[] = [];
      const all = Array.from({ length: count }, (_, i) => i + 1);
      await until(
        () => `1 to ${count} in a tab that was told ${seqs.join(' ')}`,
        async () => (seqs = await tab.seqs()).length >= count,
        40_000,
      );
      if (seqs.join() !== all.join()) throw new Error(`Expected 1 to ${count}, not ${seqs.join(' ')}`);
    },
  };
  return tab;
}

/** How many streams the server at `url` has open. */
export async function openStreams(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^carillon_streams_open (\d+)$/m.exec(text)?.[1]);
}
