import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportSPKI } from 'jose';
import { expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { openRawStream } from '../support/raw-stream.ts';
import {
  claims,
  makeKey,
  publish,
  seconds,
  sign,
  signWith,
  startServerWith,
  tryToken,
} from './support-keys.ts';
import { expectProblem } from './support-problem.ts';

async function expectRefused(server: TestServer, token: string): Promise<void> {
  expectProblem(await tryToken(server, token), 401, 'unauthenticated');
}

test.each(['RS256', 'ES256', 'EdDSA'])('a token signed with a published %s key is good', async (alg) => {
  const key = await makeKey(alg);
  const server = await startServerWith([key]);
  const token = await signWith(key);
  expect((await tryToken(server, token)).status).toBe(200);
  const [header, , signature] = token.split('.');
  const [, forged] = (await signWith(key, claims({ sub: 'bob' }))).split('.');
  await expectRefused(server, `${header}.${forged}.${signature}`);
  await expectRefused(server, `${header}.${forged}.`);
});

test('a token names by its kid which of several keys it is signed with', async () => {
  const keys = await Promise.all([makeKey('ES256', 'old'), makeKey('ES256', 'new'), makeKey('EdDSA')]);
  const server = await startServerWith(keys);
  for (const key of keys) expect((await tryToken(server, await signWith(key))).status).toBe(200);
  const [old, current] = keys;
  await expectRefused(server, await signWith({ ...old, kid: 'new' }));
  await expectRefused(server, await signWith({ ...current, kid: 'unheard of' }));
});

test('a key that is not published is no good, whatever it calls itself', async () => {
  const [key, stranger] = await Promise.all([makeKey('ES256', 'k'), makeKey('ES256', 'k')]);
  const server = await startServerWith([key]);
  await expectRefused(server, await signWith(stranger));
});

test('a public key is no shared secret', async () => {
  const key = await makeKey('RS256');
  const server = await startServerWith([key]);
  const spki = await exportSPKI(key.publicKey);
  for (const text of [spki, spki.trim(), JSON.stringify(key.jwk), key.jwk.n ?? '']) {
    await expectRefused(
      server,
      await sign(claims(), { alg: 'HS256', kid: key.kid } as { alg: string }, text),
    );
  }
});

test('an algorithm that is not ours is refused, even from a published key', async () => {
  const keys = await Promise.all([makeKey('ES384'), makeKey('PS256')]);
  const server = await startServerWith(keys);
  for (const key of keys) await expectRefused(server, await signWith(key));
});

test('a token of published keys expires, and needs an exp, like every other', async () => {
  let now = Date.now();
  const key = await makeKey('EdDSA');
  const server = await startServerWith([key], { now: () => now });
  const token = await signWith(key);
  expect((await tryToken(server, token)).status).toBe(200);
  await expectRefused(server, await signWith(key, { sub: 'ann' }));
  await expectRefused(server, await signWith(key, claims({ nbf: seconds(60) })));
  now += 3_600_000;
  await expectRefused(server, token);
});

test('the issuer counts with published keys as well', async () => {
  const key = await makeKey('ES256');
  const server = await startServerWith([key], { environment: { JWT_ISSUER: 'https://id.example.com' } });
  await expectRefused(server, await signWith(key));
  const token = await signWith(key, claims({ iss: 'https://id.example.com' }));
  expect((await tryToken(server, token)).status).toBe(200);
});

test('the keys are fetched once, and not by every token that names an unknown one', async () => {
  const key = await makeKey('ES256');
  const keys = await publish([key.jwk]);
  const server = await startServer({ tokenRules: { key: { jwksUrl: keys.url } } });
  for (let i = 0; i < 4; i++) {
    expect((await tryToken(server, await signWith(key, claims({ jti: `${i}` })))).status).toBe(200);
    await expectRefused(server, await signWith({ ...key, kid: `unheard of ${i}` }));
  }
  expect(keys.asked).toBe(1);
});

test('while the keys cannot be had nobody is let in, and nobody is told that their token is bad', async () => {
  const broken = createServer((_req, res) => res.writeHead(500).end('out of order'));
  broken.listen(0, '127.0.0.1');
  await once(broken, 'listening');
  const url = `http://127.0.0.1:${(broken.address() as AddressInfo).port}/keys`;
  const server = await startServer({ tokenRules: { key: { jwksUrl: url } } });
  const token = await signWith(await makeKey('ES256'));

  expectProblem(await tryToken(server, token), 503, 'unavailable');
  expect(server.logged.join('\n')).toMatch(/Expected 200 OK/);
  // A browser would give up on a stream for good.
  const stream = openRawStream(server.url, { token });
  expect((await stream.waitFor('goodbye')).data).toEqual({ reason: 'busy' });
  expect(stream.head).toMatch('HTTP/1.1 200 OK');

  broken.close();
  broken.closeAllConnections();
  expectProblem(await tryToken(server, token), 503, 'unavailable');
});
