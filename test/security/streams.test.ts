import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { signToken } from '../../src/http/token.ts';
import { addComments, addReport } from '../support/comments.ts';
import { spawnServer } from '../support/process.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { secret } from '../support/secret.ts';
import { startServer, temporaryFolder } from '../support/server.ts';
import { until } from '../support/wait.ts';

/** How many streams are asked for; by hand: CARILLON_STREAMS=20000. */
const asked = Number(process.env['CARILLON_STREAMS'] ?? 1_000);
/** How many of those may be open. */
const mayBeOpen = Math.floor(asked / 2);

/** A stream of which nothing is kept but how it goes. */
class Cheap {
  state: 'asked' | 'open' | 'refused' | 'ended' = 'asked';
  /** After how many milliseconds it may come again, when it was refused. */
  retryMs = 0;
  heard = 0;
  readonly socket: Socket;
  #tail = '';

  constructor(url: string, token: string, cursor = '') {
    const { port, hostname } = new URL(url);
    this.socket = connect(Number(port), hostname);
    const resume = cursor === '' ? '' : `Last-Event-ID: ${cursor}\r\n`;
    const head = `GET /notifications/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${resume}`;
    this.socket.write(`${head}\r\n`);
    this.socket.on('data', (bytes: Buffer) => this.#read(bytes.toString('latin1')));
    this.socket.on('error', () => (this.state = 'ended'));
    this.socket.on('close', () => (this.state = this.state === 'refused' ? 'refused' : 'ended'));
    onTestFinished(() => void this.socket.destroy());
  }

  #read(part: string): void {
    // A name may be cut in two; what was counted must not be counted again.
    const text = this.#tail + part;
    this.#tail = text.slice(text.lastIndexOf('\n\n') + 2);
    this.#take(text.slice(0, text.length - this.#tail.length));
  }

  #take(text: string): void {
    if (text.includes('event: goodbye')) {
      this.state = 'refused';
      this.retryMs = Number(/^retry: (\d+)/m.exec(text)?.[1]);
    } else if (text.includes('event: sync')) {
      this.state = 'open';
    }
    this.heard += text.split('event: notification\n').length - 1;
  }
}

function tokenOf(user: string): Promise<string> {
  return signToken({ id: user, name: user }, 600, secret, { issuer: undefined, audience: undefined });
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
}

/** Opens streams a few hundred at a time, as fast as the server takes them. */
async function openAll(url: string, users: readonly string[], count: number): Promise<Cheap[]> {
  const tokens = await Promise.all(users.map(tokenOf));
  const streams: Cheap[] = [];
  while (streams.length < count) {
    const wave = Array.from({ length: Math.min(250, count - streams.length) }, (_, i) => {
      const token = tokens[(streams.length + i) % tokens.length] ?? '';
      return new Cheap(url, token);
    });
    streams.push(...wave);
    await until('a wave to be answered', () => wave.every(({ state }) => state !== 'asked'), 60_000);
  }
  return streams;
}

const counted = (streams: readonly Cheap[], state: Cheap['state']) =>
  streams.filter((stream) => stream.state === state).length;

test(`${asked} streams by one user are twelve; the others come back later, and nobody else suffers`, async () => {
  const server = await spawnServer(temporaryFolder(), { NODE_ENV: 'production' });
  const { url } = server;
  const before = await metric(url, 'process_resident_memory_bytes');
  const streams = await openAll(url, ['ann'], asked);
  expect([counted(streams, 'open'), counted(streams, 'refused')]).toEqual([12, asked - 12]);
  for (const { state, retryMs } of streams) {
    if (state === 'refused') expect(retryMs).toBeGreaterThanOrEqual(30_000);
  }
  const [bob] = await openAll(url, ['bob'], 1);
  expect(bob?.state).toBe('open');
  expect(await metric(url, 'carillon_streams_open')).toBe(13);
  await until('the refused to be gone', async () => (await metric(url, 'process_open_fds')) < 80);
  const growth = (await metric(url, 'process_resident_memory_bytes')) - before;
  expect(growth / asked).toBeLessThan(200_000);
  console.log(`${asked} streams asked for by one user: ${Math.round(growth / 1024 / 1024)} MB more`);
}, 300_000);

