import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openContext } from '../support/chromium.ts';
import { addComments, addReport } from '../support/comments.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';
import { startHostilePage } from './hostile-page.ts';

/**
 * Names that all lead here, so that what a browser calls cross-site and same-site really is. Over plain http it sends
 * `Origin` but no `Sec-Fetch-Site`, except to `localhost`.
 */
const worlds = [
  {
    name: 'where the browser sends Origin alone',
    sendsSite: false,
    carillon: 'carillon.example.com',
    allowed: 'app.example.com',
    sameSite: ['evil.example.com', 'carillon.example.com', 'app.example.com', 'my.app.example.com'],
    crossSite: ['evil.example', 'app.example.com.evil.example', 'carillon.example.com.evil.example'],
  },
  {
    name: 'where the browser sends Sec-Fetch-Site as well',
    sendsSite: true,
    carillon: 'carillon.localhost',
    allowed: 'app.carillon.localhost',
    sameSite: ['evil.carillon.localhost', 'carillon.localhost', 'app.carillon.localhost'],
    crossSite: ['evil.localhost', 'app.carillon.localhost.evil.localhost'],
  },
] as const;

async function start(world: (typeof worlds)[number]) {
  // The same name at another port than that of the pages: no page here is an allowed one.
  const server = await startServer({ environment: { ALLOWED_ORIGINS: `http://${world.allowed}:1` } });
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 1);
  const { data } = await server.store.notifications('ann', { status: 'all', limit: 1 });
  const { port } = new URL(server.url);
  const carillon = `http://${world.carillon}:${port}`;
  const token = await server.token('eve');
  const hostilePort = await startHostilePage({ carillon, token, notification: data[0]?.id ?? '' });
  return { server, carillon, hostilePort };
}

async function signIn(page: Page, server: TestServer, carillon: string): Promise<void> {
  const value = await server.token('ann');
  await page
    .context()
    .addCookies([{ name: 'carillon_session', value, url: carillon, httpOnly: true, sameSite: 'Lax' }]);
}

/** What ann's requests came to, by her cookie. */
function requestsOf(server: TestServer, user: string): { method: string; path: string; status: number }[] {
  return server.logged
    .map((line) => JSON.parse(line))
    .filter(({ msg, userId }) => msg === 'request' && userId === user);
}

async function stateOf({ store }: TestServer): Promise<unknown> {
  const page = { limit: 100 };
  return [
    await store.reports(page),
    await store.notifications('ann', { status: 'all', ...page }),
    await store.inbox('eve'),
  ];
}

/** What a page of `host` sees of Carillon when it tries everything. */
async function attack(page: Page, host: string, hostilePort: number): Promise<Record<string, string>> {
  await page.goto(`http://${host}:${hostilePort}/`);
  return page.evaluate<Record<string, string>>('run()');
}

const harmless = /^(failed|opaque|blocked|closed|hidden|true|false|seen: ?)$/;

test.each(worlds)('no foreign page reads or writes with the cookie: $name', async (world) => {
  const { server, carillon, hostilePort } = await start(world);
  const page = await (
    await openContext(['--host-resolver-rules=MAP * 127.0.0.1', '--disable-popup-blocking'])
  ).newPage();
  await signIn(page, server, carillon);
  const before = await stateOf(server);

  for (const host of [...world.sameSite, ...world.crossSite]) {
    const seen = await attack(page, host, hostilePort);
    expect(Object.keys(seen).length).toBeGreaterThan(25);
    const wrong = Object.entries(seen).filter(([, result]) => !harmless.test(result));
    expect(wrong, `from ${host}`).toEqual([]);
  }
  expect(await stateOf(server)).toEqual(before);
  // The cookie did come along from pages of the same site, so that it was Carillon that said no. Where a browser sends
  // neither header, an included list is answered; that nobody can read it is seen above.
  const isRefused = ({ status }: { status: number }) => status === 403;
  await until('refusals in the log', () => requestsOf(server, 'ann').filter(isRefused).length > 20);
  const done = requestsOf(server, 'ann').filter(({ status }) => status < 300);
  expect(done.filter(({ method }) => method !== 'GET' || world.sendsSite)).toEqual([]);
  // And she is still signed in, as herself.
  const [cookie, ...others] = await page.context().cookies(carillon);
  expect(others).toEqual([]);
  const headers = { cookie: `carillon_session=${cookie?.value}`, 'sec-fetch-site': 'none' };
  expect((await fetch(`${server.url}/notifications`, { headers })).status).toBe(200);
});

test.each(worlds)('a foreign page sees nothing of a window that it opens: $name', async (world) => {
  const { server, carillon, hostilePort } = await start(world);
  const page = await (
    await openContext(['--host-resolver-rules=MAP * 127.0.0.1', '--disable-popup-blocking'])
  ).newPage();
  await signIn(page, server, carillon);
  for (const host of [world.crossSite[0], world.sameSite[0]]) {
    await page.goto(`http://${host}:${hostilePort}/`);
    const opened = page.waitForEvent('popup');
    await page.evaluate('popUp()');
    const other = await opened;
    await other.waitForLoadState('load');
    await other.waitForURL(`${carillon}/notifications`);
    expect(await page.evaluate('look()')).toMatch(/^(hidden|no window|seen: ?)$/);
    await other.close();
  }
});

test('the page of an allowed origin does all of that', async () => {
  const world = worlds[1];
  const hostilePort = await startHostilePage({ carillon: '', token: '', notification: '' });
  const origin = `http://${world.allowed}:${hostilePort}`;
  const server = await startServer({ environment: { ALLOWED_ORIGINS: origin } });
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 1);
  const carillon = `http://${world.carillon}:${new URL(server.url).port}`;
  const page = await (await openContext(['--host-resolver-rules=MAP * 127.0.0.1'])).newPage();
  await signIn(page, server, carillon);
  await page.goto(origin);
  const seen = await page.evaluate(async (url) => {
    const credentials = 'include';
    const list = await fetch(`${url}/notifications`, { credentials }).then((response) => response.status);
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ title: 'mine' });
    const write = await fetch(`${url}/reports`, { method: 'POST', credentials, headers, body });
    const source = new EventSource(`${url}/notifications/stream`, { withCredentials: true });
    const opened = await new Promise((resolve) => {
      source.onopen = () => resolve('open');
      source.onerror = () => resolve('closed');
    });
    source.close();
    return [list, write.status, opened];
  }, carillon);
  expect(seen).toEqual([200, 201, 'open']);
});
