import { expect, test } from 'vitest';
import { addComments, addReport } from '../support/comments.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

test('every tab and device hears everything; one that closes takes no other along', async () => {
  const server = await startServer();
  const report = await addReport(server.store);
  const token = await server.token('ann');
  const first = openRawStream(server.url, { token });
  await first.waitFor('sync');
  const second = openRawStream(server.url, { token });
  await second.waitFor('sync');
  await addComments(server.store, report.id, 1);
  await Promise.all([first.waitFor('notification'), second.waitFor('notification')]);

  first.socket.destroy();
  const isOpen = async () =>
    /^carillon_streams_open 1$/m.test(await (await fetch(`${server.url}/metrics`)).text());
  await until('the first tab to be gone', isOpen);
  await addComments(server.store, report.id, 1);
  expect((await second.waitFor('notification', 2)).data.seq).toBe(2);
});

test('what is done on one device shows on the others, with counts that need no arithmetic', async () => {
  const server = await startServer();
  const report = await addReport(server.store);
  const stream = openRawStream(server.url, { token: await server.token('ann') });
  await stream.waitFor('sync');
  await addComments(server.store, report.id, 4);
  const { id } = (await stream.waitFor('notification')).data.notification;
  await stream.waitFor('notification', 4);
  const { epoch } = server.store;

  const read = await server.ask('ann', 'POST', `/notifications/${id}/read`);
  const updated = await stream.waitFor('notification.updated');
  expect(updated.data).toEqual({ seq: 5, notification: read.json, counts: { unread: 3, unseen: 3 } });

  await server.ask('ann', 'POST', '/notifications/seen', { upTo: `${epoch}.2` });
  const seen = await stream.waitFor('notifications.seen');
  expect(seen.data).toEqual({ seq: 6, upTo: `${epoch}.2`, counts: { unread: 3, unseen: 2 } });

  await server.ask('ann', 'POST', '/notifications/read', { upTo: `${epoch}.3` });
  const many = await stream.waitFor('notifications.read');
  expect(many.data).toEqual({ seq: 7, upTo: `${epoch}.3`, counts: { unread: 1, unseen: 1 } });

  const { json: unread } = await server.ask('ann', 'GET', '/notifications?status=unread');
  const ids = unread.data.map((notification: { id: string }) => notification.id);
  await server.ask('ann', 'POST', '/notifications/read', { ids });
  const listed = await stream.waitFor('notifications.read', 2);
  expect(listed.data).toEqual({ seq: 8, ids, counts: { unread: 0, unseen: 0 } });

  await server.ask('ann', 'POST', `/notifications/${id}/archive`);
  expect((await stream.waitFor('notification.updated', 2)).data.notification.archivedAt).not.toBeNull();
  expect(stream.events.map(({ data }) => data.seq).filter(Number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('a request that changes nothing takes no number and sends no frame', async () => {
  const server = await startServer();
  const report = await addReport(server.store);
  const stream = openRawStream(server.url, { token: await server.token('ann') });
  await stream.waitFor('sync');
  await addComments(server.store, report.id, 1);
  const { data } = await stream.waitFor('notification');
  const path = `/notifications/${data.notification.id}`;
  await server.ask('ann', 'POST', `${path}/unread`);
  await server.ask('ann', 'POST', `${path}/unarchive`);
  await server.ask('ann', 'POST', '/notifications/seen', { upTo: `${server.store.epoch}.0` });
  await server.ask('ann', 'POST', '/notifications/read', { upTo: `${server.store.epoch}.0` });
  await addComments(server.store, report.id, 1);
  expect((await stream.waitFor('notification', 2)).data.seq).toBe(2);
});
