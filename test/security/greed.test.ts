import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { pino } from 'pino';
import type { Response } from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { Connections } from '../../src/http/connections.ts';
import { maxWaiting } from '../../src/http/pipeline.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { beginStream } from '../../src/http/stream-response.ts';
import { exchange } from '../http/support-raw.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

/** Lists of reports take until `finish` is called. */
function holdLists({ store }: TestServer) {
  const open: (() => void)[] = [];
  let most = 0;
  let begun = 0;
  const reports = store.reports.bind(store);
  store.reports = async (page) => {
    begun++;
    await new Promise<void>((resolve) => {
      open.push(resolve);
      most = Math.max(most, open.length);
    });
    return reports(page);
  };
  return {
    get most() {
      return most;
    },
    get begun() {
      return begun;
    },
    get running() {
      return open.length;
    },
    finish: () => open.splice(0).forEach((resolve) => resolve()),
  };
}

function open(url: string) {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let text = '';
  let closed = false;
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
  socket.on('error', () => (closed = true)).on('close', () => (closed = true));
  return {
    socket,
    get answers() {
      return text.match(/HTTP\/1\.1 200 /g)?.length ?? 0;
    },
    get closed() {
      return closed;
    },
  };
}

async function listRequest(server: TestServer, user: string): Promise<string> {
  return `GET /reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await server.token(user)}\r\n\r\n`;
}

test('two hundred lists in one piece are made one after the other, and all are answered', async () => {
  const server = await startServer();
  const lists = holdLists(server);
  const client = open(server.url);
  client.socket.write((await listRequest(server, 'ann')).repeat(200));
  await until('all answers', () => {
    lists.finish();
    return client.answers === 200;
  });
  expect([lists.most, lists.begun]).toEqual([1, 200]);
});

test('who asks on a hundred connections at once has four lists made at once, and nobody else waits for that', async () => {
  const server = await startServer();
  const lists = holdLists(server);
  const request = await listRequest(server, 'ann');
  const clients = Array.from({ length: 100 }, () => open(server.url));
  for (const { socket } of clients) socket.write(request);
  await until('the first four', () => lists.running === 4);

  const bob = open(server.url);
  bob.socket.write(await listRequest(server, 'bob'));
  await until("bob's as well", () => lists.running === 5);
  expect((await server.ask('ann', 'POST', '/reports', { title: 'x' })).status).toBe(201);
  expect(lists.begun).toBe(5);

  // Those who do not want to wait any longer are forgotten.
  for (const { socket } of clients.slice(50)) socket.destroy();
  await until('the other answers', () => {
    lists.finish();
    return clients.slice(0, 50).every(({ answers }) => answers === 1);
  });
  expect(lists.most).toBe(5);
  // And the places are all free again.
  const again = Array.from({ length: 4 }, () => open(server.url));
  for (const { socket } of again) socket.write(request);
  await until('four again', () => lists.running === 4);
  lists.finish();
});

