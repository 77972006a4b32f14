import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { addComments, addReport } from '../support/comments.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

test('ann hears of a comment on her report at once, byte by byte as the contract has it', async () => {
  const server = await startServer();
  const report = await server.ask('ann', 'POST', '/reports', { title: 'Reading list' });
  const stream = openRawStream(server.url, { token: await server.token('ann') });
  await stream.waitFor('sync');

  const { json: comment } = await server.ask('bob', 'POST', `/reports/${report.json.id}/comments`, {
    body: 'Loved chapter two.',
  });
  await stream.waitFor('notification');

  const { epoch } = server.store;
  const { json: list } = await server.ask('ann', 'GET', '/notifications');
  const [, body = ''] = stream.text.split('\r\n\r\n');
  const data = JSON.stringify({ seq: 1, notification: list.data[0], counts: { unread: 1, unseen: 1 } });
  expect(body.replace(/^retry: \d+/, 'retry: N').replace(/event: ping\n.*\n\n/g, '')).toBe(
    `retry: N\n: carillon\n\n` +
      `id: ${epoch}.0\nevent: sync\ndata: {"from":0,"to":0,"missed":0,"counts":{"unread":0,"unseen":0}}\n\n` +
      `id: ${epoch}.1\nevent: notification\ndata: ${data}\n\n`,
  );
  expect(list.data[0]).toMatchObject({
    type: 'NEW_COMMENT_ON_REPORT',
    reason: 'owner',
    actor: { id: 'bob', name: 'bob' },
    report: { id: report.json.id, title: 'Reading list' },
    comment: { id: comment.id, excerpt: 'Loved chapter two.' },
    createdAt: comment.createdAt,
    seenAt: null,
    readAt: null,
    archivedAt: null,
  });
});

test('the head forbids caching, transforming, and buffering, and announces neither length nor chunks', async () => {
  const server = await startServer();
  const stream = openRawStream(server.url, { token: await server.token('ann') });
  await stream.waitFor('sync');

  const head = stream.head.toLowerCase().split('\r\n');
  expect(head[0]).toBe('http/1.1 200 ok');
  expect(head).toContain('content-type: text/event-stream');
  expect(head).toContain('cache-control: no-cache, no-store, no-transform');
  expect(head).toContain('x-accel-buffering: no');
  expect(head).toContain('connection: close');
  expect(head.filter((line) => /^(content-length|transfer-encoding):/.test(line))).toEqual([]);
});

test('a stream that has nothing to say yet says its head and a retry of its own at once', async () => {
  const server = await startServer();
  const token = await server.token('ann');
  const streams = Array.from({ length: 10 }, () => openRawStream(server.url, { token }));
  await Promise.all(streams.map((stream) => stream.waitFor('sync')));

  const retries = streams.map(({ retries: [retry] }) => retry ?? 0);
  expect(Math.min(...retries)).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...retries)).toBeLessThanOrEqual(5_000);
  expect(new Set(retries).size).toBeGreaterThan(5);
});

test('HEAD answers with the headers of a stream and opens none', async () => {
  const server = await startServer();
  const stream = openRawStream(server.url, {
    token: await server.token('ann'),
    method: 'HEAD',
    headers: ['Connection: close'],
  });
  await stream.waitForEnd();

  expect(stream.head).toContain('HTTP/1.1 200 OK');
  expect(stream.head.toLowerCase()).toContain('content-type: text/event-stream');
  expect(stream.text.split('\r\n\r\n')[1]).toBe('');
  const metrics = await fetch(`${server.url}/metrics`).then((response) => response.text());
  expect(metrics).toMatch(/^carillon_stream_opens_total 0$/m);
});

test('no comment tells its own author', async () => {
  const server = await startServer();
  const report = await addReport(server.store);
  const stream = openRawStream(server.url, { token: await server.token('ann') });
  await stream.waitFor('sync');
  await server.ask('ann', 'POST', `/reports/${report.id}/comments`, { body: 'my own' });
  await addComments(server.store, report.id, 1);

  const { data } = await stream.waitFor('notification');
  expect(data.seq).toBe(1);
  expect(data.notification.comment.excerpt).toBe('1');
});

test('a second request on the connection of a stream ends it, without an answer between its frames', async () => {
  const server = await startServer();
  const token = await server.token('ann');
  const { host } = new URL(server.url);
  for (const path of ['/healthz', '/notifications/stream']) {
    const stream = openRawStream(server.url, { token });
    await stream.waitFor('sync');
    stream.socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    await stream.waitForEnd();
    expect(stream.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  }
});

test.each(['early', 'late'])('nobody is told to continue in the middle of a stream (%s)', async (when) => {
  const server = await startServer();
  const token = await server.token('ann');
  const { host } = new URL(server.url);
  const post = `POST /reports HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 9\r\nExpect: 100-continue`;
  const headers = when === 'early' ? [`X-Padding: 1\r\n\r\n${post}`] : [];
  const stream = openRawStream(server.url, { token, headers });
  if (when === 'late') {
    await stream.waitFor('sync');
    stream.socket.write(`${post}\r\n\r\n`);
  }
  await stream.waitForEnd();
  expect(stream.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test('a stream behind which a request has come already ends at once, and that request is not answered', async () => {
  const server = await startServer();
  const token = await server.token('ann');
  const { host } = new URL(server.url);
  const ask = `GET /notifications/stream HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n`;
  const first = openRawStream(server.url, { token, headers: [`X-Padding: 1\r\n\r\n${ask.trimEnd()}`] });
  await first.waitForEnd();
  expect(first.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  const metrics = await fetch(`${server.url}/metrics`).then((response) => response.text());
  expect(metrics).toMatch(/^carillon_streams_open 0$/m);
  expect(metrics).toMatch(/^carillon_stream_opens_total 1$/m);
});

test('who is gone before the stream begins keeps no place', async () => {
  const server = await startServer();
  const { hostname, port } = new URL(server.url);
  const metrics = () => fetch(`${server.url}/metrics`).then((response) => response.text());
  for (let i = 0; i < 10; i++) {
    const { json } = await server.ask('ann', 'POST', '/notifications/stream/tickets');
    const { ticket } = json as { ticket: string };
    const socket = connect(Number(port), hostname);
    socket.write(`GET /notifications/stream?ticket=${ticket} HTTP/1.1\r\nHost: x\r\n\r\n`, () =>
      socket.resetAndDestroy(),
    );
    await once(socket, 'close');
  }
  // What came before on the server has been dealt with when this one is live.
  const last = openRawStream(server.url, { token: await server.token('ann') });
  await last.waitFor('sync');
  last.socket.destroy();
  await until('no stream', async () => /^carillon_streams_open 0$/m.test(await metrics()));
});
