import { expect, test } from 'vitest';
import { openRawStream } from '../support/raw-stream.ts';
import { type Answer, startServer, type TestServer } from '../support/server.ts';

/** What differs between any two runs: ids, epochs, and times. */
function withoutNames(text: string): string {
  const names = new Map<string, string>();
  return text
    .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"a time"')
    .replaceAll(
      /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-z]{8}(?=\.\d)/g,
      (id) => {
        const name = names.get(id) ?? `name ${names.size + 1}`;
        names.set(id, name);
        return name;
      },
    );
}

/** All that ann sees, as text, when she writes to bob, who does `deed` first. */
async function whatAnnSees(deed: (server: TestServer, report: string) => Promise<unknown>): Promise<string> {
  const server = await startServer();
  const seen: unknown[] = [];
  const asAnn = async (method: string, path: string, body?: object) => {
    const { status, json } = await server.ask('ann', method, path, body);
    seen.push({ method, path, status, json });
    return json;
  };
  const { id: bobs } = (await server.ask('bob', 'POST', '/reports', { title: 'Reading list' })).json;
  await server.ask('bob', 'POST', `/reports/${bobs}/comments`, { body: 'Mine.' });
  await deed(server, bobs);

  const stream = openRawStream(server.url, { token: await server.token('ann') });
  await stream.waitFor('sync');
  const { id } = await asAnn('POST', `/reports/${bobs}/comments`, { body: 'Hello', mentions: ['bob'] });
  const path = `/reports/${bobs}/comments/${id}`;
  await asAnn('PATCH', path, { body: 'Hello again', mentions: [] });
  await asAnn('PATCH', path, { body: 'Hello again', mentions: ['bob'] });
  await asAnn('GET', `/reports/${bobs}/comments`);
  await asAnn('GET', `/topics/report:${bobs}/watch`);
  await asAnn('GET', '/watches');
  await asAnn('GET', '/settings');
  await asAnn('GET', '/notifications');
  await asAnn('DELETE', path);
  const { id: anns } = await asAnn('POST', '/reports', { title: 'My own' });
  await server.ask('bob', 'POST', `/reports/${anns}/comments`, { body: 'Good.' });
  await asAnn('GET', '/notifications');
  await stream.waitFor('notification');
  return withoutNames(JSON.stringify({ seen, frames: stream.events }, null, 1));
}

function write(server: TestServer, report: string, body: string) {
  return server.ask('ann', 'POST', `/reports/${report}/comments`, { body, mentions: ['bob'] });
}

/** What bob may do so that ann does not reach him. */
const deeds: Record<string, (server: TestServer, report: string) => Promise<Answer>> = {
  'blocks ann': (server) => server.ask('bob', 'PUT', '/settings', { blocked: ['ann'] }),
  'mutes the report': (server, report) =>
    server.ask('bob', 'PUT', `/topics/report:${report}/watch`, { level: 'none' }),
  'turns mentions off': (server) =>
    server.ask('bob', 'PUT', '/settings', { inbox: { 'NEW_COMMENT_ON_REPORT/mention': 'off' } }),
};

test.each(Object.entries(deeds))('an author sees the same when bob %s', async (_, deed) => {
  let didReach: boolean | undefined;
  const withDeed = await whatAnnSees(async (server, report) => {
    await write(server, report, 'Before');
    const before = (await server.ask('bob', 'GET', '/notifications/counts')).json;
    expect((await deed(server, report)).status).toBe(200);
    await write(server, report, 'After');
    const after = (await server.ask('bob', 'GET', '/notifications/counts')).json;
    didReach = after.unread > before.unread;
  });
  expect(didReach).toBe(false);
  expect(withDeed).toBe(
    await whatAnnSees(async (server, report) => {
      await write(server, report, 'Before');
      await write(server, report, 'After');
    }),
  );
});
