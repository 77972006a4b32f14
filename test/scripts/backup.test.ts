import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { signToken } from '../../src/http/token.ts';
import { spawnServer } from '../support/process.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { ask, environmentFor, secret, temporaryFolder } from '../support/server.ts';

const run = promisify(execFile);
const rules = { issuer: undefined, audience: undefined };
const ann = { authorization: `Bearer ${await signToken({ id: 'ann', name: 'Ann' }, 3600, secret, rules)}` };
const bob = { authorization: `Bearer ${await signToken({ id: 'bob', name: 'Bob' }, 3600, secret, rules)}` };

function command(name: 'backup' | 'restore', folder: string, file: string) {
  const env = { ...process.env, ...environmentFor(folder) };
  return run(process.execPath, [`scripts/${name}.ts`, file], { env });
}

test('a copy made under load holds what was acknowledged before, and can be put in place', async () => {
  const folder = temporaryFolder();
  const server = await spawnServer(folder, { LOG_LEVEL: 'info' });
  const { json: report } = await ask(`${server.url}/reports`, 'POST', { title: 'Reading list' }, ann);
  const post = (body: string) => ask(`${server.url}/reports/${report.id}/comments`, 'POST', { body }, bob);
  for (let i = 0; i < 200; i++) await post(`before ${i}`);

  let isCopied = false;
  const load = Array.from({ length: 8 }, async (_, writer) => {
    for (let i = 0; !isCopied && i < 100_000; i++)
      expect((await post(`during ${writer}/${i}`)).status).toBe(201);
  });
  const copy = join(folder, 'copy.db');
  await command('backup', folder, copy);
  isCopied = true;
  await Promise.all(load);
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  expect(existsSync(`${copy}.part`)).toBe(false);

  // Whoever follows the stream has seen more than the copy holds.
  const before = openRawStream(server.url, { token: ann.authorization.slice(7) });
  const { id: lastEventId = '' } = await before.waitFor('sync');
  await expect(command('restore', folder, copy)).rejects.toMatchObject({
    stderr: expect.stringContaining('another Carillon process serves already'),
  });
  server.child.kill('SIGKILL');
  await server.exited;
  await command('restore', folder, copy);

  const restored = await spawnServer(folder);
  const { json: list } = await ask(`${restored.url}/notifications?limit=1`, 'GET', undefined, ann);
  expect(list.streamCursor.split('.')[0]).not.toBe(lastEventId.split('.')[0]);
  expect(list.counts.unread).toBeGreaterThanOrEqual(200);
  const after = openRawStream(restored.url, { token: ann.authorization.slice(7), lastEventId });
  expect((await after.waitFor('reset')).data).toMatchObject({ reason: 'unknown', counts: list.counts });
  await ask(`${restored.url}/reports/${report.id}/comments`, 'POST', { body: 'after' }, bob);
  expect((await after.waitFor('notification')).data.notification.comment.excerpt).toBe('after');
});

test('what was there before is kept, with what its write-ahead log held', async () => {
  const folder = temporaryFolder();
  const first = await spawnServer(folder);
  const copy = join(folder, 'copy.db');
  await command('backup', folder, copy);
  await ask(`${first.url}/reports`, 'POST', { title: 'later' }, ann);
  first.child.kill('SIGKILL');
  await first.exited;

  const { stdout } = await command('restore', folder, copy);
  const [, kept = ''] = /kept as (.*)\.\n$/.exec(stdout) ?? [];
  const database = new Database(kept, { readonly: true });
  expect(database.prepare('SELECT title FROM reports').pluck().all()).toContain('later');
  database.close();
  const restored = new Database(join(folder, 'carillon.db'), { readonly: true });
  expect(restored.prepare('SELECT title FROM reports').pluck().all()).not.toContain('later');
  restored.close();
});

test('what is no whole copy of this version is refused in one line, and nothing changes', async () => {
  const folder = temporaryFolder();
  const server = await spawnServer(folder);
  const { json: report } = await ask(`${server.url}/reports`, 'POST', { title: 'Reading list' }, ann);
  const path = `/reports/${report.id}/comments`;
  for (let i = 0; i < 50; i++) await ask(server.url + path, 'POST', { body: 'x'.repeat(5000) }, bob);
  const copy = join(folder, 'copy.db');
  await command('backup', folder, copy);
  await expect(command('backup', folder, copy)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^.*exists already.*\n$/),
  });
  server.child.kill('SIGTERM');
  await server.exited;

  const cutShort = join(folder, 'cut-short.db');
  copyFileSync(copy, cutShort);
  truncateSync(cutShort, Math.floor(statSync(copy).size / 2));
  const newer = join(folder, 'newer.db');
  copyFileSync(copy, newer);
  const database = new Database(newer);
  database.exec(`INSERT INTO meta (key, value) VALUES ('needs', '9999999999999')`);
  database.close();
  const noDatabase = join(folder, 'no-database.db');
  writeFileSync(noDatabase, 'A text. '.repeat(1000));
  const foreign = join(folder, 'foreign.db');
  new Database(foreign).exec('CREATE TABLE things (id)').close();

  for (const [file, why] of [
    [cutShort, 'is damaged'],
    [newer, 'newer version'],
    [noDatabase, 'is damaged or not a copy'],
    [foreign, 'not a database of Carillon'],
    [join(folder, 'none.db'), 'There is no file'],
  ] as const) {
    const refused = expect.stringMatching(new RegExp(`^[^\\n]*${why}[^\\n]*\\n$`));
    await expect(command('restore', folder, file)).rejects.toMatchObject({ code: 1, stderr: refused });
  }
  const again = await spawnServer(folder);
  const { json: list } = await ask(`${again.url}/notifications?limit=1`, 'GET', undefined, ann);
  expect(list.counts).toEqual({ unread: 50, unseen: 50 });
});
