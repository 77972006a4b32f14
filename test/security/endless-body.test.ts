import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const mebibyte = 1024 * 1024;
/** More than what fits into the buffers of the kernel on both sides. */
const enough = 64 * mebibyte;

/** Sends a request, and then as much of its body as the server takes. */
function sendEndless(url: string, head: string, isChunked: boolean) {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  const client = { text: '', sent: 0, isClosed: false };
  socket.on('data', (bytes: Buffer) => (client.text += bytes.toString()));
  socket.on('error', () => undefined).on('close', () => (client.isClosed = true));
  const length = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${1024 ** 4}`;
  socket.write(`${head}\r\nHost: x\r\nContent-Type: application/json\r\n${length}\r\n\r\n`);
  const spaces = Buffer.alloc(mebibyte, ' ');
  const piece = isChunked
    ? Buffer.concat([Buffer.from(`${mebibyte.toString(16)}\r\n`), spaces, Buffer.from('\r\n')])
    : spaces;
  const send = (error?: Error | null) => {
    if (error || client.sent > enough) return;
    client.sent += piece.length;
    socket.write(piece, send);
  };
  send();
  return client;
}

const requests = [
  ['a route without authentication', 'GET /healthz HTTP/1.1', 200],
  ['a path that leads nowhere', 'POST /nothing HTTP/1.1', 404],
  ['a route that needs a token', 'POST /reports HTTP/1.1', 401],
  ['a list', 'GET /reports HTTP/1.1\r\nAuthorization: Bearer <token>', 200],
  ['a route that takes a body', 'POST /reports HTTP/1.1\r\nAuthorization: Bearer <token>', 413],
  ['an expectation', 'POST /reports HTTP/1.1\r\nExpect: the-unexpected', 417],
  ['a wrong target', 'POST nowhere HTTP/1.1', 400],
] as const;

test.each(requests)(
  '%s: a body without end is not read, and the client gets its answer',
  async (_, head, status) => {
    const server = await startServer();
    for (const isChunked of [true, false]) {
      const client = sendEndless(server.url, head.replace('<token>', await server.token('ann')), isChunked);
      await until('the end of the connection, or too much', () => client.isClosed || client.sent > enough);
      expect(client.sent).toBeLessThan(enough);
      expect(client.text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*^connection: close\\r$`, 'im'));
    }
  },
);

test('a connection goes on behind a body of unknown length that was read', async () => {
  const server = await startServer();
  const { port, hostname } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
  const head = `POST /reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await server.token('ann')}`;
  for (let i = 1; i <= 20; i++) {
    socket.write(
      `${head}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n{"title":"x"}\r\n0\r\n\r\n`,
    );
    await until('the answer', () => text.match(/HTTP\/1\.1 201 /g)?.length === i);
  }
  expect(text).not.toMatch(/^connection: close/im);
});
