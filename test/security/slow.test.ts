import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { spawnServer } from '../support/process.ts';
import { temporaryFolder } from '../support/server.ts';
import { signToken } from '../../src/http/token.ts';
import { secret } from '../support/secret.ts';
import { until } from '../support/wait.ts';

/** Somebody who takes their time. */
interface Dawdler {
  readonly text: () => string;
  /** How long the server put up with it, in seconds; undefined as long as it does. */
  readonly endedAfter: () => number | undefined;
}

/** Sends `first`, and then `piece` once a second. */
function dawdle(url: string, first: string, piece = '', prepare?: (socket: Socket) => void): Dawdler {
  const { port, hostname } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  const start = performance.now();
  let text = '';
  let endedAfter: number | undefined;
  const end = () => {
    clearInterval(timer);
    endedAfter ??= (performance.now() - start) / 1000;
  };
  const timer = setInterval(() => {
    if (piece !== '' && socket.writable) socket.write(piece);
  }, 1_000);
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
  socket.on('error', end).on('end', end).on('close', end);
  onTestFinished(() => {
    clearInterval(timer);
    socket.destroy();
  });
  if (first !== '') socket.write(first);
  prepare?.(socket);
  return { text: () => text, endedAfter: () => endedAfter };
}

test('nobody holds a connection by being slow, however they do it; and meanwhile others are served', async () => {
  const server = await spawnServer(temporaryFolder());
  const { url } = server;
  const rules = { issuer: undefined, audience: undefined };
  const token = await signToken({ id: 'ann', name: 'Ann' }, 600, secret, rules);
  const host = 'Host: x\r\n';
  const post = `POST /reports HTTP/1.1\r\n${host}Authorization: Bearer ${token}\r\nContent-Type: application/json\r\n`;
  const healthy = `GET /healthz HTTP/1.1\r\n${host}\r\n`;
  // 10 s for a head and 30 s for all of it, looked at once a second; 5 s between two requests.
  const heads = {
    'says nothing': dawdle(url, ''),
    'sends empty lines': dawdle(url, '\r\n', '\r\n'),
    'sends a first line letter by letter': dawdle(url, 'GET /heal', 't'),
    'sends a header every second': dawdle(url, `GET /healthz HTTP/1.1\r\n${host}`, 'X: y\r\n'),
    'sends a header letter by letter': dawdle(url, `GET /healthz HTTP/1.1\r\n${host}X: `, 'y'),
    'is slow with the second request': dawdle(url, `${healthy}GET /healthz HTTP/1.1\r\n`, 'X: y\r\n'),
    'has ended its side in the middle of a head': dawdle(url, 'GET /healthz HTTP/1.1\r\n', '', (socket) =>
      socket.end(),
    ),
    'has ended its side without a word': dawdle(url, '', '', (socket) => socket.end()),
  };
  const bodies = {
    'sends a body byte by byte': dawdle(url, `${post}Content-Length: 1000\r\n\r\n{`, ' '),
    'sends a body in chunks of a byte': dawdle(
      url,
      `${post}Transfer-Encoding: chunked\r\n\r\n`,
      '1\r\n \r\n',
    ),
    'sends one endless chunk extension': dawdle(url, `${post}Transfer-Encoding: chunked\r\n\r\n1;`, 'x'),
    'announces a body and sends none': dawdle(url, `${post}Content-Length: 1000\r\n\r\n`),
    'asks to go on and does not': dawdle(url, `${post}Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n`),
    'is not let in and sends a body all the same': dawdle(
      url,
      `POST /reports HTTP/1.1\r\n${host}Content-Length: 1000000\r\n\r\n`,
      'x',
    ),
    'sends an endless trailer': dawdle(
      url,
      `${post}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n`,
      'X: y\r\n',
    ),
  };
  const idle = dawdle(url, healthy);

  const ended = (all: Record<string, Dawdler>) => () =>
    Object.values(all).every(({ endedAfter }) => endedAfter() !== undefined);
  const stillThere = (all: Record<string, Dawdler>) => () =>
    Object.keys(all)
      .filter((name) => all[name]?.endedAfter() === undefined)
      .join(', ');
  await until('the idle one to be gone', () => idle.endedAfter() !== undefined, 30_000);
  await until(stillThere(heads), ended(heads), 40_000);
  const health = await fetch(`${url}/readyz`);
  expect(health.status).toBe(200);
  await until(stillThere(bodies), ended(bodies), 60_000);

  for (const [name, { endedAfter }] of Object.entries(heads)) {
    expect(endedAfter(), name).toBeLessThan(20);
  }
  for (const [name, { endedAfter, text }] of Object.entries(bodies)) {
    // A body that nobody reads is not waited for.
    if (!name.startsWith('is not let in')) expect(endedAfter(), name).toBeGreaterThan(8);
    expect(text(), name).toMatch(/HTTP\/1\.1 4(01|08) /);
  }
  // Nothing of it is left.
  const open = /^process_open_fds (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1];
  expect(Number(open)).toBeLessThan(60);
}, 150_000);

test('a stream whose client has ended its side is over', async () => {
  const server = await spawnServer(temporaryFolder());
  const rules = { issuer: undefined, audience: undefined };
  const authorization = `Authorization: Bearer ${await signToken({ id: 'ann', name: 'Ann' }, 600, secret, rules)}`;
  const request = `GET /notifications/stream HTTP/1.1\r\nHost: x\r\n${authorization}\r\n\r\n`;
  const streams = Array.from({ length: 5 }, () => {
    let socket: Socket | undefined;
    const client = dawdle(server.url, request, '', (own) => (socket = own));
    return { ...client, halfClose: () => socket?.end() };
  });
  const open = async () =>
    Number(/^carillon_streams_open (\d+)$/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1]);
  await until('the streams', async () => (await open()) === 5);
  for (const { halfClose } of streams) halfClose();
  await until('no stream', async () => (await open()) === 0);
  await until('the end of the connections', () =>
    streams.every(({ endedAfter }) => endedAfter() !== undefined),
  );
});
