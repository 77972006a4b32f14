import { decodeJwt, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { secret, type TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';
import { startEcho } from './echo.ts';
import { startFront } from './front.ts';
import { connectHttp2 } from './http2.ts';
import type { ProxyKind } from './proxy.ts';

/** From the 201 to the client. What the machine itself needs comes on top; a proxy that buffers never brings it. */
const limitMs = 1_000;
/** Where the tests send requests from, so that the address can be told from that of the proxy. */
const clientAddress = '127.0.0.2';
/* As docs/http-api.md, "Limits", and src/http/token.ts say. */
const limitBytes = 128 * 1024;
const maxTokenCharacters = 8_192;

/** What a proxy in front of Carillon owes its clients. */
export function testProxy(kind: ProxyKind): void {
  test('an event is with the client within a second of the 201', async () => {
    const { server, connection, tokens, path } = await startFront(kind);
    const direct = openRawStream(server.url, { token: tokens.ann });
    const through = await connection.openStream({ token: tokens.ann });
    await Promise.all([through.waitFor('sync'), direct.waitFor('sync')]);
    for (let nth = 1; nth <= 20; nth++) {
      const { status } = await connection.ask(path, { token: tokens.bob, body: { body: String(nth) } });
      expect(status).toBe(201);
      const start = performance.now();
      await direct.waitFor('notification', nth);
      const directMs = performance.now() - start;
      // The next comment is posted only then: nothing pushes this one out of a buffer.
      await through.waitFor('notification', nth);
      expect(performance.now() - start).toBeLessThan(limitMs + 2 * directMs);
    }
  });

  test('the headers of a stream arrive as they are, and nothing compresses it', async () => {
    const { connection, tokens } = await startFront(kind);
    const headers = { 'accept-encoding': 'gzip, br, zstd' };
    const stream = await connection.openStream({ token: tokens.ann, headers });
    expect(stream.headers).toMatchObject({
      ':status': 200,
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(stream.headers).not.toHaveProperty('content-encoding');
    await stream.waitFor('sync');
  });

  test('a hundred streams and all requests share one HTTP/2 connection', async () => {
    const { proxy, tokens, path } = await startFront(kind, { MAX_STREAMS_PER_USER: '100' });
    const connection = await connectHttp2(proxy.url);
    expect(connection.isHttp2).toBe(true);
    const openings = Array.from({ length: 100 }, () => connection.openStream({ token: tokens.ann }));
    const streams = await Promise.all(openings);
    await Promise.all(streams.map((stream) => stream.waitFor('sync')));
    for (const body of ['1', '2'])
      expect((await connection.ask(path, { token: tokens.bob, body: { body } })).status).toBe(201);
    await Promise.all(streams.map((stream) => stream.waitFor('notification', 2)));
    expect(streams.filter(({ hasEnded }) => hasEnded)).toEqual([]);
  });

  test('who comes to the plain port is sent to the encrypted one', async () => {
    const proxy = await kind.start([await freePort()]);
    const answer = await fetch(`${proxy.plainUrl}/reports?limit=1`, { redirect: 'manual' });
    expect(answer.status).toBe(308);
    expect(answer.headers.get('location')).toMatch(/^https:\/\/localhost(:\d+)?\/reports\?limit=1$/);
  });

  test('Carillon hears who the client is from the proxy, whatever the client says', async () => {
    const echo = await startEcho();
    const proxy = await kind.start([echo.port]);
    const connection = await connectHttp2(proxy.url, clientAddress);
    const lies = {
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'evil',
    };
    const { text } = await connection.ask('/', { token: '', headers: lies });
    expect(JSON.parse(text)).toMatchObject({
      'x-forwarded-for': clientAddress,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': expect.stringMatching(/^localhost(:\d+)?$/) as string,
      host: expect.stringMatching(/^localhost(:\d+)?$/) as string,
    });
  });

  test('with TRUST_PROXY the session cookie is for https alone', async () => {
    const { connection, tokens } = await startFront(kind, { TRUST_PROXY: '1' });
    const { status, headers } = await connection.ask('/session', { token: tokens.ann, body: {} });
    expect(status).toBe(204);
    expect(headers['set-cookie']?.[0]).toMatch(/^carillon_session=.*; Secure/);
  });

  test("a body is judged by Carillon's limit, and a token of 8 KiB gets through", async () => {
    const { server, connection } = await startFront(kind);
    const token = await longToken(server);
    const post = (size: number) => connection.ask('/reports', { token, text: reportOf(size) });
    expect((await post(limitBytes)).status).toBe(201);
    const tooLarge = await post(limitBytes + 1);
    expect(JSON.parse(tooLarge.text)).toMatchObject({ status: 413, code: 'payload_too_large' });
    // What is far too large does not even come to Carillon.
    expect((await post(8 * limitBytes)).status).toBe(413);
  });

  test('what Carillon refuses stays refused', async () => {
    const { connection } = await startFront(kind);
    const stream = await connection.openStream({ token: 'none' });
    expect(stream.headers).toMatchObject({
      ':status': 401,
      'content-type': expect.stringContaining('application/problem+json') as string,
    });
  });

  test('an open stream lives on when the proxy reads its configuration again', async () => {
    const { server, proxy, connection, tokens, path } = await startFront(kind);
    const stream = await connection.openStream({ token: tokens.ann });
    await stream.waitFor('sync');
    await proxy.reload([Number(new URL(server.url).port)]);
    const fresh = await connectHttp2(proxy.url);
    const { status } = await fresh.ask(path, { token: tokens.bob, body: { body: '1' } });
    expect(status).toBe(201);
    await stream.waitFor('notification');
    expect(stream.hasEnded).toBe(false);
  });

  test('no ticket gets into the log of the proxy', async () => {
    const { proxy, connection, tokens } = await startFront(kind);
    const { text } = await connection.ask('/notifications/stream/tickets', { token: tokens.ann, body: {} });
    const { ticket } = JSON.parse(text) as { ticket: string };
    const answer = await fetch(`${proxy.url}/notifications/stream?ticket=${ticket}`);
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
    if (kind.logsRequests) await until('the log', () => proxy.log().includes('/notifications/stream'));
    expect(proxy.log()).not.toContain(ticket);
  });

  test('a client that leaves leaves Carillon as well, and at once', async () => {
    // No ping shows that it is gone.
    const { server, connection, tokens } = await startFront(kind, { HEARTBEAT_SECONDS: '3600' });
    const stream = await connection.openStream({ token: tokens.ann });
    await stream.waitFor('sync');
    expect(await openStreams(server.url)).toBe(1);
    stream.close();
    await until('the stream to be closed', async () => (await openStreams(server.url)) === 0);
  });
}

/** A report in so many bytes. */
function reportOf(size: number): string {
  return JSON.stringify({ title: 'Reading list' }).padEnd(size);
}

/** Ann's, as long as Carillon takes it at all. */
async function longToken(server: TestServer): Promise<string> {
  const claims = decodeJwt(await server.token('ann'));
  const key = new TextEncoder().encode(secret);
  const sign = (groups: string) =>
    new SignJWT({ ...claims, groups }).setProtectedHeader({ alg: 'HS256' }).sign(key);
  const { length } = await sign('');
  return sign('x'.repeat(Math.floor(((maxTokenCharacters - length) * 3) / 4) - 3));
}

async function openStreams(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^carillon_streams_open (\d+)/m.exec(text)?.[1]);
}
