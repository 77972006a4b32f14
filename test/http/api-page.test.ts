import { expect, test } from 'vitest';
import { startServer } from '../support/server.ts';
import { expectProblem } from './support-problem.ts';

const files = ['/docs/page.js', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css', '/docs/index.css'];

test('without API_PAGE there is no page of the API in production, and nothing that it loads', async () => {
  const server = await startServer({ environment: { NODE_ENV: 'production' } });
  for (const path of ['/docs', ...files, '/docs/favicon.svg']) {
    expectProblem(await server.ask('ann', 'GET', path), 404, 'not_found');
  }
  // The document for machines is there all the same.
  expect((await fetch(`${server.url}/openapi.json`)).status).toBe(200);
});

test('with API_PAGE=on production has the page, and what it loads is revalidated', async () => {
  const server = await startServer({ environment: { NODE_ENV: 'production', API_PAGE: 'on' } });
  for (const path of ['/docs', ...files, '/docs/favicon.svg']) {
    const first = await fetch(server.url + path);
    const etag = first.headers.get('etag') ?? '';
    expect([path, first.status, first.headers.get('cache-control')]).toEqual([path, 200, 'no-cache']);
    // Of its own accord `fetch` would ask for an answer that is new.
    const headers = { 'if-none-match': etag, 'cache-control': 'max-age=0' };
    const again = await fetch(server.url + path, { headers });
    expect([path, again.status]).toEqual([path, 304]);
  }
  expectProblem(await server.ask('ann', 'GET', '/'), 404, 'not_found');
});

test('behind a slash, where its relative links would lead nowhere, the page sends to itself', async () => {
  const server = await startServer();
  const answer = await fetch(`${server.url}/docs/`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([308, '../docs']);
});

test('the rest of Swagger UI is not served', async () => {
  const server = await startServer();
  for (const path of ['/docs/oauth2-redirect.html', '/docs/index.html', '/docs/swagger-ui.css.map']) {
    expectProblem(await server.ask('ann', 'GET', path), 404, 'not_found');
  }
});
