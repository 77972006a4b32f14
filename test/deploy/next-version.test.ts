import { expect, test } from 'vitest';
import { signToken } from '../../src/http/token.ts';
import { type ServerProcess, spawnServer } from '../support/process.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { ask, secret, temporaryFolder } from '../support/server.ts';
import { makeNextVersion } from './next-version.ts';

const rules = { issuer: undefined, audience: undefined };
const ann = await signToken({ id: 'ann', name: 'Ann' }, 3600, secret, rules);
const bob = await signToken({ id: 'bob', name: 'Bob' }, 3600, secret, rules);

/** Uses everything that a client uses once. @returns the cursor of ann's stream in the end */
async function use({ url }: ServerProcess, path: string, body: string, lastEventId: string): Promise<string> {
  const headers = (token: string) => ({ authorization: `Bearer ${token}` });
  const posted = await ask(`${url}${path}`, 'POST', { body }, { ...headers(bob), 'idempotency-key': body });
  expect(posted.status).toBe(201);
  const stream = openRawStream(url, { token: ann, lastEventId });
  await stream.waitFor('sync');
  const heard = stream.events.filter(({ event }) => event === 'notification');
  expect(heard.map(({ data }) => data.notification.comment.excerpt as string)).toEqual([body]);

  const list = await ask(`${url}/notifications?status=unread`, 'GET', undefined, headers(ann));
  const { id } = list.json.data[0] as { id: string };
  expect((await ask(`${url}/notifications/${id}/read`, 'POST', undefined, headers(ann))).status).toBe(200);
  await stream.waitFor('notification.updated');
  const { json } = await ask(`${url}/notifications/stream/tickets`, 'POST', undefined, headers(ann));
  await openRawStream(url, { query: `?ticket=${String(json.ticket)}` }).waitFor('sync');
  expect((await ask(`${url}/readyz`)).status).toBe(200);
  return stream.events.findLast(({ id: cursor }) => cursor !== undefined)?.id ?? '';
}

test('a version serves what the next one has migrated, and the next one goes on after it', async () => {
  const folder = temporaryFolder();
  const next = makeNextVersion();
  const startNext = () => spawnServer(folder, {}, [process.execPath, next]);
  const stop = async (server: ServerProcess) => {
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(0);
  };
  const headers = { authorization: `Bearer ${ann}` };
  const first = await startNext();
  const report = await ask(`${first.url}/reports`, 'POST', { title: 'Reading list' }, headers);
  const path = `/reports/${String(report.json.id)}/comments`;
  const list = await ask(`${first.url}/notifications`, 'GET', undefined, headers);
  let cursor = await use(first, path, 'on the next version', list.json.streamCursor as string);
  await stop(first);

  const back = await spawnServer(folder);
  cursor = await use(back, path, 'on this one', cursor);
  await stop(back);

  const again = await startNext();
  await use(again, path, 'on the next one again', cursor);
  const all = await ask(`${again.url}/notifications`, 'GET', undefined, headers);
  expect(all.json).toMatchObject({ data: [{}, {}, {}], counts: { unread: 0 } });
  await stop(again);
});
