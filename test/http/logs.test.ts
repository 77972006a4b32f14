import { expect, test } from 'vitest';
import { ask, startServer } from '../support/server.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { until } from '../support/wait.ts';
import { exchange } from './support-raw.ts';

test('the log tells of every request, and holds nothing that opens a door or that somebody wrote', async () => {
  const server = await startServer({ environment: { METRICS_TOKEN: 'the-metrics-token' } });
  const token = await server.token('ann');
  const cookie = `carillon_session=${token}`;
  const { json } = await server.ask('ann', 'POST', '/notifications/stream/tickets');
  const requests: [string, string, unknown?, Record<string, string>?][] = [
    ['POST', '/reports', { title: 'marker-title', body: 'marker-body' }],
    ['POST', '/reports', { title: 'marker-title', 'marker-field': 1 }],
    ['POST', '/reports', '{"marker-broken'],
    ['POST', '/reports', { title: 'x' }, { 'idempotency-key': 'marker-key' }],
    ['GET', '/reports?x=marker-query'],
    ['GET', '/marker-is-a-path?x=marker-query'],
    // Who encodes the question mark has put it into the path.
    ['GET', `/notifications/stream%3Fticket=${json.ticket}`, undefined, { authorization: '' }],
    ['GET', `/notifications/stream&ticket=${token}/marker-is-a-path`],
    ['GET', `/${'marker-is-a-path/'.repeat(900)}`],
    ['POST', '/session'],
    ['DELETE', '/session', undefined, { cookie, 'sec-fetch-site': 'none', authorization: '' }],
    ['GET', '/notifications', undefined, { cookie }],
    ['GET', '/notifications', undefined, { authorization: 'Bearer marker-bad-token' }],
    ['GET', '/notifications', undefined, { authorization: `Basic ${token}` }],
    ['GET', '/notifications/stream?ticket=marker-bad-ticket', undefined, { authorization: '' }],
    [
      'GET',
      '/notifications/counts',
      undefined,
      { 'x-marker': 'marker-header', 'user-agent': 'marker-agent' },
    ],
  ];
  for (const [method, path, body, headers] of requests) await server.ask('ann', method, path, body, headers);
  const metrics = { authorization: 'Bearer the-metrics-token' };
  await (await fetch(`${server.url}/metrics`, { headers: metrics })).text();
  await openRawStream(server.url, { query: `?ticket=${json.ticket}&lastEventId=marker-cursor` }).waitFor(
    'reset',
  );
  await exchange(
    server.url,
    'GET /healthz?marker-query HTTP/1.1\r\nHost: marker-host\r\nmarker broken\r\n\r\n',
  );
  // And what goes wrong here tells no more.
  server.store.reports = async () => {
    throw new Error('out of order');
  };
  await server.ask('ann', 'GET', '/reports?x=marker-query', undefined, { cookie });
  await server.store.close();
  await server.ask('ann', 'POST', '/reports', { title: 'marker-title' });

  const ends = () => server.logged.filter((line) => line.includes('"msg":"request"'));
  // The ticket, all of the list, the metrics, both that fail; the stream is still open.
  await until('all requests in the log', () => ends().length >= 1 + requests.length + 1 + 2);
  const log = server.logged.join('\n');
  expect(log).toMatch('/marker-is-a-path');
  expect(log).toMatch('out of order');
  const secrets = [
    token,
    token.split('.')[2],
    json.ticket,
    'the-metrics-token',
    'carillon_session',
    'Bearer',
  ];
  for (const secret of secrets) expect(log).not.toContain(secret);
  expect(log.replaceAll('/marker-is-a-path', '').replaceAll('/***', '')).not.toMatch(/marker/);
  for (const line of ends()) expect(line.length).toBeLessThan(1000);
});

test('the log names the user of a request once they are known', async () => {
  const server = await startServer();
  await server.ask('ann', 'GET', '/reports');
  await ask(`${server.url}/reports`);
  const users = () =>
    server.logged
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'request')
      .map(({ userId, status }) => [userId, status]);
  await until('both requests in the log', () => users().length === 2);
  expect(users()).toEqual([
    ['ann', 200],
    [undefined, 401],
  ]);
});

test('a probe that is answered well is worth no more than a debug line', async () => {
  const server = await startServer();
  for (const path of ['/healthz', '/readyz', '/nothing']) await ask(`${server.url}${path}`);
  const levelOf = (path: string) => {
    const line = server.logged.find((one) => one.includes(`"path":"${path}"`));
    return (JSON.parse(line ?? '{}') as { level?: number }).level;
  };
  await until('the log', () => levelOf('/nothing') !== undefined);
  expect(['/healthz', '/readyz', '/nothing'].map(levelOf)).toEqual([20, 20, 30]);
});
