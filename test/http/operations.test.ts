import { networkInterfaces } from 'node:os';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ask, startServer, type TestServer } from '../support/server.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { until } from '../support/wait.ts';
import { expectProblem } from './support-problem.ts';
import { exchange, rawAnswer } from './support-raw.ts';

async function metricsOf(server: TestServer): Promise<string> {
  const response = await fetch(`${server.url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
  return response.text();
}

test('healthz and readyz answer without a credential', async () => {
  const server = await startServer();
  const health = await ask(`${server.url}/healthz`);
  const ready = await ask(`${server.url}/readyz`);
  expect([health.status, health.json]).toEqual([200, { status: 'ok' }]);
  expect([ready.status, ready.json]).toEqual([200, { status: 'ready' }]);
  for (const path of ['/healthz', '/readyz']) {
    expect((await ask(`${server.url}${path}`, 'HEAD')).status).toBe(200);
  }
});

test('a server whose store does not write is alive, but not ready', async () => {
  const server = await startServer();
  await server.store.close();
  expect((await ask(`${server.url}/healthz`)).status).toBe(200);
  expectProblem(await ask(`${server.url}/readyz`), 503, 'unavailable');
  expectProblem(await server.ask('ann', 'POST', '/reports', { title: 'x' }), 503, 'unavailable');
});

test('whoever asks often whether the server is ready does not make it write often', async () => {
  const server = await startServer();
  let probes = 0;
  const probe = server.store.probe.bind(server.store);
  server.store.probe = () => {
    probes++;
    return probe();
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: 50 }, () => ask(`${server.url}/readyz`)));
  const seconds = Math.ceil((performance.now() - start) / 1000);
  expect(probes).toBeGreaterThan(0);
  expect(probes).toBeLessThanOrEqual(seconds);
});

test('a server whose database does not answer says so, and does not ask it again before it does', async () => {
  const server = await startServer();
  const probe = server.store.probe.bind(server.store);
  let answer = (): void => undefined;
  let probes = 0;
  server.store.probe = async () => {
    probes++;
    await new Promise<void>((resolve) => (answer = resolve));
    await probe();
  };
  const ready = () => ask(`${server.url}/readyz`);
  for (let i = 0; i < 3; i++) expectProblem(await ready(), 503, 'unavailable');
  expect(probes).toBe(1);
  answer();
  server.store.probe = probe;
  await until('the server to be ready', async () => (await ready()).status === 200);
});

test('a server that stops says that it is not ready, and takes leave of the connection', async () => {
  const server = await startServer();
  const { port, hostname } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let text = '';
  let ended = false;
  socket.on('data', (bytes: Buffer) => (text += bytes.toString())).on('close', () => (ended = true));
  // The second request has begun, so the connection is not idle when the server stops.
  socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /readyz HTTP/1.1\r\nHost: x\r\n');
  await until('the first answer', () => text.includes('"ok"'));
  text = '';
  const closed = server.close();
  socket.write('\r\n');
  await until('the end of the connection', () => ended);
  expect(text).toMatch(/^HTTP\/1\.1 503 /);
  expect(text).toMatch(/^connection: close\r$/im);
  expect(text).toMatch('"code":"unavailable"');
  await closed;
});

test('a server that stops closes an idle connection at once, when the streams that there were have gone', async () => {
  const server = await startServer();
  const stream = openRawStream(server.url, { token: await server.token('ann') });
  await stream.waitFor('sync');
  stream.socket.destroy();
  await until('the end of the stream', async () =>
    (await metricsOf(server)).includes('carillon_streams_open 0'),
  );
  const { port, hostname } = new URL(server.url);
  const open = (text: string) => {
    const socket = connect(Number(port), hostname);
    onTestFinished(() => void socket.destroy());
    const connection = { answered: false, closed: false };
    socket.on('data', () => (connection.answered = true)).on('close', () => (connection.closed = true));
    socket.write(text);
    return connection;
  };
  const idle = open('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  await until('the answer', () => idle.answered);
  // The server waits for this one, whose body never comes, as long as it waits for anything.
  const token = await server.token('ann');
  const head = `Host: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 9`;
  const endless = open(`POST /reports HTTP/1.1\r\n${head}\r\nExpect: 100-continue\r\n\r\n`);
  await until('100 Continue', () => endless.answered);

  const closed = server.close();
  await until('the end of the idle one', () => idle.closed);
  expect(endless.closed).toBe(false);
  await closed;
});

test('every metric is there from the start', async () => {
  const text = await metricsOf(await startServer());
  for (const name of [
    'carillon_streams_open',
    'carillon_stream_opens_total',
    'carillon_stream_closes_total',
    'carillon_delivery_seconds',
    'carillon_replayed_events_total',
    'carillon_pulls_total',
    'carillon_commits_total',
    'carillon_commit_rows',
    'carillon_buffered_bytes',
    'carillon_event_loop_delay_seconds',
    'carillon_log_lines_dropped_total',
    'process_cpu_user_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_heap_size_used_bytes',
  ]) {
    expect(text).toMatch(new RegExp(`^# TYPE ${name} (counter|gauge|histogram)$`, 'm'));
  }
});

