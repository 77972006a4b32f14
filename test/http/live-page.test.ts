import { request } from 'node:http';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { expectProblem } from './support-problem.ts';

const identities = '/live-page/identities';

interface Asked {
  readonly status: number;
  readonly text: string;
}

/** Asks for the sample identities, as a browser would with these headers. */
function askForIdentities({ url }: TestServer, headers: Record<string, string>): Promise<Asked> {
  return new Promise((resolve, reject) => {
    // Not `fetch`, which sets Host and Sec-Fetch-Site itself.
    const asking = request(`${url}${identities}`, { method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asking.on('error', reject).end();
  });
}

test('the front page allows its own scripts and nothing else, while the API allows nothing at all', async () => {
  const server = await startServer();
  const page = await fetch(`${server.url}/`);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  for (const path of ['/live-page.js', '/live-page.css', '/favicon.svg']) {
    expect((await fetch(`${server.url}${path}`)).status).toBe(200);
  }
  const api = await fetch(`${server.url}/healthz`);
  expect(api.headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
});

test('without LIVE_PAGE there is no front page in production, and nothing that makes tokens', async () => {
  const server = await startServer({ environment: { NODE_ENV: 'production' } });
  for (const path of ['/', '/live-page.js', '/live-page.css']) {
    expectProblem(await server.ask('ann', 'GET', path), 404, 'not_found');
  }
  expectProblem(await server.ask('ann', 'POST', identities), 404, 'not_found');
});

test('with LIVE_PAGE=on production has the page, and still makes no tokens', async () => {
  const server = await startServer({ environment: { NODE_ENV: 'production', LIVE_PAGE: 'on' } });
  expect((await fetch(`${server.url}/`)).status).toBe(200);
  expectProblem(await server.ask('ann', 'POST', '/live-page/publish'), 404, 'not_found');
  // At a name as well: the page asks, and then it asks whoever is there for tokens.
  for (const host of [new URL(server.url).host, 'notify.example.com']) {
    const headers = { origin: `https://${host}`, host };
    expect(await askForIdentities(server, headers)).toEqual({ status: 200, text: '[]' });
  }
});

test('in development the page gets tokens of ann and bob, good for an hour', async () => {
  const server = await startServer();
  const { host, port } = new URL(server.url);
  const { status, text } = await askForIdentities(server, {
    origin: server.url,
    host,
    'sec-fetch-site': 'same-origin',
  });
  expect(status).toBe(200);
  const made = JSON.parse(text) as readonly { person: unknown; token: string }[];
  expect(made.map(({ person }) => person)).toEqual([
    { id: 'ann', name: 'Ann' },
    { id: 'bob', name: 'Bob' },
  ]);
  for (const { token } of made) {
    const { iat = 0, exp = 0 } = decodeJwt(token);
    expect(exp - iat).toBe(3600);
    const answer = await fetch(`${server.url}/reports`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
  }
  for (const name of [
    `localhost:${port}`,
    `carillon.localhost:${port}`,
    `[::1]:${port}`,
    `192.168.1.20:${port}`,
  ]) {
    expect(await askForIdentities(server, { origin: `http://${name}`, host: name })).toMatchObject({
      status: 200,
    });
  }
});

test('nobody else gets them: no other site, no rebound name, nobody who does not say where they come from', async () => {
  const server = await startServer();
  const { host, port } = new URL(server.url);
  const evil = `evil.example:${port}`;
  const refused: Record<string, string>[] = [
    { host },
    { host, origin: 'https://evil.example' },
    { host, origin: 'null' },
    { host, origin: `http://localhost:${port}` },
    { host, origin: server.url, 'sec-fetch-site': 'cross-site' },
    { host, origin: server.url, 'sec-fetch-site': 'same-site' },
    { host, origin: server.url, 'x-forwarded-for': '127.0.0.1' },
    { host, origin: server.url, 'sec-fetch-site': 'same-origin', via: '1.1 proxy' },
    { host: evil, origin: `http://${evil}` },
    { host: evil, origin: `http://${evil}`, 'sec-fetch-site': 'same-origin' },
    { host: `localhost.evil.example:${port}`, origin: `http://localhost.evil.example:${port}` },
    { host: `127.0.0.1.evil.example:${port}`, origin: `http://127.0.0.1.evil.example:${port}` },
  ];
  for (const headers of refused) {
    const { status, text } = await askForIdentities(server, headers);
    expect({ headers, status }).toEqual({ headers, status: 403 });
    expect(text).not.toContain('eyJ');
  }
});
