import { expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { expectFaults } from './support-problem.ts';

async function addReports(server: TestServer, count: number): Promise<string[]> {
  const titles = Array.from({ length: count }, (_, i) => `${i}`);
  const added = await Promise.all(titles.map((title) => server.ask('ann', 'POST', '/reports', { title })));
  return added.map(({ json }) => json.id as string);
}

/** Follows `Link: rel="next"` to the end. @returns the ids of each page */
async function pagesFrom(server: TestServer, first: string): Promise<string[][]> {
  const pages: string[][] = [];
  for (let path: string | undefined = first; path !== undefined;) {
    const { json, headers } = await server.ask('ann', 'GET', path);
    pages.push(json.data.map(({ id }: any) => id));
    const [, next] = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
    // The header and the cursor in the body say the same.
    expect(next === undefined ? null : new URL(next, server.url).searchParams.get('cursor')).toBe(
      json.nextCursor,
    );
    path = next;
  }
  return pages;
}

test('the pages of a list hold everything once', async () => {
  const server = await startServer();
  const ids = await addReports(server, 7);
  const pages = await pagesFrom(server, '/reports?limit=3');
  expect(pages.map(({ length }) => length)).toEqual([3, 3, 1]);
  expect(pages.flat()).toEqual(ids.sort().toReversed());
});

test('a page that holds exactly the rest has no next one', async () => {
  const server = await startServer();
  await addReports(server, 6);
  expect((await pagesFrom(server, '/reports?limit=3')).map(({ length }) => length)).toEqual([3, 3]);
});

test('what is added meanwhile shifts no page', async () => {
  const server = await startServer();
  const ids = (await addReports(server, 4)).sort().toReversed();
  const first = await server.ask('ann', 'GET', '/reports?limit=2');
  await addReports(server, 3);
  const second = await server.ask('ann', 'GET', `/reports?limit=2&cursor=${first.json.nextCursor}`);
  expect([...first.json.data, ...second.json.data].map(({ id }) => id)).toEqual(ids);
});

test('comments are paged oldest first', async () => {
  const server = await startServer();
  const [id] = await addReports(server, 1);
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) {
    ids.push((await server.ask('bob', 'POST', `/reports/${id}/comments`, { body: `${i}` })).json.id);
  }
  const pages = await pagesFrom(server, `/reports/${id}/comments?limit=2`);
  expect(pages.flat()).toEqual(ids);
});

test('notifications are paged within their status', async () => {
  const server = await startServer();
  const [id] = await addReports(server, 1);
  for (let i = 0; i < 5; i++) await server.ask('bob', 'POST', `/reports/${id}/comments`, { body: `${i}` });
  const { json } = await server.ask('ann', 'GET', '/notifications');
  const [newest, second, third] = json.data.map((notification: any) => notification.id);
  await server.ask('ann', 'POST', '/notifications/read', { ids: [newest, third] });
  await server.ask('ann', 'POST', `/notifications/${second}/archive`);

  expect((await pagesFrom(server, '/notifications?status=read&limit=1')).flat()).toEqual([newest, third]);
  expect((await pagesFrom(server, '/notifications?status=unread&limit=1')).flat()).toHaveLength(2);
  expect((await pagesFrom(server, '/notifications?status=archived&limit=1')).flat()).toEqual([second]);
  expect((await pagesFrom(server, '/notifications?limit=1')).flat()).toHaveLength(4);
});

test('a page holds 20 unless asked for up to 100', async () => {
  const server = await startServer();
  await addReports(server, 101);
  const lengthOf = async (path: string) => (await server.ask('ann', 'GET', path)).json.data.length;
  expect(await lengthOf('/reports')).toBe(20);
  expect(await lengthOf('/reports?limit=1')).toBe(1);
  expect(await lengthOf('/reports?limit=100')).toBe(100);
});

const wrongLimits = ['0', '101', '1000', '-1', '+1', '1.5', '1e1', '0x10', '', 'all', '%201', '1&limit=1'];
test.each(['/reports', '/notifications', '/reports/{id}/comments'])(
  '%s refuses a wrong limit',
  async (list) => {
    const server = await startServer();
    const [id = ''] = await addReports(server, 1);
    for (const limit of wrongLimits) {
      const answer = await server.ask('ann', 'GET', `${list.replace('{id}', id)}?limit=${limit}`);
      expectFaults(answer, '?limit');
    }
  },
);

test.each(['/reports', '/notifications', '/reports/{id}/comments'])(
  '%s refuses a wrong cursor',
  async (list) => {
    const server = await startServer();
    const [id = ''] = await addReports(server, 1);
    for (const cursor of [
      '',
      '0',
      '-1',
      '~',
      `${id}x`,
      id.toUpperCase(),
      `${id}&cursor=${id}`,
      '%00',
      "'%20OR%201=1",
    ]) {
      const answer = await server.ask('ann', 'GET', `${list.replace('{id}', id)}?cursor=${cursor}`);
      expectFaults(answer, '?cursor');
    }
  },
);

test('all that is wrong with a query is named', async () => {
  const server = await startServer();
  const answer = await server.ask('ann', 'GET', '/notifications?limit=0&cursor=x&status=new');
  expectFaults(answer, '?limit', '?cursor', '?status');
});

test('a parameter that nobody knows is ignored, and stays in the link', async () => {
  const server = await startServer();
  await addReports(server, 2);
  const { status, headers } = await server.ask('ann', 'GET', '/reports?limit=1&x=%3E%22,%0D%0A&__proto__=y');
  expect(status).toBe(200);
  expect(headers.get('link')).toMatch(
    /^<\/reports\?limit=1&x=%3E%22%2C%0D%0A&__proto__=y&cursor=[0-9a-f-]{36}>; rel="next"$/,
  );
});
