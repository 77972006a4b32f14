import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { type CarillonOptions, createCarillon, type FollowedEvent } from '../../src/index.ts';
import { CarillonModule, CarillonService } from '../../src/nest.ts';
import { ask, temporaryFolder } from '../support/server.ts';
import { until } from '../support/wait.ts';

const order = { type: 'order.shipped', title: 'On its way', url: '/orders/7', to: ['ann'] };
/** What an application's own sign-in would read from its session. */
const authenticate = ({ headers }: IncomingMessage) => {
  const user = headers['x-user'];
  return typeof user === 'string' && { id: user, name: user.toUpperCase() };
};

async function open(options: Partial<CarillonOptions> = {}) {
  const database = `file:${join(temporaryFolder(), 'carillon.db')}`;
  const carillon = await createCarillon({ database, authenticate, ...options });
  onTestFinished(() => carillon.close());
  return carillon;
}

async function listen(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('what an application publishes is in the list of the user that its sign-in names', async () => {
  const carillon = await open();
  const { url } = await listen(carillon.handler);
  const { id, notified } = await carillon.publish({ ...order, key: 'order-7' });
  expect(notified).toBe(1);
  const list = await ask(`${url}/notifications`, 'GET', undefined, { 'x-user': 'ann' });
  expect(list.json.data).toMatchObject([{ type: 'order.shipped', title: 'On its way' }]);
  expect((await ask(`${url}/notifications`)).status).toBe(401);

  expect((await carillon.publish({ ...order, key: 'order-7' })).id).toBe(id);
  await carillon.retract({ key: 'order-7' });
  const afterwards = await ask(`${url}/notifications`, 'GET', undefined, { 'x-user': 'ann' });
  expect(afterwards.json.data).toEqual([]);
});

test('what is wrong is named: a field of an activity, an option, a user that the sign-in gives', async () => {
  const carillon = await open({ logLevel: 'fatal', authenticate: () => ({ id: 'a b' }) });
  await expect(carillon.publish({ ...order, title: '' })).rejects.toThrow(/^title: Expected 1 to 200/);
  const { url } = await listen(carillon.handler);
  expect((await ask(`${url}/notifications`, 'GET')).status).toBe(500);
  await expect(open({ maxStreams: 0 })).rejects.toThrow(/^maxStreams holds "0"; expected/);
  await expect(open({ jwtSecret: 'x'.repeat(32) })).rejects.toThrow(/expected one of them/);
  await expect(open({ logLevel: 'warn', ...{ port: 1 } })).rejects.toThrow(/^There is no option port/);
});

test('mounted below a path and behind a body parser, every address knows the path', async () => {
  const carillon = await open();
  const app = express();
  app.use(express.json());
  app.use('/api/carillon', carillon.handler);
  const { url } = await listen(app);
  const headers = { 'x-user': 'ann', 'sec-fetch-site': 'same-origin' };
  const post = () => ask(`${url}/api/carillon/reports`, 'POST', { title: 'A', body: 'B' }, headers);
  const added = await post();
  expect(added.status).toBe(201);
  expect(added.headers.get('location')).toBe(`/api/carillon/reports/${added.json.id}`);
  await post();
  const page = await ask(`${url}/api/carillon/reports?limit=1`, 'GET', undefined, headers);
  expect(page.headers.get('link')).toMatch(/^<\/api\/carillon\/reports\?limit=1&cursor=/);
  expect(await (await fetch(`${url}/api/carillon/carillon-bell.js`)).text()).toContain('customElements');
});

test('what the application keeps in its request stays as it was', async () => {
  const carillon = await open();
  const app = express();
  const kept: object[] = [];
  app.use((req, res, next) => {
    const own = { session: { user: 'ann' }, id: 7, log: console, user: { id: 'ann' } };
    Object.assign(req, own);
    res.once('close', () =>
      kept.push(Object.fromEntries(Object.keys(own).map((name) => [name, Reflect.get(req, name)]))),
    );
    next();
  });
  app.use('/carillon', carillon.handler);
  const { url } = await listen(app);
  const headers = { 'x-user': 'ann', 'sec-fetch-site': 'same-origin' };
  expect((await ask(`${url}/carillon/reports`, 'POST', { title: 'A' }, headers)).status).toBe(201);
  await until('its end', () => kept.length > 0);
  expect(kept).toEqual([{ session: { user: 'ann' }, id: 7, log: console, user: { id: 'ann' } }]);
});

test('the session cookie and the live page belong to the path too', async () => {
  const carillon = await createCarillon({
    database: `file:${join(temporaryFolder(), 'carillon.db')}`,
    jwtSecret: 'x'.repeat(32),
    livePage: true,
  });
  onTestFinished(() => carillon.close());
  const app = express().use('/bells', carillon.handler);
  const { url } = await listen(app);
  const ended = await fetch(`${url}/bells/session`, { method: 'DELETE' });
  expect(ended.headers.get('set-cookie')).toContain('Path=/bells;');
  const page = await fetch(`${url}/bells`, { redirect: 'manual' });
  expect(page.headers.get('location')).toBe('/bells/');
  const html = await (await fetch(`${url}/bells/`)).text();
  const links = Array.from(html.matchAll(/(?:href|src)="([^"#][^"]*)"/g), ([, link = '']) => link);
  expect(links.length).toBeGreaterThan(4);
  expect(links.filter((link) => link.startsWith('/'))).toEqual([]);
});

test('a foreign page cannot use the sign-in of the application, a client with a bearer token can', async () => {
  const carillon = await open();
  const { url } = await listen(carillon.handler);
  const post = (headers: Record<string, string>) =>
    ask(`${url}/reports`, 'POST', { title: 'A', body: 'B' }, { 'x-user': 'ann', ...headers });
  expect((await post({ origin: 'https://evil.example' })).status).toBe(403);
  expect((await post({ origin: 'https://evil.example', authorization: 'Bearer x' })).status).toBe(201);
});

test('follow gives the events of the stream, resumes after a cursor, and ends with a revocation', async () => {
  const operatorToken = 'o'.repeat(32);
  const carillon = await open({ operatorToken });
  const { url } = await listen(carillon.handler);
  const first = carillon.follow('ann');
  expect((await first.next()).value).toMatchObject({ event: 'sync', data: { missed: 0 } });
  await carillon.publish(order);
  const event = (await first.next()).value as FollowedEvent;
  expect(event).toMatchObject({ event: 'notification', data: { notification: { title: 'On its way' } } });
  await first.return();

  await carillon.publish({ ...order, title: 'It has arrived' });
  const events: FollowedEvent[] = [];
  for await (const one of carillon.follow('ann', { after: event.cursor ?? '' })) {
    events.push(one);
    if (one.event === 'sync') {
      await ask(`${url}/users/ann/revoke`, 'POST', undefined, {
        authorization: `Bearer ${operatorToken}`,
      });
    }
  }
  expect(events.map((one) => one.event)).toEqual(['notification', 'sync', 'goodbye']);
  expect(events.at(-1)?.data).toEqual({ reason: 'revoked' });
});

test('a stream ends when the sign-in of the application does', async () => {
  const carillon = await open({
    authenticate: () => ({ id: 'ann', expiresAt: Date.now() + 1_500 }),
    heartbeatSeconds: 1,
  });
  const { url } = await listen(carillon.handler);
  const stream = await fetch(`${url}/notifications/stream`);
  expect(await stream.text()).toContain('"reason":"expired"');
});

test('close ends the streams, and the server of the application can close', async () => {
  const carillon = await open();
  const { server, url } = await listen(carillon.handler);
  carillon.attach(server);
  const stream = await fetch(`${url}/notifications/stream`, { headers: { 'x-user': 'ann' } });
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const readUntil = async (end: string) => {
    while (!text.includes(end)) text += (await reader?.read())?.value ?? end;
  };
  await readUntil('event: sync');
  const closed = once(server, 'close');
  server.close();
  await carillon.close();
  await readUntil('goodbye');
  expect(text).toContain('"reason":"shutdown"');
  await closed;
});

test('the module of NestJS is a plain object, which opens Carillon and closes it with the application', async () => {
  const database = `file:${join(temporaryFolder(), 'carillon.db')}`;
  const { providers, exports, module } = CarillonModule.forRootAsync({
    inject: ['DATABASE'],
    useFactory: (injected: string) => ({ database: injected, authenticate }),
  });
  expect([module, exports]).toEqual([CarillonModule, [CarillonService]]);
  const service = (await providers[0].useFactory(database)) as CarillonService;
  expect(await service.publish(order)).toMatchObject({ notified: 1 });
  await service.beforeApplicationShutdown();
  await expect(service.publish(order)).rejects.toMatchObject({ code: 'unavailable' });
});
