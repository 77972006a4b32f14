import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { backUp } from '../../src/store/sqlite/backup.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { ask, startServer, temporaryFolder, type TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';
import { claims, sign } from './support-keys.ts';

const operator = 'operator-token-that-is-long-enough';
const shop = 'shop-token-that-is-long-enough-000';
const environment = { OPERATOR_TOKEN: operator, PUBLISH_TOKENS: `shop:${shop}` };
// It looks like JSON, a pattern, and an escape; nothing else in the database contains it.
const zoe = 'zoe"%_!\\x';
const names: Record<string, string> = { [zoe]: 'Zoe Zulu', bob: 'Bob', ann: 'Ann', dan: 'Dan' };

interface World {
  readonly server: TestServer;
  readonly folder: string;
  readonly reports: readonly string[];
  /** Who heard of something: their inboxes must stay right. */
  readonly others: readonly string[];
}

/** A server where Zoe has left a trace in every table, and others have heard of her. */
async function makeWorld(): Promise<World> {
  const folder = temporaryFolder();
  const server = await startServer({ folder, environment });
  const as = (user: string) => asUser(server, user);
  const add = async (user: string, path: string, body: object, headers = {}) => {
    const { status, json } = await (await as(user))('POST', path, body, headers);
    expect([path, status]).toEqual([path, 201]);
    return json.id as string;
  };
  const own = await add(
    zoe,
    '/reports',
    { title: 'Of zoe: canary', body: 'canary' },
    { 'idempotency-key': 'k1' },
  );
  const other = await add('ann', '/reports', { title: 'Of ann', body: 'stays' });
  const under = (report: string) => `/reports/${report}/comments`;
  const first = await add(zoe, under(other), { body: 'canary 1', mentions: ['bob', zoe] });
  await add('bob', under(other), { body: 'by bob to her', parentId: first, mentions: [zoe, 'dan'] });
  await add('bob', under(own), { body: 'by bob on hers' });
  const gone = await add(zoe, under(other), { body: 'canary 2' });
  await (
    await as(zoe)
  )('DELETE', `${under(other)}/${gone}`);
  for (let i = 0; i < 30; i++) await add(zoe, under(other), { body: `canary more ${i}`, mentions: ['dan'] });
  await (
    await as('ann')
  )('PUT', '/settings', { blocked: ['eve', zoe, 'mallory'] });
  await (
    await as(zoe)
  )('PUT', '/settings', { inbox: { '*': 'on' }, blocked: ['eve'] });
  await (
    await as(zoe)
  )('POST', '/notifications/stream/tickets');
  const publish = async (draft: object) => {
    const { status } = await ask(`${server.url}/activities`, 'POST', draft, bearer(shop));
    expect(status).toBe(201);
  };
  await publish({ type: 'shop.sent', title: 'alone canary', to: [zoe] });
  await publish({
    type: 'shop.sent',
    title: 'for both',
    to: [zoe, 'bob'],
    actor: { id: zoe, name: 'Zoe Zulu' },
  });
  await publish({
    type: 'shop.later',
    title: 'later canary',
    to: [zoe],
    at: new Date(Date.now() + 1e8).toISOString(),
  });
  return { server, folder, reports: [own, other], others: ['ann', 'bob', 'dan'] };
}

