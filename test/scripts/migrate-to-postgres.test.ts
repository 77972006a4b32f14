import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openSqlite } from '../../src/store/sqlite/open-sqlite.ts';
import { addComment, addReport, ann, bob, cleo, startBench } from '../contract/store/bench.ts';
import { openAt } from '../store/postgres/stores.ts';
import { emptyDatabase, openClient, temporaryDatabase } from '../support/postgres.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { environmentFor, startServer, temporaryFolder } from '../support/server.ts';

const run = promisify(execFile);

function move(from: string, to: string) {
  return run(process.execPath, ['scripts/migrate-to-postgres.ts', '--from', `file:${from}`, '--to', to]);
}

/** What the command says when it refuses. */
async function refusalOf(from: string, to: string): Promise<string> {
  const outcome = await move(from, to).catch((error: unknown) => error as { code: number; stderr: string });
  if (!('code' in outcome)) return expect.unreachable('it was copied');
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toMatch(/^[^\n]+\n$/);
  expect(outcome.stderr).not.toContain('carillon:carillon');
  return outcome.stderr;
}

/** A SQLite database with something of everything. */
async function fill(path: string, comments = 1204) {
  const bench = await startBench(async (parts) => ({
    store: openSqlite(path, parts),
    reopen: async (again) => openSqlite(path, again),
  }));
  const { store, clock } = bench;
  const report = await addReport(store, ann, 'Größe — “quoted”, {braces}, back\\slash, NULL, 🐘');
  for (let i = 1; i <= comments; i++) {
    const body = i % 100 === 0 ? 'a,"b"\n{c}\\ \u2028 👩‍👩‍👧 NULL' : `Comment ${i}`;
    const comment = await addComment(store, i % 2 === 0 ? bob : cleo, report, body);
    if (i === 7) await store.addComment(ann, report.id, { body: 'An answer.', parentId: comment.id });
  }
  const { data } = await store.notifications('ann', { status: 'all', limit: 10 });
  await store.act('ann', data[0]?.id ?? '', 'read');
  await store.act('ann', data[1]?.id ?? '', 'archive');
  await store.markSeen('ann', comments / 2);
  await store.revoke('cleo');
  await store.addReport(bob, { title: 'Once', body: '' }, { key: 'k', fingerprint: 'f' });
  const endsAt = clock.now + 30_000;
  await store.addTicket({ hash: 'h', actor: ann, sessionIssuedAt: 5, sessionEndsAt: endsAt, endsAt });
  // The oldest events are gone, as many as one step takes.
  await store.prune(clock.now + 1);
  return { ...bench, report };
}

test('a SQLite installation arrives as it was, and goes on', async () => {
  const path = join(temporaryFolder(), 'carillon.db');
  const before = await fill(path);
  const of = async ({ store }: Pick<typeof before, 'store'>) => ({
    epoch: store.epoch,
    reports: await store.reports({ limit: 100 }),
    comments: await store.comments(before.report.id, { limit: 100 }),
    inbox: await store.inbox('ann'),
    log: await store.log('ann', 0, 10_000),
    all: await store.notifications('ann', { status: 'all', limit: 100 }),
    archived: await store.notifications('ann', { status: 'archived', limit: 100 }),
    revocations: await store.revocations(0),
  });
  const expected = await of(before);
  expect(expected.inbox.floor).toBeGreaterThan(0);
  await before.store.close();

  const url = await emptyDatabase();
  const { stdout } = await move(path, url);
  expect(stdout).toMatch(/ 1205 comments, .* \d+ notifications, .* 2 reports, /);
  expect(stdout).not.toContain('carillon:carillon');

  const after = await startBench(openAt(url));
  after.clock.now = before.clock.now;
  expect(await of(after)).toEqual(expected);
  const again = await after.store.addReport(bob, { title: 'Once', body: '' }, { key: 'k', fingerprint: 'f' });
  expect(again.replayed).toBe(true);
  expect(await after.store.takeTicket('h')).toMatchObject({ actor: ann, sessionIssuedAt: 5 });
  await addComment(after.store, bob, before.report);
  expect(after.told('ann').map(({ seq }) => seq)).toEqual([expected.inbox.seq + 1]);
});

