import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportSPKI } from 'jose';
import { expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { until } from '../support/wait.ts';
import {
  claims,
  makeKey,
  publish,
  type SigningKey,
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

const dayMs = 24 * 60 * 60 * 1000;

/** A server whose clock the test turns, with keys that the test changes. */
async function startWithIssuer(...keys: readonly SigningKey[]) {
  const listed = keys.map(({ jwk }) => jwk);
  const issuer = await publish(listed);
  const clock = { now: Date.now() };
  const tokenRules = { key: { jwksUrl: issuer.url } };
  const server = await startServer({ tokenRules, now: () => clock.now });
  return { listed, issuer, clock, server };
}

test('a key that is listed no more lets nobody in, not even by a token that was good before', async () => {
  const [old, current] = await Promise.all([makeKey('ES256', 'old'), makeKey('ES256', 'new')]);
  const { listed, clock, server } = await startWithIssuer(old, current);
  const lasting = claims({ exp: seconds(1_000_000) });
  const used = await signWith(old, lasting);
  const good = await signWith(current, lasting);
  for (const token of [used, good]) expect((await tryToken(server, token)).status).toBe(200);

  listed.shift();
  clock.now += 3 * dayMs;

  await expectRefused(server, used);
  await expectRefused(server, await signWith(old, lasting));
  expect((await tryToken(server, good)).status).toBe(200);
  listed.shift();
  clock.now += 10 * 60_000;
  await expectRefused(server, good);
});

test('while the issuer is away, what its keys verify goes on counting, and the log says so once', async () => {
  const [key, other] = await Promise.all([makeKey('ES256', 'k'), makeKey('ES256', 'other')]);
  const { listed, issuer, clock, server } = await startWithIssuer(key);
  const lasting = claims({ exp: seconds(1_000_000) });
  const used = await signWith(key, lasting);
  expect((await tryToken(server, used)).status).toBe(200);

  issuer.answer = (res) => res.writeHead(503).end();
  for (const waitMs of [11 * 60_000, dayMs]) {
    clock.now += waitMs;
    expect((await tryToken(server, used)).status).toBe(200);
    expect((await tryToken(server, await signWith(key, { ...lasting, jti: `${waitMs}` }))).status).toBe(200);
  }
  // Its key may be a new one.
  expectProblem(await tryToken(server, await signWith(other, lasting)), 503, 'unavailable');
  expect(server.logged.filter((line) => line.includes('go on counting'))).toHaveLength(1);

  issuer.answer = undefined;
  listed[0] = other.jwk;
  clock.now += 30_000;
  await tryToken(server, used);
  await until('the new keys', async () => (await tryToken(server, used)).status === 401);
  expect((await tryToken(server, await signWith(other, lasting))).status).toBe(200);
});

test('an issuer that hangs is waited for once', async () => {
  const key = await makeKey('ES256');
  const { issuer, clock, server } = await startWithIssuer(key);
  const token = await signWith(key, claims({ exp: seconds(1_000_000) }));
  expect((await tryToken(server, token)).status).toBe(200);
  let hanging = 0;
  issuer.answer = (res) => {
    hanging++;
    res.once('close', () => hanging--);
  };
  clock.now += 11 * 60_000;
  expect((await tryToken(server, token)).status).toBe(200);
  await until('it to be given up', () => hanging === 0);
  clock.now += 30_000;
  expect((await tryToken(server, token)).status).toBe(200);
  await until('it to be asked again', () => hanging === 1);
  expect((await tryToken(server, token)).status).toBe(200);
  expect(hanging).toBe(1);
});

test('an answer without end is cut at 1 MiB', async () => {
  const key = await makeKey('ES256');
  const { issuer, server } = await startWithIssuer(key);
  let sent = 0;
  issuer.answer = (res) => {
    const piece = ' '.repeat(65_536);
    const send = () => {
      while (!res.destroyed && sent < 1e9) {
        sent += piece.length;
        if (!res.write(piece)) return;
      }
    };
    res.on('drain', send);
    send();
  };
  expectProblem(await tryToken(server, await signWith(key)), 503, 'unavailable');
  expect(server.logged.join('\n')).toContain('larger than 1048576 bytes');
  // What the kernel and both ends have buffered comes on top.
  expect(sent).toBeLessThan(32 * 1024 * 1024);
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
