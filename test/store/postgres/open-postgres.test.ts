import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { StartError } from '../../../src/domain/errors.ts';
import { openStore } from '../../../src/store/open.ts';
import { codeOf, notifyAnn, startBench } from '../../contract/store/bench.ts';
import { emptyDatabase, openClient, temporaryDatabase } from '../../support/postgres.ts';
import { spawnMain } from '../../support/process.ts';
import { secret } from '../../support/server.ts';
import { until } from '../../support/wait.ts';
import { openAt } from './stores.ts';

const journal = JSON.parse(readFileSync('migrations/postgres/meta/_journal.json', 'utf8')) as {
  entries: { when: number }[];
};
const future = Date.parse('2100-01-01');

async function open(url: string) {
  return (await startBench(openAt(url))).store;
}

/** What is said when the database at `url` cannot be opened: one line that names it, without the password. */
async function refusalOf(url: string): Promise<string> {
  const parts = { onCommit: () => undefined, onFailure: () => undefined, now: Date.now };
  const outcome: unknown = await openStore({ dialect: 'postgres', url }, parts).catch(
    (error: unknown) => error,
  );
  if (!(outcome instanceof StartError)) return expect.unreachable(`${url} gave ${String(outcome)}`);
  expect(outcome.message).toMatch(/^DATABASE_URL names postgres:\/\/127\.0\.0\.1:\d+\/\w+, .*\.$/);
  expect(outcome.message).not.toContain('\n');
  return outcome.message;
}

describe('opening', () => {
  test('makes the tables, and changes nothing at the second start', async () => {
    const url = await emptyDatabase();
    const store = await open(url);
    await notifyAnn(store, 1);
    await store.close();
    const client = await openClient(url);
    const migrations = async () => (await client.query('SELECT * FROM migrations')).rows;
    const before = await migrations();
    expect(before).toHaveLength(journal.entries.length);
    expect((await (await open(url)).inbox('ann')).seq).toBe(1);
    expect(await migrations()).toEqual(before);
  });

  test('processes that start at once on an empty database make it together, once', async () => {
    const url = await emptyDatabase();
    const environment = { PORT: '0', DATABASE_URL: url, JWT_SECRET: secret, NODE_ENV: 'production' };
    const processes = [1, 2, 3].map(() => spawnMain(environment));
    await Promise.all(
      processes.map(({ output, exited }) => {
        let code: unknown;
        void exited.then((result) => (code = result));
        return until(output, () => output().includes('"listening"') || code !== undefined, 50_000);
      }),
    );
    for (const { output } of processes) expect(output()).toContain('"listening"');
    const client = await openClient(url);
    const { rows } = await client.query('SELECT * FROM migrations');
    expect(rows).toHaveLength(journal.entries.length);
    const { rows: epochs } = await client.query(`SELECT value FROM meta WHERE key = 'epoch'`);
    expect(epochs).toHaveLength(1);
  });

  test('many at once in one process agree on the epoch', async () => {
    const url = await emptyDatabase();
    const stores = await Promise.all([1, 2, 3, 4, 5, 6].map(() => open(url)));
    expect(new Set(stores.map(({ epoch }) => epoch)).size).toBe(1);
  });

  test('a database that a newer version migrated is opened: its processes run beside ours for a while', async () => {
    const url = await temporaryDatabase();
    const client = await openClient(url);
    await (await open(url)).close();
    await client.query(`INSERT INTO migrations (hash, created_at) VALUES ('of the future', $1)`, [future]);
    // What a migration may do that the version before lives with.
    await client.query(`ALTER TABLE comments ADD COLUMN mood text NOT NULL DEFAULT 'calm'`);
    await client.query(`ALTER TABLE inboxes ADD COLUMN muted_until bigint`);
    await client.query(`CREATE TABLE moods (mood text PRIMARY KEY)`);
    const store = await open(url);
    await notifyAnn(store, 2);
    expect((await store.inbox('ann')).seq).toBe(2);
    const { rows } = await client.query('SELECT mood FROM comments');
    expect(rows).toEqual([{ mood: 'calm' }, { mood: 'calm' }]);
  });

  test('a commit is on the disk before it is told, whatever the database was made for', async () => {
    const url = await temporaryDatabase();
    const client = await openClient(url);
    await client.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off`);
    await client.query(`CREATE TABLE seen (setting text);
      CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
      CREATE TRIGGER look AFTER INSERT ON reports EXECUTE FUNCTION look()`);
    await notifyAnn(await open(url), 1);
    expect((await client.query('SELECT * FROM seen')).rows).toEqual([{ setting: 'on' }]);
  });
});

describe('refused is, in one line without the password,', () => {
  test('a database that a newer version made which this one cannot live with', async () => {
    const url = await temporaryDatabase();
    const client = await openClient(url);
    await (await open(url)).close();
    await client.query(`UPDATE meta SET value = $1 WHERE key = 'needs'`, [future]);
    expect(await refusalOf(url)).toContain('made by a newer version of Carillon');
    await client.query(`UPDATE meta SET value = $1 WHERE key = 'needs'`, [journal.entries.at(-1)?.when]);
    await (await open(url)).probe();
  });

  test('a database whose schema carillon is that of another application, which stays as it is', async () => {
    const url = await emptyDatabase();
    const client = await openClient(url);
    await client.query('CREATE SCHEMA carillon CREATE TABLE comments (id serial PRIMARY KEY)');
    expect(await refusalOf(url)).toContain('which has the tables of another application');
    const { rows } = await client.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'carillon'`);
    expect(rows).toEqual([{ tablename: 'comments' }]);
  });

  test('a database that is not there', async () => {
    const url = `${await temporaryDatabase()}_no`;
    expect(await refusalOf(url)).toMatch(/cannot be used: database "\w+_no" does not exist \(3D000\)/);
  });

  test('a wrong password', async () => {
    const url = new URL(await temporaryDatabase());
    url.password = 'hunter2';
    const line = await refusalOf(url.href);
    expect(line).toMatch(/cannot be used: password authentication failed .*\(28P01\)/);
    expect(line).not.toContain('hunter2');
  });

  test('a server that is not there', async () => {
    expect(await refusalOf('postgres://carillon:hunter2@127.0.0.1:1/carillon')).toContain(
      'where PostgreSQL does not answer: connect ECONNREFUSED 127.0.0.1:1',
    );
  });
});

test('a database that is replaced by one of another epoch stops the process', async () => {
  const url = await temporaryDatabase();
  const { store, failures } = await startBench(openAt(url));
  const client = await openClient(url);
  await client.query(`UPDATE meta SET value = 'zzzzzzzz' WHERE key = 'epoch'`);
  await store.probe(); // Nobody can tell as long as the connection holds.
  await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`);
  const write = () => codeOf(store.addReport({ id: 'ann', name: 'Ann' }, { title: 'x', body: '' }));
  // The first may be the one that finds its connection cut; the next connects again and sees whose database it is.
  expect(await write()).toBe('unavailable');
  expect(await write()).toBe('unavailable');
  expect(failures).toHaveLength(1);
  expect(String(failures[0])).toContain('replaced by one of another epoch');
});
