import { expect, test } from 'vitest';
import { ask, startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const shop = 'shop-token-that-is-long-enough-000';
const other = 'other-token-that-is-long-enough-00';
const operator = 'operator-token-that-is-long-enough';
const environment = { PUBLISH_TOKENS: `shop:${shop},other:${other}`, OPERATOR_TOKEN: operator };

function as(server: TestServer, token: string) {
  return (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    ask(`${server.url}${path}`, method, body, { authorization: `Bearer ${token}`, ...headers });
}

async function inboxOf(server: TestServer, user: string) {
  const { json } = await server.ask(user, 'GET', '/notifications?limit=100');
  return json;
}

async function settled(server: TestServer, id: string, state: string) {
  await until(`the activity to be ${state}`, async () => {
    const { json } = await as(server, operator)('GET', `/activities/${id}`);
    return json.state === state && json.waiting === 0;
  });
}

const shipped = { type: 'order.shipped', title: 'Your order is on its way', url: '/orders/7' };

test('a publisher says one thing, and it reaches those whom it names', async () => {
  const server = await startServer({ environment });
  const answer = await as(server, shop)('POST', '/activities', {
    ...shipped,
    to: ['ann', { user: 'bob', reason: 'assigned' }],
    actor: { id: 'shop', name: 'The shop' },
    data: { order: 7 },
  });

  expect(answer.status).toBe(201);
  expect(answer.json).toEqual({ id: answer.json.id, state: 'done', notified: 2, waiting: 0 });
  expect(answer.headers.get('location')).toBe(`/activities/${answer.json.id}`);
  const { data, counts } = await inboxOf(server, 'ann');
  expect(counts).toEqual({ unread: 1, unseen: 1 });
  expect(data).toEqual([
    {
      id: answer.json.id,
      seq: 1,
      type: 'order.shipped',
      reason: 'direct',
      topic: null,
      actor: { id: 'shop', name: 'The shop' },
      title: 'Your order is on its way',
      body: null,
      url: '/orders/7',
      data: { order: 7 },
      count: 1,
      actors: [{ id: 'shop', name: 'The shop' }],
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      seenAt: null,
      readAt: null,
      archivedAt: null,
    },
  ]);
  expect((await inboxOf(server, 'bob')).data[0].reason).toBe('assigned');
});

test('only publishers publish, and none of them sees what another published', async () => {
  const server = await startServer({ environment });
  const path = '/activities';
  const body = { ...shipped, to: ['ann'] };
  expect((await ask(server.url + path, 'POST', body)).status).toBe(401);
  expect((await as(server, 'x'.repeat(40))('POST', path, body)).status).toBe(401);
  expect((await server.ask('ann', 'POST', path, body)).status).toBe(403);
  expect((await as(server, operator)('POST', path, body)).status).toBe(401);
  expect((await as(server, shop)('GET', '/notifications')).status).toBe(401);

  const { json } = await as(server, shop)('POST', path, { ...body, key: 'order-7' });
  for (const [method, change] of [['GET'], ['PATCH', { title: 'x' }], ['DELETE']] as const) {
    for (const name of [json.id, 'by-key/order-7']) {
      expect((await as(server, other)(method, `${path}/${name}`, change)).status).toBe(404);
    }
  }
  expect((await as(server, other)('GET', `${path}/${json.id}/recipients`)).status).toBe(404);
  expect((await as(server, operator)('GET', `${path}/${json.id}`)).json.state).toBe('done');
});

test('the same key with the same content answers with the first one, with other content 409', async () => {
  const server = await startServer({ environment });
  const publish = as(server, shop);
  const body = { ...shipped, to: ['ann'], key: 'order-7' };
  const first = await publish('POST', '/activities', body);
  const again = await publish('POST', '/activities', body);
  expect([first.status, again.status]).toEqual([201, 200]);
  expect(again.json).toEqual(first.json);
  expect((await publish('POST', '/activities', { ...body, title: 'Other' })).status).toBe(409);
  // Another publisher's key is another key.
  expect((await as(server, other)('POST', '/activities', body)).status).toBe(201);
  expect((await inboxOf(server, 'ann')).data).toHaveLength(2);

  const headers = { 'idempotency-key': 'k' };
  const once = await publish('POST', '/activities', { ...shipped, to: ['ann'] }, headers);
  const twice = await publish('POST', '/activities', { ...shipped, to: ['ann'] }, headers);
  expect([once.status, twice.status, twice.headers.get('idempotent-replayed')]).toEqual([201, 201, 'true']);
  expect(twice.json.id).toBe(once.json.id);
});

test('what is retracted is gone from every inbox, read or not, with the counts', async () => {
  const server = await startServer({ environment });
  const publish = as(server, shop);
  const { json } = await publish('POST', '/activities', {
    ...shipped,
    body: 'canary',
    to: ['ann', 'bob'],
    key: 'k',
  });
  await server.ask('bob', 'POST', `/notifications/${json.id}/read`);

  for (let i = 0; i < 2; i++) expect((await publish('DELETE', '/activities/by-key/k')).status).toBe(204);

  for (const user of ['ann', 'bob']) {
    expect(await inboxOf(server, user)).toMatchObject({ data: [], counts: { unread: 0, unseen: 0 } });
    const { events } = await server.store.log(user, 0, 100);
    expect(JSON.stringify(events)).not.toContain('canary');
    expect(events.map(({ type }) => type).at(-1)).toBe('notification.removed');
  }
  expect((await publish('GET', `/activities/${json.id}`)).json).toMatchObject({
    state: 'retracted',
    notified: 0,
  });
  expect((await publish('PATCH', `/activities/${json.id}`, { title: 'x' })).status).toBe(409);
  // Publishing it again does not bring it back.
  expect(
    (await publish('POST', '/activities', { ...shipped, body: 'canary', to: ['ann', 'bob'], key: 'k' }))
      .status,
  ).toBe(200);
  expect((await inboxOf(server, 'ann')).data).toEqual([]);
});

test('a change shows everywhere, and is told to those who have not read it', async () => {
  const server = await startServer({ environment });
  const publish = as(server, shop);
  const { json } = await publish('POST', '/activities', { ...shipped, to: ['ann', 'bob'] });
  await server.ask('bob', 'POST', `/notifications/${json.id}/read`);
  const before = (await server.store.inbox('bob')).seq;

  const changed = await publish('PATCH', `/activities/${json.id}`, {
    title: 'It has arrived',
    body: 'At last.',
  });

  expect(changed).toMatchObject({ status: 200, json: { state: 'done', notified: 2 } });
  for (const user of ['ann', 'bob']) {
    expect((await inboxOf(server, user)).data[0]).toMatchObject({
      title: 'It has arrived',
      body: 'At last.',
      url: '/orders/7',
    });
  }
  const { events } = await server.store.log('ann', 1, 10);
  expect(events.map(({ type }) => type)).toEqual(['notification.updated']);
  expect((await server.store.inbox('bob')).seq).toBe(before);
  expect((await inboxOf(server, 'ann')).counts).toEqual({ unread: 1, unseen: 1 });
});

test('a scheduled activity waits for its time, an expired one goes, and neither comes when it is retracted', async () => {
  const clock = { now: Date.now() };
  const server = await startServer({ environment, now: () => clock.now });
  const publish = as(server, shop);
  const at = new Date(clock.now + 60_000).toISOString();
  const expiresAt = new Date(clock.now + 120_000).toISOString();
  const { json } = await publish('POST', '/activities', { ...shipped, to: ['ann'], at, expiresAt });
  const never = await publish('POST', '/activities', { ...shipped, to: ['ann'], at });
  expect(json).toMatchObject({ state: 'scheduled', notified: 0, waiting: 1 });
  expect((await publish('DELETE', `/activities/${never.json.id}`)).status).toBe(204);
  expect((await inboxOf(server, 'ann')).data).toEqual([]);

  clock.now += 60_000;
  await settled(server, json.id, 'done');
  expect((await inboxOf(server, 'ann')).data.map(({ id }: { id: string }) => id)).toEqual([json.id]);
  clock.now += 60_000;
  await settled(server, json.id, 'retracted');
  expect(await inboxOf(server, 'ann')).toMatchObject({ data: [], counts: { unread: 0 } });
});

test('watchers of a topic hear of it in steps when they are many, each once, and retraction turns round', async () => {
  const server = await startServer({ environment });
  const publish = as(server, shop);
  const users = Array.from({ length: 700 }, (_, i) => `user-${String(i).padStart(4, '0')}`);
  expect((await publish('PUT', '/topics/team:ops/watches', { users, level: 'all' })).status).toBe(204);

  const { status, json } = await publish('POST', '/activities', {
    ...shipped,
    topics: ['team:ops'],
    to: ['user-0003', 'zoe'],
  });

  expect(status).toBe(201);
  expect(json).toMatchObject({ state: 'running', notified: 2 });
  expect(json.waiting).toBeGreaterThanOrEqual(699);
  await settled(server, json.id, 'done');
  expect((await publish('GET', `/activities/${json.id}`)).json).toMatchObject({ notified: 701, waiting: 0 });
  for (const user of ['user-0000', 'user-0003', 'user-0699', 'zoe']) {
    expect((await server.store.inbox(user)).seq, user).toBe(1);
  }
  expect((await inboxOf(server, 'user-0003')).data[0].reason).toBe('direct');
  expect((await inboxOf(server, 'user-0699')).data[0].reason).toBe('watching');

  await publish('DELETE', `/activities/${json.id}`);
  // The text is gone at once, although the steps are under way.
  for (const user of ['user-0500', 'zoe']) expect((await inboxOf(server, user)).data).toEqual([]);
  await until(
    'everybody to have heard that it is gone',
    async () => (await server.store.inbox('zoe')).seq === 2,
  );
  expect((await server.store.inbox('user-0699')).counts).toEqual({ unread: 0, unseen: 0 });
}, 120_000);

test('activities of one group share a notification while it is unread', async () => {
  const server = await startServer({ environment });
  const publish = as(server, shop);
  await publish('PUT', '/topics/build:web/watches', { users: ['ann'], level: 'all' });
  const build = (id: string, name: string) =>
    publish('POST', '/activities', {
      type: 'build.failed',
      title: `Build of ${name}`,
      topics: ['build:web'],
      group: 'web',
      actor: { id, name },
    });
  const first = await build('bob', 'Bob');
  await server.ask('ann', 'POST', '/notifications/seen', { upTo: `${server.store.epoch}.1` });
  await build('cleo', 'Cleo');
  const third = await build('bob', 'Bob');

  const { data, counts } = await inboxOf(server, 'ann');
  expect(counts).toEqual({ unread: 1, unseen: 1 });
  expect(data).toHaveLength(1);
  expect(data[0]).toMatchObject({
    id: first.json.id,
    count: 3,
    title: 'Build of Bob',
    seq: 4,
    seenAt: null,
    actors: [{ id: 'bob' }, { id: 'cleo' }],
  });

  await publish('DELETE', `/activities/${third.json.id}`);
  expect((await inboxOf(server, 'ann')).data[0]).toMatchObject({ count: 2, title: 'Build of Cleo', seq: 4 });

  await server.ask('ann', 'POST', `/notifications/${first.json.id}/read`);
  await build('dan', 'Dan');
  expect((await inboxOf(server, 'ann')).data.map(({ count }: { count: number }) => count)).toEqual([1, 2]);
});

test('access that is taken away takes back what the person had of the topic, and nothing brings it again', async () => {
  const server = await startServer({ environment });
  const publish = as(server, shop);
  const topics = ['order:7'];
  await publish('PUT', '/topics/order:7/watches', { users: ['ann', 'bob'], level: 'all', because: 'owner' });
  await publish('POST', '/activities', { ...shipped, topics });
  await publish('POST', '/activities', { ...shipped, to: ['ann'] });

  await publish('PUT', '/topics/order:7/watches', { users: ['ann'], level: 'all', because: 'denied' });

  expect((await inboxOf(server, 'ann')).data).toHaveLength(1);
  expect((await inboxOf(server, 'bob')).data).toHaveLength(1);
  const { json } = await publish('POST', '/activities', { ...shipped, topics, to: ['ann'] });
  expect(json.notified).toBe(1);
  const { json: why } = await publish('GET', `/activities/${json.id}/recipients/ann`);
  expect(why).toMatchObject({ user: 'ann', notified: false, rule: 'denied' });
  expect((await server.ask('ann', 'PUT', '/topics/order:7/watch', { level: 'all' })).status).toBe(404);
});

test('a user watches and mutes open topics, and sees nothing of closed ones', async () => {
  const server = await startServer({ environment });
  const publish = as(server, shop);
  expect((await server.ask('ann', 'PUT', '/topics/release/watch', { level: 'all' })).status).toBe(404);
  await publish('PUT', '/topics/release/watches', { users: 'everybody', level: 'all' });
  expect((await server.ask('ann', 'GET', '/topics/release/watch')).json).toEqual({
    topic: 'release',
    level: 'direct',
    because: null,
    since: null,
  });
  const set = await server.ask('ann', 'PUT', '/topics/release/watch', { level: 'all' });
  expect(set.json).toMatchObject({ topic: 'release', level: 'all', because: 'manual' });
  expect((await publish('POST', '/activities', { ...shipped, topics: ['release'] })).json.notified).toBe(1);
  await server.ask('ann', 'PUT', '/topics/release/watch', { level: 'none' });
  // What a person chose is not overwritten by what is inferred.
  await publish('PUT', '/topics/release/watches', { users: ['ann'], level: 'all', because: 'owner' });
  expect(
    (await publish('POST', '/activities', { ...shipped, topics: ['release'], to: ['ann'] })).json.notified,
  ).toBe(0);
  expect((await server.ask('ann', 'GET', '/watches')).json.data).toMatchObject([
    { topic: 'release', level: 'none' },
  ]);
  expect((await server.ask('ann', 'DELETE', '/topics/release/watch')).status).toBe(204);
  expect((await server.ask('ann', 'GET', '/watches')).json.data).toEqual([]);
});

test.each([1, 2, 3, 4])(
  'the watches of a topic, %i a page, come once each, that of everybody last',
  async (limit) => {
    const server = await startServer({ environment });
    const publish = as(server, shop);
    await publish('PUT', '/topics/t/watches', { users: 'everybody', level: 'all' });
    await publish('PUT', '/topics/t/watches', { users: ['ann', 'bob', 'zoe'], level: 'all' });
    const found: string[][] = [];
    for (let cursor: string | null = ''; cursor !== null && found.length < 5;) {
      const { json } = await publish(
        'GET',
        `/topics/t/watches?limit=${limit}${cursor && `&cursor=${cursor}`}`,
      );
      found.push(json.data.map(({ user }: { user: string }) => user));
      cursor = json.nextCursor;
    }
    expect(found.flat()).toEqual(['ann', 'bob', 'zoe', 'everybody']);
    expect(found.every((page) => page.length <= limit)).toBe(true);
  },
);

test('explain says what would happen, and nothing happens', async () => {
  const server = await startServer({ environment });
  const publish = as(server, shop);
  await publish('PUT', '/topics/t/watches', { users: ['ann', 'bob'], level: 'all' });
  await publish('PUT', '/topics/t/watches', { users: ['cleo'], level: 'none', because: 'denied' });
  const activity = { ...shipped, topics: ['t'], to: ['cleo', 'dan'], actor: { id: 'bob', name: 'Bob' } };
  expect((await publish('POST', '/explain', { activity })).json).toEqual({
    notified: 2,
    because: { watching: 1, self: 1, denied: 1, addressed: 1 },
  });
  expect((await publish('POST', '/explain', { activity, user: 'zoe' })).json).toMatchObject({
    user: 'zoe',
    notified: false,
    rule: 'not_watching',
    asOf: 'now',
  });
  const { json } = await publish('POST', '/activities', activity);
  expect(json.notified).toBe(2);
  const list = await publish('GET', `/activities/${json.id}/recipients?limit=3`);
  expect(list.json.data.map((one: { user: string; rule: string }) => [one.user, one.rule])).toEqual([
    ['ann', 'watching'],
    ['bob', 'self'],
    ['cleo', 'denied'],
  ]);
  expect(list.json.nextCursor).toBe('cleo');
  const { json: one } = await publish('GET', `/activities/${json.id}/recipients/dan`);
  expect(one).toMatchObject({ user: 'dan', notified: true, reason: 'direct', rule: 'addressed' });
  expect(one.trace.at(-1)).toEqual({ rule: 'preference', pass: true });
});

test.each([
  ['/type', { type: 'NEW_COMMENT_ON_REPORT' }],
  ['/type', { type: '1st' }],
  ['/title', { title: '' }],
  ['/url', { url: 'javascript:alert(1)' }],
  ['/url', { url: '//evil.example' }],
  ['/to', { to: [] }],
  ['/to/0', { to: ['with space'] }],
  ['/topics', { topics: ['a', 'b', 'c', 'd', 'e', 'f'] }],
  ['/topics', { topics: ['a', 'a'] }],
  ['/data', { data: { x: 'y'.repeat(9000) } }],
  ['/at', { at: '2126-01-01T00:00:00Z' }],
  ['/expiresAt', { expiresAt: '2020-01-01T00:00:00Z' }],
  ['/extra', { extra: 1 }],
] as const)('a wrong %s is refused and named', async (pointer, wrong) => {
  const server = await startServer({ environment });
  const { status, json } = await as(server, shop)('POST', '/activities', {
    ...shipped,
    to: ['ann'],
    ...wrong,
  });
  expect(status).toBe(400);
  expect(json.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
});

test.for([
  ['NUL', '/a\0'],
  ['a lone surrogate', '/a\ud800'],
  ['a control character', '/a\u0001'],
  ['a line break in an absolute one', 'https://shop.example/a\nb'],
  ['a space before it', ' https://shop.example'],
  ['a backslash', 'https:\\\\shop.example'],
  ['no slashes', 'https:shop.example'],
])('a link with %s is refused', async ([, url]) => {
  const server = await startServer({ environment });
  const publish = as(server, shop);
  const refused = await publish('POST', '/activities', { ...shipped, url, to: ['ann'] });
  expect([refused.status, refused.json.errors?.[0].pointer]).toEqual([400, '/url']);
  const bells = `/${'🔔'.repeat(1_999)}`;
  expect((await publish('POST', '/activities', { ...shipped, url: bells, to: ['ann'] })).status).toBe(201);
});
