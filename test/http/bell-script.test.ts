import { gunzipSync } from 'node:zlib';
import { get } from 'node:http';
import { expect, test } from 'vitest';
import { startServer } from '../support/server.ts';
import { expectProblem } from './support-problem.ts';

test('the bell is one small script, for pages of every origin, production or not', async () => {
  const server = await startServer({ environment: { NODE_ENV: 'production' } });
  const response = await fetch(`${server.url}/carillon-bell.js`, {
    headers: { origin: 'https://elsewhere.example' },
  });
  const { headers } = response;
  expect(response.status).toBe(200);
  expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('no-cache');
  expect(headers.get('content-encoding')).toBe('gzip');
  const script = await response.text();
  expect(script).toContain('carillon-bell');
  // Nothing in it that a page with Trusted Types would refuse.
  expect(script).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|new Function|\beval\(/);

  const again = await fetch(`${server.url}/carillon-bell.js`, {
    // Node's fetch would ask for no-cache by itself, as a forced reload does.
    headers: { 'if-none-match': headers.get('etag') ?? '', 'cache-control': 'max-age=0' },
  });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe('');
});

test('under the name with its hash the bell never changes, under any other it is not there', async () => {
  const server = await startServer();
  const present = await fetch(`${server.url}/carillon-bell.js`);
  const hash = /"(.*)"/.exec(present.headers.get('etag') ?? '')?.[1] ?? '';
  const named = await fetch(`${server.url}/carillon-bell.${hash}.js`);
  expect(named.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(await named.text()).toBe(await present.text());
  expectProblem(await server.ask('ann', 'GET', '/carillon-bell.0123456789abcdef.js'), 404, 'not_found');
});

test('the bell comes compressed only to who can read that', async () => {
  const server = await startServer();
  const [plain, gzipped] = await Promise.all([bytesOf(server.url, 'identity'), bytesOf(server.url, 'gzip')]);
  expect(gunzipSync(gzipped).equals(plain)).toBe(true);
  expect(gzipped.length).toBeLessThan(25 * 1024);
});

/** `fetch` would decompress. */
function bytesOf(url: string, encoding: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const request = get(
      `${url}/carillon-bell.js`,
      { headers: { 'accept-encoding': encoding } },
      (response) => {
        const chunks: Buffer[] = [];
        response
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('end', () => resolve(Buffer.concat(chunks)));
      },
    );
    request.on('error', reject);
  });
}