test(`${asked} streams by many users are as many as may be open, and all of those hear everything`, async () => {
  const server = await spawnServer(temporaryFolder(), {
    NODE_ENV: 'production',
    MAX_STREAMS: String(mayBeOpen),
  });
  const { url } = server;
  const users = Array.from({ length: Math.ceil(asked / 10) }, (_, i) => `user${i}`);
  const streams = await openAll(url, users, asked);
  expect([counted(streams, 'open'), counted(streams, 'refused')]).toEqual([mayBeOpen, asked - mayBeOpen]);

  // Who is in stays in, is served, and hears what concerns them.
  const headers = { authorization: `Bearer ${await tokenOf('user0')}`, 'content-type': 'application/json' };
  const post = (path: string, body: unknown, as = headers) =>
    fetch(`${url}${path}`, { method: 'POST', headers: as, body: JSON.stringify(body) });
  const report = (await (await post('/reports', { title: 'x' })).json()) as { id: string };
  const start = performance.now();
  const other = { ...headers, authorization: `Bearer ${await tokenOf('bob')}` };
  expect((await post(`/reports/${report.id}/comments`, { body: 'y' }, other)).status).toBe(201);
  const own = streams.filter((_, i) => i % users.length === 0).filter(({ state }) => state === 'open');
  expect(own.length).toBeGreaterThan(0);
  await until('the event on every stream of that user', () => own.every(({ heard }) => heard === 1));
  const heardAfterMs = Math.round(performance.now() - start);
  const megabytes = Math.round((await metric(url, 'process_resident_memory_bytes')) / 1024 / 1024);
  console.log(`${mayBeOpen} streams open: ${megabytes} MB, an event heard after ${heardAfterMs} ms`);

  for (const { socket } of streams) socket.destroy();
  await until('no stream', async () => (await metric(url, 'carillon_streams_open')) === 0, 60_000);
  await until('no connection of theirs', async () => (await metric(url, 'process_open_fds')) < 80, 60_000);
  const [again] = await openAll(url, ['user1'], 1);
  expect(again?.state).toBe('open');
}, 300_000);

test('who reads everything from the start again and again does so thirty times a minute, and others hardly wait', async () => {
  const server = await startServer({ environment: { STREAM_OPENINGS_PER_MINUTE: '30' } });
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 5_000);
  const cursor = `${server.store.epoch}.0`;
  const token = await server.token('ann');

  const bob = openRawStream(server.url, { token: await server.token('bob') });
  await bob.waitFor('sync');
  const { json: own } = await server.ask('bob', 'POST', '/reports', { title: 'x' });
  let posted = 0;
  /** How long it takes from a comment to bob's stream. */
  const latency = async () => {
    const start = performance.now();
    await server.ask('cid', 'POST', `/reports/${own.id}/comments`, { body: 'x' });
    await bob.waitFor('notification', ++posted);
    return performance.now() - start;
  };
  const quiet = Math.max(await latency(), await latency(), await latency());

  let isOver = false;
  let replayed = 0;
  let refused = 0;
  const attack = async () => {
    while (!isOver) {
      const stream = new Cheap(server.url, token, cursor);
      await until('the end of a replay', () => stream.state !== 'asked');
      if (stream.state === 'refused') refused++;
      else {
        replayed++;
        expect(stream.heard).toBe(5_000);
      }
      stream.socket.destroy();
    }
  };
  const attacks = Array.from({ length: 12 }, attack);
  const loaded: number[] = [];
  while (refused < 200) loaded.push(await latency());
  isOver = true;
  await Promise.all(attacks);

  expect(replayed).toBeLessThanOrEqual(30);
  expect(replayed).toBeGreaterThan(5);
  // Server and attackers share this process; even so nobody waits for a whole replay, of which there are twelve at once.
  expect(Math.max(...loaded)).toBeLessThan(1_500 + 10 * quiet);
  console.log(`latency: ${Math.round(quiet)} ms, under attack at most ${Math.round(Math.max(...loaded))} ms`);
}, 120_000);