test('the metrics count what happens', async () => {
  const server = await startServer();
  const { json } = await server.ask('ann', 'POST', '/reports', { title: 'x' });
  await server.ask('bob', 'POST', `/reports/${json.id}/comments`, { body: 'missed' });
  const token = await server.token('ann');
  const stream = openRawStream(server.url, { token, lastEventId: `${server.store.epoch}.0` });
  await stream.waitFor('sync');
  await server.ask('bob', 'POST', `/reports/${json.id}/comments`, { body: 'live' });
  await stream.waitFor('notification', 2);

  const open = await metricsOf(server);
  expect(open).toMatch(/^carillon_streams_open 1$/m);
  expect(open).toMatch(/^carillon_stream_opens_total 1$/m);
  expect(open).toMatch(/^carillon_replayed_events_total 1$/m);
  expect(open).toMatch(/^carillon_pulls_total\{reason="[a-z_]+"\} 1$/m);
  expect(open).toMatch(/^carillon_delivery_seconds_count 1$/m);
  expect(open).toMatch(/^carillon_commits_total [3-9]$/m);
  expect(open).toMatch(/^carillon_commit_rows_count [3-9]$/m);
  expect(open).toMatch(/^carillon_event_loop_delay_seconds\{quantile="0\.99"\} [\d.e-]+$/m);

  stream.socket.destroy();
  await until('the stream to be gone', async () =>
    /^carillon_streams_open 0$/m.test(await metricsOf(server)),
  );
  expect(await metricsOf(server)).toMatch(/^carillon_stream_closes_total\{reason="[a-z_]+"\} 1$/m);
});

test('with a token only who has it reads the metrics', async () => {
  const server = await startServer({ environment: { METRICS_TOKEN: 'open-sesame' } });
  const get = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    const response = await fetch(`${server.url}/metrics`, { headers });
    await response.text();
    return response;
  };
  expect((await get('Bearer open-sesame')).status).toBe(200);
  const user = `Bearer ${await server.token('ann')}`;
  for (const wrong of [undefined, '', 'Bearer', 'Bearer open', 'Bearer open-sesame2', 'open-sesame', user]) {
    const refused = await get(wrong);
    expect([wrong, refused.status]).toEqual([wrong, 401]);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
  }
  expectProblem(await ask(`${server.url}/metrics`), 401, 'unauthenticated');
  const forwarded = { authorization: 'Bearer open-sesame', 'x-forwarded-for': '203.0.113.7' };
  expect((await fetch(`${server.url}/metrics`, { headers: forwarded })).status).toBe(200);
});

test.each([
  ['x-forwarded-for', '203.0.113.7'],
  ['x-forwarded-for', '127.0.0.1'],
  ['forwarded', 'for=203.0.113.7'],
  ['x-real-ip', '203.0.113.7'],
  ['via', '1.1 proxy'],
])('without a token nobody reads the metrics through a proxy that adds %s', async (name, value) => {
  for (const environment of [{}, { TRUST_PROXY: '1' }] as Record<string, string>[]) {
    const server = await startServer({ environment });
    expectProblem(await ask(`${server.url}/metrics`, 'GET', undefined, { [name]: value }), 403, 'forbidden');
  }
});

test('without a token nobody reads the metrics by another name of this machine', async () => {
  const server = await startServer();
  const { port } = new URL(server.url);
  const statusFor = async (host: string) => {
    const request = `GET /metrics HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    return rawAnswer(await exchange(server.url, request)).status;
  };
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '',
    '@',
  ]) {
    expect([host, await statusFor(host)]).toEqual([host, 403]);
  }
  for (const host of [
    `127.0.0.1:${port}`,
    'localhost',
    'a.localhost',
    `LOCALHOST:${port}`,
    '[::1]',
    '127.1.2.3',
  ]) {
    expect([host, await statusFor(host)]).toEqual([host, 200]);
  }
});

const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

test.skipIf(outside === undefined)('without a token no other machine reads the metrics', async () => {
  const server = await startServer({ environment: { HOST: '0.0.0.0' } });
  const { port } = new URL(server.url);
  expectProblem(await ask(`http://${outside}:${port}/metrics`), 403, 'forbidden');
  expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(200);
  expect((await fetch(`http://${outside}:${port}/healthz`)).status).toBe(200);
});
