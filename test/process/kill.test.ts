import { once } from 'node:events';
import { expect, test } from 'vitest';
import { signToken } from '../../src/http/token.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { ask, secret, temporaryFolder } from '../support/server.ts';
import { type ServerProcess, spawnServer } from '../support/process.ts';

const rules = { issuer: undefined, audience: undefined };
const ann = await signToken({ id: 'ann', name: 'Ann' }, 3600, secret, rules);
const bob = await signToken({ id: 'bob', name: 'Bob' }, 3600, secret, rules);

async function post(server: ServerProcess, path: string, token: string, body: unknown, key?: string) {
  const headers = { authorization: `Bearer ${token}`, ...(key !== undefined && { 'idempotency-key': key }) };
  return ask(`${server.url}${path}`, 'POST', body, headers);
}

test('kill -9 during a burst of posts: every 201 is in the log, and a resuming client gets each exactly once', async () => {
  const folder = temporaryFolder();
  const first = await spawnServer(folder);
  const { json: report } = await post(first, '/reports', ann, { title: 'Reading list' });
  const path = `/reports/${report.id}/comments`;
  const before = openRawStream(first.url, { token: ann });
  await before.waitFor('sync');

  // Sixteen writers, until the server is gone.
  const acknowledged: string[] = [];
  const unknown: string[] = [];
  const writers = Array.from({ length: 16 }, async (_, writer) => {
    for (let i = 0; i < 100_000; i++) {
      const body = `${writer}/${i}`;
      try {
        const { status } = await post(first, path, bob, { body }, body);
        expect(status).toBe(201);
        acknowledged.push(body);
        if (acknowledged.length === 400) first.child.kill('SIGKILL');
      } catch {
        unknown.push(body);
        return;
      }
    }
  });
  await Promise.all(writers);
  expect(await first.exited).toBe('SIGKILL');
  await before.waitForEnd();
  expect(unknown).toHaveLength(16);

  // Whoever does not know repeats the request under the same key.
  const second = await spawnServer(folder);
  for (const body of unknown) expect((await post(second, path, bob, { body }, body)).status).toBe(201);

  const heard = before.events.filter(({ event }) => event === 'notification');
  const lastEventId = before.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  const after = openRawStream(second.url, { token: ann, lastEventId });
  const { data } = await after.waitFor('sync');
  heard.push(...after.events.filter(({ event }) => event === 'notification'));

  const bodies = heard.map(({ data }) => data.notification.comment.excerpt as string);
  expect(bodies.toSorted()).toEqual([...acknowledged, ...unknown].toSorted());
  expect(heard.map(({ data }) => data.seq)).toEqual(heard.map((_, i) => i + 1));
  expect(data).toMatchObject({ to: heard.length, counts: { unread: heard.length } });
});

test('a client that comes back after kill -9 and a restart resumes as in walk B', async () => {
  const folder = temporaryFolder();
  const first = await spawnServer(folder);
  const { json: report } = await post(first, '/reports', ann, { title: 'Reading list' });
  for (let i = 1; i <= 44; i++) await post(first, `/reports/${report.id}/comments`, bob, { body: String(i) });
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');

  const second = await spawnServer(folder);
  const list = await ask(`${second.url}/notifications`, 'GET', undefined, { authorization: `Bearer ${ann}` });
  const epoch = (list.json.streamCursor as string).split('.')[0];
  expect(list.json.streamCursor).toBe(`${epoch}.44`);
  const stream = openRawStream(second.url, { token: ann, lastEventId: `${epoch}.41` });
  await post(second, `/reports/${report.id}/comments`, bob, { body: '45' });
  await stream.waitFor('notification', 4);
  const ids = stream.events.filter(({ event }) => event === 'notification').map(({ id }) => id);
  expect(ids).toEqual([42, 43, 44, 45].map((seq) => `${epoch}.${seq}`));
});
