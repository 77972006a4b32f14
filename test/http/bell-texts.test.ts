import { expect, test } from 'vitest';
import { ask, startServer } from '../support/server.ts';
import { expectProblem } from './support-problem.ts';

test('the texts of the bell are data that a page of any origin may read and keep', async () => {
  const server = await startServer({ environment: { NODE_ENV: 'production' } });
  const url = `${server.url}/carillon-bell/zh-Hant.json`;
  const response = await fetch(url, { headers: { origin: 'https://elsewhere.example' } });
  const { headers } = response;
  expect(response.status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(headers.get('cache-control')).toBe('no-cache');
  expect(await response.json()).toMatchObject({ title: '通知', close: '關閉' });

  const again = await fetch(url, {
    // Node's fetch would ask for no-cache by itself, as a forced reload does.
    headers: { 'if-none-match': headers.get('etag') ?? '', 'cache-control': 'max-age=0' },
  });
  expect(again.status).toBe(304);
});

test.each(['fi', 'en', 'constructor', 'de-AT', '..%2fen'])('there are no texts named %s', async (name) => {
  const server = await startServer();
  const answer = await ask(`${server.url}/carillon-bell/${name}.json`, 'GET');
  expectProblem(answer, 404, 'not_found');
});