async function asUser(server: TestServer, user: string) {
  const authorization = `Bearer ${await server.token(user, { name: names[user] ?? user })}`;
  return (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    ask(`${server.url}${path}`, method, body, { authorization, ...headers });
}

function bearer(token: string) {
  return { authorization: `Bearer ${token}` };
}

function erase({ url }: TestServer, query = '', user = zoe) {
  return ask(`${url}/users/${encodeURIComponent(user)}${query}`, 'DELETE', undefined, bearer(operator));
}

async function exportOf({ url }: TestServer, user = zoe) {
  const response = await fetch(`${url}/users/${encodeURIComponent(user)}/export`, {
    headers: bearer(operator),
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('application/x-ndjson');
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as { kind: string } & Record<string, unknown>);
}

/** Every row of the database, as `table: values`. */
async function dump(folder: string): Promise<string[]> {
  if (process.env['CARILLON_TEST_DATABASE'] !== 'postgres') return dumpFile(join(folder, 'carillon.db'));
  const { databaseOf, openClient } = await import('../support/postgres.ts');
  const client = await openClient(await databaseOf(folder));
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'carillon'`,
  );
  const rows: string[] = [];
  for (const { name } of tables) {
    const found = await client.query<Record<string, unknown>>(`SELECT * FROM carillon."${name}"`);
    rows.push(...found.rows.map((row) => lineOf(name, row)));
  }
  return rows;
}

function dumpFile(path: string): string[] {
  const database = new Database(path, { readonly: true });
  try {
    const tables = database
      .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
      .all();
    return tables.flatMap(({ name }) =>
      database
        .prepare<[], Record<string, unknown>>(`SELECT * FROM "${name}"`)
        .all()
        .map((row) => lineOf(name, row)),
    );
  } finally {
    database.close();
  }
}

/** The texts of a row, as they are and not as JSON would escape them. */
function lineOf(table: string, row: Record<string, unknown>): string {
  return `${table}: ${Object.values(row).map(String).join(' | ')}`;
}

/** Tables whose rows contain one of these texts. */
function tablesWith(rows: readonly string[], ...texts: readonly string[]): string[] {
  const found = rows.filter((row) => texts.some((text) => row.includes(text)));
  return [...new Set(found.map((row) => row.slice(0, row.indexOf(':'))))].sort();
}

/** The id as it is, and as JSON has it. */
const ids = [zoe, JSON.stringify(zoe).slice(1, -1)];

test('an erased user is nowhere in the database but in the empty inbox and the revocation', async () => {
  const { server, folder } = await makeWorld();
  const before = await dump(folder);
  expect(tablesWith(before, ...ids)).toEqual([
    ...['activities', 'comments', 'idempotency_keys', 'inbox_events', 'inboxes', 'notifications'],
    ...['recipients', 'reports', 'settings', 'tickets', 'watches'],
  ]);
  expect(tablesWith(before, 'Zoe Zulu')).toEqual(['activities', 'comments', 'reports', 'tickets']);
  expect(tablesWith(before, 'canary')).toEqual(['activities', 'comments', 'reports']);
  const { seq } = await server.store.inbox(zoe);
  expect(seq).toBeGreaterThan(2);

  for (let i = 0; i < 2; i++) {
    expect((await erase(server)).status).toBe(204);

    const after = await dump(folder);
    expect(tablesWith(after, ...ids)).toEqual(['inboxes', 'revocations']);
    expect(tablesWith(after, 'Zoe', 'canary')).toEqual([]);
    expect(tablesWith(after, 'by bob to her', 'by bob on hers')).toEqual(['activities', 'comments']);
    expect(tablesWith(after, 'for both')).toEqual(['activities']);
  }

  const inbox = await server.store.inbox(zoe);
  expect(inbox.seq).toBeGreaterThanOrEqual(seq);
  expect(inbox).toEqual({ seq: inbox.seq, floor: inbox.seq, counts: { unread: 0, unseen: 0 } });
  if (process.env['CARILLON_TEST_DATABASE'] === 'postgres') return; // pg_dump reads the same tables.
  const copy = join(folder, 'copy.db');
  backUp(join(folder, 'carillon.db'), copy);
  expect(tablesWith(dumpFile(copy), ...ids)).toEqual(['inboxes', 'revocations']);
  expect(tablesWith(dumpFile(copy), 'Zoe', 'canary')).toEqual([]);
});

test('what an erased user wrote can stay, without a name', async () => {
  const { server, folder, reports } = await makeWorld();
  expect((await erase(server, '?comments=keep')).status).toBe(204);

  const after = await dump(folder);
  expect(tablesWith(after, ...ids)).toEqual(['inboxes', 'revocations']);
  expect(tablesWith(after, 'Zoe')).toEqual([]);
  const [own = '', other = ''] = reports;
  const nobody = { id: 'erased user', name: '–' };
  const report = await server.ask('bob', 'GET', `/reports/${own}`);
  expect(report.json).toMatchObject({ title: 'Of zoe: canary', body: 'canary', owner: nobody });
  const { json } = await server.ask('bob', 'GET', `/reports/${other}/comments`);
  expect(json.data[0]).toMatchObject({ body: 'canary 1', author: nobody, mentions: ['bob'] });
  const list = await server.ask('dan', 'GET', '/notifications?limit=100');
  expect(list.json.data[0]).toMatchObject({ body: 'canary more 29', actor: nobody });

  // Nobody is notified in the place of the author.
  const reply = { body: 'a reply', parentId: json.data[0].id };
  expect((await server.ask('bob', 'POST', `/reports/${other}/comments`, reply)).status).toBe(201);
  expect(tablesWith(await dump(folder), nobody.id)).toEqual(['activities', 'comments', 'reports']);
});

test.each(['erase', 'keep'])('the inboxes of others stay right: %s', async (comments) => {
  const { server, others } = await makeWorld();
  await erase(server, `?comments=${comments}`);
  for (const user of others) {
    const { json } = await server.ask(user, 'GET', '/notifications?limit=100');
    const unread = json.data.filter(({ readAt }: { readAt: string | null }) => readAt === null).length;
    expect([user, json.counts]).toEqual([user, { unread, unseen: unread }]);
    expect(JSON.stringify(json)).not.toContain('Zoe');
    if (comments === 'erase') expect(JSON.stringify(json)).not.toContain('canary');
    const { events, inbox } = await server.store.log(user, 0, 1000);
    expect(JSON.parse(events.at(-1)?.data ?? '{}').counts).toEqual(inbox.counts);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: inbox.seq }, (_, i) => i + 1));
  }
  expect((await server.ask('ann', 'GET', '/settings')).json.blocked).toEqual(['eve', 'mallory']);
});

test('what very many heard of is gone from all their inboxes when the answer comes, also done twice at once', async () => {
  const server = await startServer({ environment });
  const author = { id: zoe, name: 'Zoe Zulu' };
  const report = await server.store.addReport({ id: 'ann', name: 'Ann' }, { title: 'Of ann', body: '' });
  const users = Array.from({ length: 300 }, (_, i) => `reader-${i}`);
  await server.store.setWatches(`report:${report.value.id}`, { users, level: 'all', because: 'manual' });
  for (let i = 0; i < 2; i++) await server.store.addComment(author, report.value.id, { body: 'canary' });
  await until('all to be notified', async () => (await inboxesOf(server, users)).every(isEqualTo(2)));

  const answers = await Promise.all([erase(server), erase(server)]);

  expect(answers.map(({ status }) => status)).toEqual([204, 204]);
  expect((await inboxesOf(server, users)).filter((unread) => unread !== 0)).toEqual([]);
});

function inboxesOf({ store }: TestServer, users: readonly string[]) {
  return Promise.all(users.map(async (user) => (await store.inbox(user)).counts.unread));
}

function isEqualTo(expected: number) {
  return (value: number) => value === expected;
}

test('the streams and tokens of an erased user end, and numbers never go back', async () => {
  const { server, reports } = await makeWorld();
  const token = await server.token(zoe);
  const stream = openRawStream(server.url, { token });
  await stream.waitFor('sync');
  const { seq } = await server.store.inbox(zoe);

  await erase(server);

  await stream.waitForEnd();
  expect(stream.events.at(-1)).toMatchObject({ event: 'goodbye', data: { reason: 'revoked' } });
  expect((await ask(`${server.url}/reports`, 'GET', undefined, bearer(token))).status).toBe(401);
  await server.ask('bob', 'POST', `/reports/${reports[1]}/comments`, { body: 'x', mentions: [zoe] });
  const { events, inbox } = await server.store.log(zoe, 0, 10);
  expect(inbox.seq).toBeGreaterThan(seq);
  expect(inbox.floor).toBe(inbox.seq - 1);
  expect(events.map((event) => event.seq)).toEqual([inbox.seq]);
});

test('nobody can sign in as the person whom others see in the place of an erased user', async () => {
  const server = await startServer({ environment });
  const statusOf = async (sub: string) => {
    const token = await sign(claims({ sub }), { alg: 'HS256' });
    return (await ask(`${server.url}/notifications`, 'GET', undefined, bearer(token))).status;
  };
  expect([await statusOf('erased user'), await statusOf('erased-user')]).toEqual([401, 200]);
});

test('an export has everything that a user wrote and caused, and nothing that others wrote', async () => {
  const { server } = await makeWorld();
  const rows = await exportOf(server);
  const count = (kind: string) => rows.filter((row) => row.kind === kind).length;
  expect([...new Set(rows.map(({ kind }) => kind))].sort()).toEqual([
    ...['activities', 'comments', 'idempotencyKeys', 'inboxEvents', 'inboxes', 'notifications'],
    ...['recipients', 'reports', 'settings', 'tickets', 'watches'],
  ]);
  expect([count('reports'), count('comments'), count('inboxes'), count('settings')]).toEqual([1, 32, 1, 1]);
  const { seq } = await server.store.inbox(zoe);
  expect(count('inboxEvents')).toBe(seq);
  const text = JSON.stringify(rows);
  for (let i = 0; i < 30; i++) expect(text).toContain(`canary more ${i}`);
  for (const own of ['Of zoe', 'canary 1', 'alone canary', 'later canary']) expect(text).toContain(own);
  for (const foreign of ['by bob', 'Bob', 'Of ann', 'mallory']) expect(text).not.toContain(foreign);

  await erase(server);
  expect((await exportOf(server)).map(({ kind }) => kind)).toEqual(['inboxes', 'revocations']);
  expect(await exportOf(server, 'nobody')).toEqual([]);
});

test('the requests are judged like every other', async () => {
  const server = await startServer({ environment });
  expect((await erase(server, '?comments=burn')).status).toBe(400);
  expect((await erase(server, '', 'a b')).status).toBe(400);
  expect((await erase(server, '', 'nobody')).status).toBe(204);
  const got = await ask(`${server.url}/users/ann`, 'GET', undefined, bearer(operator));
  expect([got.status, got.headers.get('allow')]).toEqual([405, 'DELETE, OPTIONS']);
});
