import type { BrowserContext } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { openContext } from '../support/chromium.ts';
import { addComments, addReport } from '../support/comments.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { startServer, temporaryFolder, type TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';
import { openTab, startClientApplication } from './client-page.ts';

async function signIn(context: BrowserContext, url: string, value: string): Promise<void> {
  await context.addCookies([{ name: 'carillon_session', value, url }]);
}

test('a browser that goes offline says since when, and catches up when it is online again', async () => {
  const application = await startClientApplication();
  const server = await startServer({ environment: { ALLOWED_ORIGINS: application.origin } });
  const { id } = await addReport(server.store);
  const context = await openContext();
  await signIn(context, server.url, await server.token('ann'));
  const tab = await openTab(context, application.origin, { url: server.url, withCredentials: true });
  await tab.live();
  await context.setOffline(true);
  await until('it to be offline', async () => (await tab.state()) === 'offline');
  await addComments(server.store, id, 3);
  await context.setOffline(false);
  await tab.live();
  await tab.told(3);
  expect(await tab.statuses()).toEqual(['live', 'offline', 'live']);
});

test('a page finds a restarted server again, in all of its tabs', async () => {
  const application = await startClientApplication();
  const folder = temporaryFolder();
  const environment = { ALLOWED_ORIGINS: application.origin };
  const first = await startServer({ folder, environment });
  const { id } = await addReport(first.store);
  const context = await openContext();
  await signIn(context, first.url, await first.token('ann'));
  const open = () => openTab(context, application.origin, { url: first.url, withCredentials: true });
  const tabs = [await open(), await open()];
  for (const tab of tabs) await tab.live();
  await addComments(first.store, id, 2);
  for (const tab of tabs) await tab.told(2);
  await first.close();
  for (const tab of tabs) await until('the loss to show', async () => (await tab.state()) === 'reconnecting');
  const second = await startServer({
    folder,
    environment: { ...environment, PORT: new URL(first.url).port },
  });
  await addComments(second.store, id, 2);
  for (const tab of tabs) {
    await tab.told(4);
    await tab.live();
    expect(await tab.resets()).toEqual([]);
  }
});

test('a laptop that was asleep has everything soon after it wakes up', async () => {
  const application = await startClientApplication();
  const server = await startServer({
    environment: { ALLOWED_ORIGINS: application.origin, HEARTBEAT_SECONDS: '1' },
  });
  const proxy = await FaultyProxy.start(server.url);
  onTestFinished(() => proxy.close());
  const { id } = await addReport(server.store);
  const context = await openContext();
  await signIn(context, proxy.url, await server.token('ann'));
  const tab = await openTab(context, application.origin, { url: proxy.url, withCredentials: true });
  await tab.live();
  await until('its rhythm to be known', async () => (await tab.pings()) > 2);

  const devtools = await context.browser()?.newBrowserCDPSession();
  const { processInfo = [] } = (await devtools?.send('SystemInfo.getProcessInfo')) ?? {};
  const all = (signal: NodeJS.Signals) => processInfo.forEach(({ id: pid }) => process.kill(pid, signal));
  expect(processInfo.length).toBeGreaterThan(1);
  onTestFinished(() => {
    try {
      all('SIGCONT');
    } catch {
      // Ended already.
    }
  });
  all('SIGSTOP');
  // While it sleeps the way there is forgotten, and nobody tells it.
  proxy.change({ isBlackhole: true });
  await addComments(server.store, id, 3);
  await until('the way to be lost', () => proxy.lost > 0);
  proxy.change({});
  all('SIGCONT');
  await tab.told(3);
});

/** A server that allows `application`, whose page is of another site. */
async function setForeignStage() {
  const application = await startClientApplication();
  const origin = `http://localhost:${application.port}`;
  const server = await startServer({ environment: { ALLOWED_ORIGINS: origin } });
  const { id } = await addReport(server.store);
  return { application, origin, server, id, context: await openContext() };
}

/** Lets the application give out ann's tickets. */
function giveTickets(pages: Map<string, unknown>, server: TestServer): void {
  pages.set('/ticket', async (res: { end(text: string): void }) => {
    const { json } = await server.ask('ann', 'POST', '/notifications/stream/tickets');
    res.end(json.ticket as string);
  });
}

test('a page of another site listens with tickets, and shares its connection when it knows the user', async () => {
  const { application, origin, server, id, context } = await setForeignStage();
  giveTickets(application.pages, server);
  const options = { url: server.url, ticketsFrom: '/ticket', user: 'ann' };
  const tabs = [await openTab(context, origin, options), await openTab(context, origin, options)];
  for (const tab of tabs) await tab.live();
  await addComments(server.store, id, 2);
  for (const tab of tabs) {
    await tab.told(2);
    expect(await tab.counts()).toEqual({ unread: 2, unseen: 2 });
  }
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/^carillon_stream_opens_total 1$/m);
});

test('a page of another site listens, lists, and acts with a token', async () => {
  const { origin, server, id, context } = await setForeignStage();
  await addComments(server.store, id, 2);
  const token = await server.token('ann');
  const tab = await openTab(context, origin, { url: server.url, token });
  await tab.live();
  expect(await tab.read()).toBe(2);
  await until('the counts', async () => JSON.stringify(await tab.counts()) === '{"unread":0,"unseen":0}');
});

test('who is not signed in is told so, and goes on after signing in', async () => {
  const application = await startClientApplication();
  const server = await startServer({ environment: { ALLOWED_ORIGINS: application.origin } });
  const context = await openContext();
  const tab = await openTab(context, application.origin, { url: server.url, withCredentials: true });
  await until('the refusal', async () => (await tab.state()) === 'signedOut');
  await signIn(context, server.url, await server.token('ann'));
  await tab.reconnect();
  await tab.live();

  // Signed out in another tab: noticed when this one is looked at again.
  await context.clearCookies();
  await tab.look();
  await until('the refusal', async () => (await tab.state()) === 'signedOut');
});

test('a page that is put aside holds nothing, and catches up when it is back', async () => {
  const application = await startClientApplication();
  const server = await startServer({ environment: { ALLOWED_ORIGINS: application.origin } });
  const { id } = await addReport(server.store);
  const context = await openContext();
  await signIn(context, server.url, await server.token('ann'));
  const options = { url: server.url, withCredentials: true };
  const tab = await openTab(context, application.origin, options);
  await tab.live();
  const other = await openTab(context, application.origin, options);
  await other.live();
  // What the browser says to a page that goes into the back-forward cache, which Playwright switches off.
  await tab.page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
  await addComments(server.store, id, 2);
  await other.told(2);
  expect(await tab.seqs()).toEqual([]);
  await tab.page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await tab.told(2);
});