/** A server without Carillon's app. @returns where it is */
async function listen(
  listener: RequestListener,
  connections = new Connections(),
): Promise<{ server: Server; url: string }> {
  const server = createHttpServer(listener, connections, pino({ level: 'silent' }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('a connection on which requests wait is not read', async () => {
  let finish = (): void => undefined;
  const { server, url } = await listen((req, res) => {
    if (req.url === '/slow') finish = () => res.end();
    else res.end();
  });
  const bytesRead = once(server, 'connection').then(
    ([socket]: Socket[]) =>
      () =>
        socket?.bytesRead ?? 0,
  );
  const greedy = open(url);
  const request = 'GET /quick HTTP/1.1\r\nHost: x\r\n\r\n';
  greedy.socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
  for (let i = 0; i < 100; i++) greedy.socket.write(request.repeat(250));
  // Others are answered meanwhile, a hundred times; the greedy one has asked 25,000 times.
  for (let i = 0; i < 100; i++) expect((await fetch(url)).status).toBe(200);
  expect((await bytesRead)()).toBeLessThanOrEqual(2 * 64 * 1024);
  finish();
  await until('the end of the connection', () => greedy.closed);
  expect(greedy.answers).toBe(1 + maxWaiting);
});

test('a connection with too many requests ends after the last that is answered', async () => {
  const { url } = await listen((_req, res) => res.end());
  const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
  const answers = await exchange(url, request.repeat(1 + maxWaiting + 10));
  const heads = answers.split('\r\n\r\n').slice(0, -1);
  expect(heads).toHaveLength(1 + maxWaiting);
  expect(heads.findIndex((head) => /^connection: close$/im.test(head))).toBe(maxWaiting);
});

test('a connection that was full, and was answered, is read again', async () => {
  const { url } = await listen((_req, res) => res.end());
  const client = open(url);
  const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
  for (let i = 1; i <= 5; i++) {
    client.socket.write(request.repeat(200));
    await until(`${i * 200} answers`, () => client.answers === i * 200);
  }
});

test('others have their turn between the requests of one connection', async () => {
  const order: string[] = [];
  const { url } = await listen((req, res) => {
    order.push(req.url ?? '');
    res.end();
  });
  const [greedy, other] = [open(url), open(url)];
  await until(
    'both connections',
    () => greedy.socket.readyState === 'open' && other.socket.readyState === 'open',
  );
  greedy.socket.write('GET /greedy HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(200));
  other.socket.write('GET /other HTTP/1.1\r\nHost: x\r\n\r\n');
  await until('all answers', () => greedy.answers === 200 && other.answers === 1);
  expect(order.indexOf('/other')).toBeLessThan(100);
});

test('an answer that its client does not read is not kept for ever', async () => {
  const answer = Buffer.alloc(32 * 1024 * 1024); // More than the kernel takes.
  const { server, url } = await listen((_req, res) => res.end(answer));
  expect(server.timeout).toBe(60_000);
  server.timeout = 300; // Nobody wants to wait for the real one.
  const connections = () =>
    new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  const client = open(url);
  client.socket.pause();
  client.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await until('the request', async () => (await connections()) === 1);
  await until('no connection', async () => (await connections()) === 0);
});

test('a stream may be silent for longer than that', async () => {
  const connections = new Connections();
  const { server, url } = await listen((_req, res) => {
    // It takes of Express no more than what is Node's own.
    beginStream(res as Response, connections);
  }, connections);
  server.timeout = 100;
  const client = open(url);
  client.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await until('the head', () => client.answers === 1);
  // Long enough for a request that says nothing to be cut, three times.
  for (let i = 0; i < 3; i++) {
    const idle = open(url);
    await until('the end of an idle one', () => idle.closed);
  }
  expect(client.closed).toBe(false);
});

test('requests behind a stream on its connection do not pile up', async () => {
  const server = await startServer();
  const stream = open(server.url);
  const authorization = `Authorization: Bearer ${await server.token('ann')}`;
  const request = `GET /notifications/stream HTTP/1.1\r\nHost: x\r\n${authorization}\r\n\r\n`;
  stream.socket.write(request);
  await until('the head', () => stream.answers === 1);
  stream.socket.write(request.repeat(100));
  await until('its end', () => stream.closed);
  expect(stream.answers).toBe(1);
});

test('reads and writes are held to the same user, whatever credential they come with', async () => {
  const server = await startServer({ environment: { WRITES_PER_MINUTE: '3' } });
  const token = await server.token('ann');
  const cookie = { cookie: `carillon_session=${token}`, 'sec-fetch-site': 'same-origin' };
  const another = await server.token('ann', { name: 'Another name', ttlSeconds: 300 });
  const post = (headers: Record<string, string>) =>
    fetch(`${server.url}/session`, { method: 'POST', headers }).then(({ status }) => status);
  const spoofed = { 'x-forwarded-for': '192.0.2.7', 'x-real-ip': '192.0.2.8', forwarded: 'for=192.0.2.9' };
  expect(await post({ authorization: `Bearer ${token}` })).toBe(204);
  expect(await post({ authorization: `Bearer ${another}` })).toBe(204);
  expect(await post(cookie)).toBe(401); // A write as well, though none that does anything.
  for (const headers of [
    { authorization: `Bearer ${token}`, ...spoofed },
    { authorization: `bearer ${another}` },
    cookie,
  ]) {
    expect(await post(headers)).toBe(429);
  }
});