test('clients resume across the move, and need no reset', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'carillon.db');
  const sqlite = await startServer({ environment: { DATABASE_URL: `file:${path}` } });
  const { json: report } = await sqlite.ask('ann', 'POST', '/reports', { title: 'x' });
  const post = (server: typeof sqlite, body: string) =>
    server.ask('bob', 'POST', `/reports/${report.id}/comments`, { body });
  const token = await sqlite.token('ann');
  const first = openRawStream(sqlite.url, { token });
  await first.waitFor('sync');
  await post(sqlite, 'seen');
  const { id: lastEventId = '' } = await first.waitFor('notification');
  first.socket.destroy();
  await post(sqlite, 'missed');

  const url = await emptyDatabase();
  expect(await refusalOf(path, url)).toContain('another Carillon process serves already');
  await sqlite.close();
  await move(path, url);

  const postgres = await startServer({ environment: { DATABASE_URL: url } });
  const second = openRawStream(postgres.url, { token, lastEventId });
  await second.waitFor('sync');
  await post(postgres, 'live');
  await second.waitFor('notification', 2);
  const texts = second.events.map(({ event, data }) =>
    event === 'notification' ? data.notification.comment.excerpt : event,
  );
  expect(texts).toEqual(['missed', 'sync', 'live']);
  expect(second.events.map(({ id }) => id?.split('.')[0])).toEqual(Array(3).fill(lastEventId.split('.')[0]));
});

test('refused is what would overwrite something, and leaves everything as it was', async () => {
  const path = join(temporaryFolder(), 'carillon.db');
  const { store, report } = await fill(path, 20);
  await store.close();
  const url = await temporaryDatabase();
  const target = await startBench(openAt(url));
  expect(await refusalOf(path, url)).toContain('which a Carillon process uses');
  await addReport(target.store, bob, 'Here before');
  await target.store.close();
  expect(await refusalOf(path, url)).toMatch(
    /^--to names .*, which is not empty: it has rows in reports\.$/m,
  );
  const other = await emptyDatabase();
  const client = await openClient(other);
  await client.query('CREATE SCHEMA carillon CREATE TABLE users (id text)');
  expect(await refusalOf(path, other)).toContain('has the tables of another application');
  expect(await refusalOf(`${path}-no`, url)).toContain('where there is no database');

  // What breaks in the middle leaves nothing behind.
  const handle = new Database(path);
  handle.pragma('foreign_keys = OFF');
  handle
    .prepare(`UPDATE comments SET parent_id = 'nobody' WHERE report_id = ? AND parent_id IS NOT NULL`)
    .run(report.id);
  handle.close();
  const empty = await emptyDatabase();
  expect(await refusalOf(path, empty)).toContain('invalid input syntax for type uuid');
  const { rows } = await (await openClient(empty)).query('SELECT FROM reports');
  expect(rows).toEqual([]);
});

test('a run that was killed after its commit is done: the next one compares and says so', async () => {
  const path = join(temporaryFolder(), 'carillon.db');
  const { store } = await fill(path, 20);
  await store.close();
  const url = await emptyDatabase();
  // What a kill right after the commit leaves is what a whole run leaves.
  const first = await move(path, url);
  const second = await move(path, url);
  expect(second.stdout).toContain('had been copied to postgres://');
  expect(second.stdout.replace('had been copied', 'was copied')).toBe(first.stdout);

  await (await openClient(url)).query(`UPDATE comments SET body = 'Another.' WHERE body = 'Comment 3'`);
  expect(await refusalOf(path, url)).toContain(
    'which holds a copy of this SQLite database already, but comments is different now',
  );
});

test('after a restore the epoch is renewed, when no server runs', async () => {
  const url = await temporaryDatabase();
  const { store } = await startBench(openAt(url));
  const before = store.epoch;
  const env = { ...process.env, ...environmentFor(temporaryFolder(), { DATABASE_URL: url }) };
  const restore = (...args: string[]) => run(process.execPath, ['scripts/restore.ts', ...args], { env });
  await expect(restore('--renew-epoch')).rejects.toMatchObject({
    stderr: expect.stringContaining('which a Carillon process uses. Stop all of them first.'),
  });
  await expect(restore('a-file')).rejects.toMatchObject({
    stderr: expect.stringContaining('pg_restore'),
  });
  await expect(run(process.execPath, ['scripts/backup.ts', 'a-file'], { env })).rejects.toMatchObject({
    stderr: expect.stringContaining('pg_dump'),
  });
  await store.close();
  const { stdout } = await restore('--renew-epoch');
  const after = await startBench(openAt(url));
  expect(after.store.epoch).not.toBe(before);
  expect(stdout).toContain(after.store.epoch);
});
