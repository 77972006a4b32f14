import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import {
  keepPaused,
  limitParsing,
  releaseConnection,
  replaceLastClose,
} from '../../src/http/node-internals.ts';
import { until } from '../support/wait.ts';

/* What src/http/node-internals.ts expects of Node. A Node that works otherwise fails here, and not in production. */

const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

/** A client of a server of Node's, without anything of ours. */
async function clientOf(listener: RequestListener) {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const client = { socket, text: '', isEnded: false };
  socket.on('data', (bytes: Buffer) => (client.text += bytes.toString()));
  socket.on('end', () => (client.isEnded = true)).on('error', () => undefined);
  onTestFinished(() => {
    socket.destroy();
    server.close();
    server.closeAllConnections();
  });
  return client;
}

test('a response that is released lets go of its socket, which stays open and can be written to', async () => {
  let isClosed = false;
  const client = await clientOf((_req, res) => {
    const { socket } = res;
    res.on('close', () => (isClosed = true));
    releaseConnection(res);
    expect(res.socket).toBeNull();
    socket?.write('a stream');
  });
  client.socket.write(request);
  await until('the stream', () => client.text === 'a stream');
  expect(isClosed).toBe(true);
  expect(client.isEnded).toBe(false);
});

test('a socket that is kept paused is not read, whatever HTTP does with its requests', async () => {
  let isHeld = true;
  let bytesRead = () => 0;
  let goOn = (): void => undefined;
  const client = await clientOf((req) => {
    const { socket } = req;
    keepPaused(socket, () => isHeld);
    socket.pause();
    req.resume();
    // Between the call of `resume` and its event.
    setImmediate(() => socket.resume().pause());
    bytesRead = () => socket.bytesRead;
    goOn = () => socket.resume();
  });
  client.socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
  await until('the request', () => bytesRead() > 0);
  const before = bytesRead();
  client.socket.write('3\r\nabc\r\n');
  for (let i = 0; i < 50; i++) await turn();
  expect(bytesRead()).toBe(before);
  isHeld = false;
  goOn();
  await until('the rest', () => bytesRead() > before);
});

test('HTTP parses nothing behind the request at which it is stopped', async () => {
  let handled = 0;
  let asked = 0;
  const client = await clientOf(({ socket }) => {
    handled++;
    if (handled > 1) return;
    limitParsing(socket, () => {
      asked++;
      return handled === 3;
    });
  });
  client.socket.write(request.repeat(500));
  await until('the third request', () => handled === 3);
  for (let i = 0; i < 50; i++) await turn();
  // Asked before the second, the third, and the fourth.
  expect([handled, asked]).toEqual([3, 3]);
});

test('the close after the last answer on a connection is ours', async () => {
  let ended = 0;
  const client = await clientOf((_req, res) => {
    const { socket } = res;
    if (socket === null) return;
    replaceLastClose(socket, () => ended++);
    res.setHeader('Connection', 'close').end();
  });
  client.socket.write(request);
  await until('the close', () => ended === 1);
  await until('the answer', () => client.text.includes('200 OK'));
  expect(client.isEnded).toBe(false);
});

test('the close after the last answer is left to HTTP again', async () => {
  const client = await clientOf((_req, res) => {
    if (res.socket !== null) replaceLastClose(res.socket, () => expect.unreachable())();
    res.setHeader('Connection', 'close').end();
  });
  client.socket.write(request);
  await until('the end', () => client.isEnded);
});
