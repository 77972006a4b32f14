import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { until } from '../support/wait.ts';

/** A connection through a proxy, and what stands at its two ends. */
interface Line {
  readonly proxy: FaultyProxy;
  readonly client: Socket;
  readonly server: Socket;
  /** What each of them has got so far. */
  readonly got: { client: string; server: string; pieces: number };
  readonly ended: { client: boolean; server: boolean };
}

async function openLine(): Promise<Line> {
  const target = createServer({ allowHalfOpen: true });
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  const proxy = await FaultyProxy.start(`http://127.0.0.1:${(target.address() as AddressInfo).port}`);
  const accepted = once(target, 'connection') as Promise<[Socket]>;
  const client = connect({ port: Number(new URL(proxy.url).port), host: '127.0.0.1', allowHalfOpen: true });
  const [server] = await accepted;
  onTestFinished(async () => {
    client.destroy();
    server.destroy();
    await proxy.close();
    target.close();
  });
  const got = { client: '', server: '', pieces: 0 };
  const ended = { client: false, server: false };
  client.on('data', (bytes: Buffer) => {
    got.client += bytes.toString();
    got.pieces++;
  });
  server.on('data', (bytes: Buffer) => (got.server += bytes.toString()));
  for (const [name, socket] of [
    ['client', client],
    ['server', server],
  ] as const) {
    socket.on('error', () => (ended[name] = true));
    socket.on('end', () => (ended[name] = true));
    socket.on('close', () => (ended[name] = true));
  }
  return { proxy, client, server, got, ended };
}

test('in fair weather everything passes, both ways, and so does an end', async () => {
  const { client, server, got, ended, proxy } = await openLine();
  client.write('ping');
  await until('ping', () => got.server === 'ping');
  server.end('pong');
  await until('pong and the end', () => got.client === 'pong' && ended.client);
  client.end();
  await until('no connection', () => proxy.size === 0);
});

test('delay, bandwidth, and one-byte chunks change when and how, but not what', async () => {
  const { proxy, server, got } = await openLine();
  const text = 'x'.repeat(400);
  for (const [i, weather] of [{ delayMs: 20 }, { bytesPerSecond: 4_000 }, { chunkBytes: 1 }].entries()) {
    proxy.change(weather);
    server.write(text);
    await until('the text', () => got.client === text.repeat(i + 1));
  }
  expect(got.pieces).toBeGreaterThan(10);
});

test('a connection is cut after exactly so many bytes', async () => {
  const { proxy, server, got, ended } = await openLine();
  proxy.change({ cutAfterBytes: 7 });
  server.write('0123456789');
  await until('the cut', () => ended.client && ended.server);
  expect(got.client).toBe('0123456');
});

test('a black hole swallows both ways without a word, and breaks when it heals', async () => {
  const { proxy, client, server, got, ended } = await openLine();
  proxy.change({ isBlackhole: true });
  client.write('lost');
  server.write('lost');
  await until('the loss', () => proxy.lost === 1);
  expect([got, ended]).toMatchObject([
    { client: '', server: '' },
    { client: false, server: false },
  ]);
  proxy.heal();
  await until('the break', () => ended.client && ended.server);
  expect(got).toMatchObject({ client: '', server: '' });
});

test.each(['client', 'server'] as const)('half-close ends the direction to the %s alone', async (towards) => {
  const { proxy, ended } = await openLine();
  const other = towards === 'client' ? 'server' : 'client';
  proxy.halfClose(towards);
  await until('the end', () => ended[towards]);
  expect(ended[other]).toBe(false);
  proxy.heal();
  await until('the break', () => ended[other]);
});

test('reset breaks both ends', async () => {
  const { proxy, ended } = await openLine();
  proxy.reset();
  await until('the break', () => ended.client && ended.server);
});
