import { expect, test } from 'vitest';
import { openRawStream } from '../support/raw-stream.ts';
import { startServer } from '../support/server.ts';

test('ann hears of a comment on her report at once', async () => {
  const server = await startServer();
  const report = await server.ask('ann', 'POST', '/reports', { title: 'Reading list' });
  const stream = openRawStream(server.url, { token: await server.token('ann') });
  await stream.waitFor('sync');

  await server.ask('bob', 'POST', `/reports/${report.json.id}/comments`, { body: 'Loved chapter two.' });

  const { data } = await stream.waitFor('notification');
  expect(data.notification.comment.excerpt).toBe('Loved chapter two.');
  expect(data.counts).toEqual({ unread: 1, unseen: 1 });
});
