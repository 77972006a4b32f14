import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { pino } from 'pino';
import { Connections } from '../../src/http/connections.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { startServer } from '../support/server.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { until } from '../support/wait.ts';
import { exchange, rawAnswer } from './support-raw.ts';

const host = 'Host: x\r\nConnection: close\r\n';

test.each([
  ['garbage', 'hello\r\n\r\n', 400],
  ['a TLS greeting', '\x16\x03\x01\x02\0\x01\0\x01\xfc', 400],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['a method that nobody knows', `BREW /healthz HTTP/1.1\r\n${host}\r\n`, 400],
  ['a version that nobody knows', `GET /healthz HTTP/4.2\r\n${host}\r\n`, 400],
  ['a target that is no path', `GET healthz HTTP/1.1\r\n${host}\r\n`, 400],
  ['a NUL in a header', `GET /healthz HTTP/1.1\r\n${host}X: a\0b\r\n\r\n`, 400],
  ['a header without a name', `GET /healthz HTTP/1.1\r\n${host}: x\r\n\r\n`, 400],
  ['a space before the colon', `GET /healthz HTTP/1.1\r\n${host}X : y\r\n\r\n`, 400],
  ['a header without its line feed', `GET /healthz HTTP/1.1\r\n${host}X: a\rY: b\r\n\r\n`, 400],
  ['a missing Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ['a length that is no number', `POST /session HTTP/1.1\r\n${host}Content-Length: x\r\n\r\n`, 400],
  ['two lengths', `POST /session HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
  ['an unknown transfer encoding', `POST /session HTTP/1.1\r\n${host}Transfer-Encoding: foo\r\n\r\n`, 400],
  [
    'a length beside chunks',
    `POST /session HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    'chunks that are not the last coding',
    `POST /session HTTP/1.1\r\n${host}Transfer-Encoding: chunked, gzip\r\n\r\n`,
    400,
  ],
  ['headers beyond 16 KiB', `GET /healthz HTTP/1.1\r\n${host}X: ${'x'.repeat(16_384)}\r\n\r\n`, 431],
  [
    'many headers beyond 16 KiB',
    `GET /healthz HTTP/1.1\r\n${host}${'X: yyyyyyyyyy\r\n'.repeat(1200)}\r\n`,
    431,
  ],
  ['a URL beyond 16 KiB', `GET /healthz?${'x'.repeat(17_000)} HTTP/1.1\r\n${host}\r\n`, 431],
  ['an expectation', `GET /healthz HTTP/1.1\r\n${host}Expect: foo\r\n\r\n`, 417],
  ['CONNECT', `CONNECT example.com:443 HTTP/1.1\r\n${host}\r\n`, 405],
] as const)('%s is answered by a problem, and the connection ends', async (_, bytes, status) => {
  const server = await startServer();
  const answer = rawAnswer(await exchange(server.url, Buffer.from(bytes, 'latin1')));
  expect([answer.status, answer.type]).toEqual([status, 'application/problem+json']);
  expect(answer.json).toMatchObject({ type: 'about:blank', status });
  expect(answer.json.title).toMatch(/\S/);
  expect(answer.json.detail).toMatch(/\S/);
  expect(answer.json.code).toMatch(/^[a-z_]+$/);
  expect(answer.head).toMatch(/^connection: close\r?$/im);
  expect(answer.head).toMatch(/^cache-control: no-store\r?$/im);
  expect(answer.head).toMatch(/^x-content-type-options: nosniff\r?$/im);
  // Nothing of it has hurt the server.
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

test('headers just below 16 KiB are read', async () => {
  const server = await startServer();
  const request = `GET /healthz HTTP/1.1\r\n${host}X: ${'x'.repeat(15_900)}\r\n\r\n`;
  expect(rawAnswer(await exchange(server.url, request)).status).toBe(200);
});

test('a chunk that is none is refused, though the request had begun', async () => {
  const server = await startServer();
  const head = `POST /reports HTTP/1.1\r\n${host}Authorization: Bearer ${await server.token('ann')}`;
  const request = `${head}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n`;
  const answer = rawAnswer(await exchange(server.url, request));
  expect([answer.status, answer.json.code]).toEqual([400, 'invalid_input']);
});

test('HTTP/1.0 may come without Host', async () => {
  const server = await startServer();
  expect(rawAnswer(await exchange(server.url, 'GET /healthz HTTP/1.0\r\n\r\n')).status).toBe(200);
});

test('an upgrade that nobody offers is passed over', async () => {
  const server = await startServer();
  const request = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n';
  expect(rawAnswer(await exchange(server.url, request)).status).toBe(200);
});

test('who expects 100-continue is told to go on', async () => {
  const server = await startServer();
  const body = '{"title":"x"}';
  const head = `POST /reports HTTP/1.1\r\n${host}Authorization: Bearer ${await server.token('ann')}`;
  const type = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue`;
  const text = await exchange(server.url, `${head}\r\n${type}\r\n\r\n${body}`);
  expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
});

test('garbage behind the request of a stream does not get into the stream', async () => {
  const server = await startServer();
  const stream = openRawStream(server.url, { token: await server.token('ann') });
  await stream.waitFor('sync');
  stream.socket.write('hello\r\n\r\n');
  await stream.waitForEnd();
  expect(stream.text).not.toMatch(/400|problem/);
  expect(stream.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test('who goes on sending garbage is cut off', async () => {
  const server = await startServer();
  const { port, hostname } = new URL(server.url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  let closed = false;
  socket.on('error', () => (closed = true)).on('close', () => (closed = true));
  socket.resume().write('hello\r\n\r\n');
  // It would keep its side open for ever.
  await until('the end of the connection', () => {
    if (!closed) socket.write('hello');
    return closed;
  });
});

/** A server without an app, for what never gets as far. @returns where it is */
async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('who has sent garbage and stays is not waited for', async () => {
  const server = createHttpServer(
    (_req, res) => void res.end(),
    new Connections(),
    pino({ level: 'silent' }),
  );
  server.headersTimeout = 0; // Which would end it as well, but only after its 10 s.
  const { port, hostname } = new URL(await listen(server));
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString())).write('hello\r\n\r\n');
  await until('the answer', () => text.includes('invalid_input'));
  await until('no connection', async () => (await promisify(server.getConnections.bind(server))()) === 0);
});

test('a request that does not arrive in time is answered by a problem', async () => {
  const server = createHttpServer(
    (_req, res) => void res.end(),
    new Connections(),
    pino({ level: 'silent' }),
  );
  expect([server.headersTimeout, server.requestTimeout]).toEqual([10_000, 30_000]);
  server.headersTimeout = 50; // Nobody wants to wait for the real one.
  const answer = rawAnswer(await exchange(await listen(server), 'GET /healthz HTTP/1.1\r\nHost'));
  expect([answer.status, answer.type]).toEqual([408, 'application/problem+json']);
  expect(answer.json).toMatchObject({ title: 'Request Timeout', status: 408, code: 'request_timeout' });
});
