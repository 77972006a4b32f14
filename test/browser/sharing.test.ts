import type { BrowserContext } from 'playwright-core';
import { expect, test } from 'vitest';
import { openContext } from '../support/chromium.ts';
import { addComments, addReport } from '../support/comments.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';
import type { Application } from './application.ts';
import { openStreams, openTab, startClientApplication, type Tab } from './client-page.ts';

interface Stage {
  readonly application: Application;
  readonly server: TestServer;
  readonly context: BrowserContext;
  readonly reportId: string;
  readonly open: () => Promise<Tab>;
}

/** An application, Carillon on another origin of the same site, and a browser in which ann is signed in. */
async function setStage(environment: Record<string, string> = {}): Promise<Stage> {
  const application = await startClientApplication();
  const server = await startServer({
    environment: { ALLOWED_ORIGINS: application.origin, HEARTBEAT_SECONDS: '1', ...environment },
  });
  const { id: reportId } = await addReport(server.store);
  const context = await openContext();
  await signIn(context, server, 'ann');
  const open = () => openTab(context, application.origin, { url: server.url, withCredentials: true });
  return { application, server, context, reportId, open };
}

async function signIn(context: BrowserContext, server: TestServer, user: string): Promise<void> {
  const value = await server.token(user);
  await context.addCookies([{ name: 'carillon_session', value, url: server.url }]);
}

/** Opens `count` tabs, the first of which leads. */
async function openTabs({ open }: Stage, count: number): Promise<readonly [Tab, ...Tab[]]> {
  const first = await open();
  await first.live();
  const others = await Promise.all(Array.from({ length: count - 1 }, () => open()));
  await Promise.all(others.map((tab) => tab.live()));
  return [first, ...others];
}

test('eight tabs hold one stream, over HTTP/1.1, and a ninth request still works', async () => {
  const stage = await setStage();
  const tabs = await openTabs(stage, 8);
  expect(await openStreams(stage.server.url)).toBe(1);
  await addComments(stage.server.store, stage.reportId, 3);
  for (const tab of tabs) {
    await tab.told(3);
    expect(await tab.counts()).toEqual({ unread: 3, unseen: 3 });
  }
  const [{ page }] = tabs;
  const status = await page.evaluate(
    async (url) => (await fetch(url, { credentials: 'include' })).status,
    `${stage.server.url}/notifications`,
  );
  expect(status).toBe(200);
  expect(await openStreams(stage.server.url)).toBe(1);
});

test('the next tab takes over when the leading one is closed', async () => {
  const stage = await setStage();
  const [first, ...others] = await openTabs(stage, 3);
  await addComments(stage.server.store, stage.reportId, 2);
  await Promise.all(others.map((tab) => tab.told(2)));
  const commenting = addComments(stage.server.store, stage.reportId, 20);
  await first.page.close();
  await commenting;
  for (const tab of others) await tab.told(22);
  await until('one stream', async () => (await openStreams(stage.server.url)) === 1);
});

test('the next tab takes over when the leading one crashes', async () => {
  const stage = await setStage();
  const [first, ...others] = await openTabs(stage, 3);
  await addComments(stage.server.store, stage.reportId, 2);
  const crashed = first.page.waitForEvent('crash');
  const crashing = first.page.goto('chrome://crash').catch(() => undefined);
  await crashed;
  await addComments(stage.server.store, stage.reportId, 3);
  for (const tab of others) await tab.told(5);
  await until('one stream', async () => (await openStreams(stage.server.url)) === 1);
  await crashing;
});

test('the next tab takes over when the leading one is frozen, which catches up when it is thawed', async () => {
  const stage = await setStage();
  const [first, ...others] = await openTabs(stage, 3);
  // What Chromium says to a page before it freezes it; one that Playwright keeps visible it never freezes.
  await first.page.evaluate(() => document.dispatchEvent(new Event('freeze')));
  await addComments(stage.server.store, stage.reportId, 3);
  for (const tab of others) await tab.told(3);
  expect(await first.seqs()).toEqual([]);
  await first.page.evaluate(() => document.dispatchEvent(new Event('resume')));
  await first.told(3);
  await addComments(stage.server.store, stage.reportId, 1);
  for (const tab of [first, ...others]) await tab.told(4);
  await until('one stream', async () => (await openStreams(stage.server.url)) === 1);
});

