import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { type HttpBindings, serve } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import fastify from 'fastify';
import { Hono } from 'hono';
import { expect, onTestFinished, test } from 'vitest';
import { createCarillon } from '../../src/index.ts';
import { createParser } from '../../src/client/parser.ts';
import { temporaryFolder } from '../support/server.ts';
import { until } from '../support/wait.ts';

/* Where another framework, or another protocol, stands between Carillon and the connection. */

const count = 150;
const metricsToken = 'metrics-of-this-test';

async function open() {
  const carillon = await createCarillon({
    database: `file:${join(temporaryFolder(), 'carillon.db')}`,
    metricsToken,
    writesPerMinute: 10_000,
    authenticate: ({ headers }) => ({ id: String(headers['x-user']) }),
  });
  onTestFinished(() => carillon.close());
  return carillon;
}
type Opened = Awaited<ReturnType<typeof open>>;

/** Sends requests, whatever the protocol. */
interface Door {
  /** @returns the status, the headers, and the body as it comes. */
  ask(
    method: string,
    path: string,
    headers?: Record<string, string>,
    body?: object,
  ): Promise<{
    status: number;
    headers: Record<string, unknown>;
    pieces: AsyncIterable<string>;
    leave: () => void;
  }>;
}

function overFetch(url: string): Door {
  return {
    ask: async (method, path, headers = {}, body) => {
      const abort = new AbortController();
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { 'x-user': 'ann', ...(body && { 'content-type': 'application/json' }), ...headers },
        signal: abort.signal,
        ...(body && { body: JSON.stringify(body) }),
      });
      const pieces = response.body?.pipeThrough(new TextDecoderStream()) ?? [];
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        pieces: pieces as AsyncIterable<string>,
        leave: () => abort.abort(),
      };
    },
  };
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** How Carillon is mounted below /carillon, and how one gets in. */
const frameworks: Record<string, (carillon: Opened) => Promise<Door>> = {
  Fastify: async (carillon) => {
    const app = fastify();
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _body, done) => done(null));
    app.all('/carillon/*', (request, reply) => {
      reply.hijack();
      mount(carillon, request.raw, reply.raw);
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    onTestFinished(() => app.close());
    return overFetch(url);
  },
  Hono: async (carillon) => {
    const app = new Hono<{ Bindings: HttpBindings }>();
    app.all('/carillon/*', ({ env }) => {
      mount(carillon, env.incoming, env.outgoing);
      return RESPONSE_ALREADY_SENT;
    });
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return overFetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  },
  'a response without a connection of its own': async (carillon) => {
    const server = createServer((req, res) => {
      Object.defineProperty(res, 'socket', { value: null, writable: true });
      mount(carillon, req, res);
    });
    onTestFinished(() => server.closeAllConnections());
    return overFetch(await listening(server));
  },
  'HTTP/2': async (carillon) => {
    const server = createHttp2Server((req, res) =>
      mount(carillon, req as unknown as IncomingMessage, res as unknown as ServerResponse),
    );
    const session = connect(await listening(server));
    onTestFinished(() => {
      session.destroy();
      server.close();
    });
    return {
      ask: async (method, path, headers = {}, body) => {
        const type = body && { 'content-type': 'application/json' };
        const stream = session.request({
          ':method': method,
          ':path': path,
          'x-user': 'ann',
          ...type,
          ...headers,
        });
        stream.end(body && JSON.stringify(body));
        stream.setEncoding('utf8');
        const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
        return {
          status: Number(answer[':status']),
          headers: answer,
          pieces: stream,
          leave: () => stream.close(),
        };
      },
    };
  },
};

/** As `app.use` of Express does. */
function mount({ handler }: Opened, req: IncomingMessage, res: ServerResponse): void {
  Object.assign(req, { baseUrl: '/carillon', originalUrl: req.url });
  req.url = (req.url ?? '').replace(/^\/carillon/, '');
  handler(req, res);
}

test.each(Object.entries(frameworks))('Carillon answers and streams behind %s', async (_, enter) => {
  const carillon = await open();
  const door = await enter(carillon);
  const page = { 'sec-fetch-site': 'same-origin' };
  const added = await door.ask('POST', '/carillon/reports', page, { title: 'Reading list' });
  const { id } = JSON.parse(await textOf(added.pieces)) as { id: string };
  expect(added.status).toBe(201);
  expect(added.headers['location']).toBe(`/carillon/reports/${id}`);

  const stream = await door.ask('GET', '/carillon/notifications/stream');
  expect(stream.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-store, no-transform',
  });
  // So many that the connection is full before anybody reads.
  const as = { ...page, 'x-user': 'bob' };
  for (let i = 0; i < count; i++) {
    const { status, pieces } = await door.ask('POST', `/carillon/reports/${id}/comments`, as, {
      body: 'Good.',
    });
    expect(status).toBe(201);
    await textOf(pieces);
  }
  const events: string[] = [];
  const reading = read(stream.pieces, events);
  await until('all to be heard', () => events.filter((event) => event === 'notification').length === count);

  await carillon.close();
  await reading;
  expect(events).toEqual(['sync', ...Array<string>(count).fill('notification'), 'goodbye']);
});

test.each(Object.entries(frameworks))('whoever leaves a stream behind %s is forgotten', async (_, enter) => {
  const carillon = await open();
  const door = await enter(carillon);
  const stream = await door.ask('GET', '/carillon/notifications/stream');
  const events: string[] = [];
  const reading = read(stream.pieces, events).catch(() => undefined);
  await until('the stream to begin', () => events.includes('sync'));
  const streams = async () => {
    const { pieces } = await door.ask('GET', '/carillon/metrics', {
      authorization: `Bearer ${metricsToken}`,
    });
    return Number(/^carillon_streams_open (\d+)/m.exec(await textOf(pieces))?.[1]);
  };
  expect(await streams()).toBe(1);
  stream.leave();
  await reading;
  await until('the stream to be forgotten', async () => (await streams()) === 0);
});

async function read(pieces: AsyncIterable<string>, events: string[]): Promise<void> {
  const parse = createParser();
  for await (const piece of pieces) {
    const heard = parse(piece).frames.map(({ event }) => event);
    events.push(...heard.filter((event) => event !== 'ping'));
  }
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