test('the lead is taken from a tab that hangs, which catches up when it goes on', async () => {
  const stage = await setStage();
  const [first, ...others] = await openTabs(stage, 3);
  for (const tab of others) await until('its rhythm to be known', async () => (await tab.pings()) > 2);
  let goOn: () => void = () => undefined;
  stage.application.pages.set('/hang', async (res) => {
    await new Promise<void>((resolve) => (goOn = resolve));
    res.end();
  });
  // A synchronous request holds the tab's only thread, and with it the lock.
  const hanging = first.page.evaluate(() => {
    const request = new XMLHttpRequest();
    request.open('GET', '/hang', false);
    request.send();
  });
  await addComments(stage.server.store, stage.reportId, 3);
  for (const tab of others) await tab.told(3);
  goOn();
  await hanging;
  await first.told(3);
  await addComments(stage.server.store, stage.reportId, 1);
  for (const tab of [first, ...others]) await tab.told(4);
  await until('one stream', async () => (await openStreams(stage.server.url)) === 1);
});

test('a tab that missed what the leader passed on fetches it, and nothing twice', async () => {
  const stage = await setStage();
  const [first, second] = await openTabs(stage, 2);
  const deaf = second?.page;
  await deaf?.evaluate(() => {
    const real = MessageEvent.prototype;
    const data = Object.getOwnPropertyDescriptor(real, 'data');
    // What the leader says arrives empty.
    Object.defineProperty(real, 'data', {
      configurable: true,
      get(this: MessageEvent) {
        const message: unknown = data?.get?.call(this);
        return typeof message === 'object' ? { limitMs: 40_000 } : message;
      },
    });
    Object.assign(globalThis, { hearAgain: () => Object.defineProperty(real, 'data', data ?? {}) });
  });
  await addComments(stage.server.store, stage.reportId, 3);
  await first.told(3);
  expect(await second?.seqs()).toEqual([]);
  await deaf?.evaluate(() => (globalThis as unknown as { hearAgain(): void }).hearAgain());
  await addComments(stage.server.store, stage.reportId, 3);
  await second?.told(6);
  await until('one stream', async () => (await openStreams(stage.server.url)) === 1);
  await addComments(stage.server.store, stage.reportId, 1);
  await second?.told(7);
  expect(await second?.verified()).toMatchObject({ holes: 0, repeats: 0 });
});

test('when somebody else signs in, tabs of both users keep apart, and the old ones notice', async () => {
  const stage = await setStage();
  const [ann] = await openTabs(stage, 2);
  await addComments(stage.server.store, stage.reportId, 2);
  await ann.told(2);
  await signIn(stage.context, stage.server, 'bob');
  const bob = await stage.open();
  await bob.live();
  expect(await bob.counts()).toEqual({ unread: 0, unseen: 0 });
  await ann.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await until('the old tab to follow', async () => (await ann.resets()).includes('user'));
  expect(await ann.counts()).toEqual({ unread: 0, unseen: 0 });
  await addComments(stage.server.store, stage.reportId, 1); // To ann, who is not here any more.
  const { value } = await stage.server.store.addReport(
    { id: 'bob', name: 'Bob' },
    { title: 'Bob’s', body: '' },
  );
  await stage.server.ask('ann', 'POST', `/reports/${value.id}/comments`, { body: 'hi' });
  await bob.told(1);
  expect((await ann.seqs()).slice(2)).toEqual([1]);
});

test('where there are no Web Locks, each visible tab has a stream of its own', async () => {
  const application = await startClientApplication();
  const address = `http://app.example.com:${application.port}`;
  const server = await startServer({ environment: { ALLOWED_ORIGINS: address } });
  const { id: reportId } = await addReport(server.store);
  const context = await openContext(['--host-resolver-rules=MAP *.example.com 127.0.0.1']);
  const url = server.url.replace('127.0.0.1', 'notify.example.com');
  await context.addCookies([{ name: 'carillon_session', value: await server.token('ann'), url }]);
  const first = await openTab(context, address, { url, withCredentials: true });
  await first.live();
  const second = await openTab(context, address, { url, withCredentials: true });
  await second.live();
  expect(await first.page.evaluate(() => 'locks' in navigator)).toBe(false);
  expect(await openStreams(server.url)).toBe(2);

  await first.page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await until('one stream', async () => (await openStreams(server.url)) === 1);
  expect(await first.state()).toBe('connecting');
  await addComments(server.store, reportId, 2);
  await second.told(2);
  expect(await first.seqs()).toEqual([]);
  await first.page.evaluate(() => {
    Reflect.deleteProperty(document, 'visibilityState');
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await first.told(2);
});
