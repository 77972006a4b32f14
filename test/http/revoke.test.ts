import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { openRawStream } from '../support/raw-stream.ts';
import {
  type Answer,
  ask,
  secret,
  startServer,
  temporaryFolder,
  type TestServer,
} from '../support/server.ts';
import { expectProblem } from './support-problem.ts';

const operatorToken = 'an operator token that is only for tests'.replaceAll(' ', '-');

function startWithOperator(folder = temporaryFolder()): Promise<TestServer> {
  return startServer({ folder, environment: { OPERATOR_TOKEN: operatorToken } });
}

function revoke(server: TestServer, user: string, token = operatorToken): Promise<Answer> {
  return ask(`${server.url}/users/${encodeURIComponent(user)}/revoke`, 'POST', undefined, {
    authorization: `Bearer ${token}`,
  });
}

/** A token of ann's with these claims beside `sub`, `exp`, and what else signs it. */
function signed(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT({ sub: 'ann', exp: Math.floor(Date.now() / 1000) + 600, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret));
}

async function statusFor(server: TestServer, headers: Record<string, string>): Promise<number> {
  return (await ask(`${server.url}/notifications/counts`, 'GET', undefined, headers)).status;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test('revoking ends the streams of the user, and of nobody else', async () => {
  const server = await startWithOperator();
  const streams = [await server.token('ann'), await server.token('ann'), await server.token('bob')].map(
    (token) => openRawStream(server.url, { token }),
  );
  for (const stream of streams) await stream.waitFor('sync');
  const answer = await revoke(server, 'ann');
  expect([answer.status, answer.json]).toEqual([204, undefined]);
  for (const stream of streams.slice(0, 2)) {
    await stream.waitForEnd();
    expect(stream.events.at(-1)).toMatchObject({ event: 'goodbye', data: { reason: 'revoked' } });
  }
  expect(streams[2]?.ended).toBe(false);
});

test('what was issued before counts nowhere any more: token, cookie, ticket', async () => {
  const server = await startWithOperator();
  const old = bearer(await server.token('ann'));
  const cookie = { cookie: `carillon_session=${old.authorization.slice('Bearer '.length)}` };
  const { json } = await server.ask('ann', 'POST', '/notifications/stream/tickets');
  expect(await statusFor(server, old)).toBe(200);
  expect(await statusFor(server, cookie)).toBe(200);

  await revoke(server, 'ann');

  const refused = await ask(`${server.url}/notifications`, 'GET', undefined, old);
  expectProblem(refused, 401, 'unauthenticated');
  expect(refused.json.detail).toBe('The token was revoked.');
  expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  expect(await statusFor(server, cookie)).toBe(401);
  for (const path of ['/reports', '/session', '/notifications/stream/tickets']) {
    expect((await ask(server.url + path, 'POST', { title: 'x' }, old)).status, path).toBe(401);
  }
  const byTicket = openRawStream(server.url, { query: `?ticket=${String(json.ticket)}` });
  await byTicket.waitForEnd();
  expect(byTicket.head).toMatch(/^HTTP\/1.1 401 /);
  const byToken = openRawStream(server.url, { token: old.authorization.slice('Bearer '.length) });
  await byToken.waitForEnd();
  expect(byToken.head).toMatch(/^HTTP\/1.1 401 /);
});

test('a token that is issued when the answer is there counts, and so does its stream', async () => {
  const server = await startWithOperator();
  for (let i = 0; i < 3; i++) {
    await revoke(server, 'ann');
    const token = await server.token('ann');
    expect(await statusFor(server, bearer(token))).toBe(200);
    const stream = openRawStream(server.url, { token });
    await stream.waitFor('sync');
  }
});

test('a token that does not say credibly when it was issued counts as an old one', async () => {
  const server = await startWithOperator();
  const tokens = await Promise.all([
    signed({}),
    signed({ iat: Date.now() }), // In milliseconds, by mistake.
    signed({ iat: Math.floor(Date.now() / 1000) + 3_600 }),
    signed({ iat: -1 }),
  ]);
  for (const token of tokens) expect(await statusFor(server, bearer(token))).toBe(200);
  await revoke(server, 'ann');
  for (const token of tokens) expect(await statusFor(server, bearer(token))).toBe(401);
  const refused = await ask(`${server.url}/reports`, 'GET', undefined, bearer(await signed({})));
  expectProblem(refused, 401, 'unauthenticated');
  expect(refused.json.detail).toMatch(/^The user was revoked, .* claim iat .* missing/);
});

test('a token of an issuer whose clock is ahead ends with its user, also after a restart, and a new one counts', async () => {
  const folder = temporaryFolder();
  let offsetMs = 0;
  const environment = { OPERATOR_TOKEN: operatorToken };
  const start = () => startServer({ folder, environment, now: () => Date.now() + offsetMs });
  const signedAhead = () => signed({ iat: Math.floor(Date.now() / 1000) + 30 });
  const first = await start();
  const early = await signedAhead();
  const stream = openRawStream(first.url, { token: early });
  await stream.waitFor('sync');
  const { json } = await ask(`${first.url}/notifications/stream/tickets`, 'POST', undefined, bearer(early));

  await revoke(first, 'ann');

  const fresh = bearer(await signedAhead());
  await stream.waitForEnd();
  expect(stream.events.at(-1)).toMatchObject({ event: 'goodbye', data: { reason: 'revoked' } });
  const byTicket = await ask(`${first.url}/notifications/stream?ticket=${json.ticket}`);
  expect(byTicket.status).toBe(401);
  expect(await statusFor(first, bearer(early))).toBe(401);
  expect(await statusFor(first, fresh)).toBe(200);
  await first.close();
  // Its time has come.
  offsetMs = 60_000;
  const second = await start();
  expect(await statusFor(second, bearer(early))).toBe(401);
  expect(await statusFor(second, fresh)).toBe(200);
});

test('a revocation outlives a restart', async () => {
  const folder = temporaryFolder();
  const first = await startWithOperator(folder);
  const old = bearer(await first.token('ann'));
  await revoke(first, 'ann');
  await first.close();
  const second = await startWithOperator(folder);
  expect(await statusFor(second, old)).toBe(401);
  expect(await statusFor(second, bearer(await second.token('ann')))).toBe(200);
  expect(await statusFor(second, bearer(await second.token('bob')))).toBe(200);
});

test('only the operator may revoke; wrong tokens are held back, and the right one never is', async () => {
  const server = await startWithOperator();
  const own = await server.token('ann');
  const stream = openRawStream(server.url, { token: own });
  await stream.waitFor('sync');
  const wrong = [own, '', operatorToken.slice(1), `${operatorToken}x`, operatorToken.toUpperCase()];
  for (const token of wrong) expectProblem(await revoke(server, 'ann', token), 401, 'unauthenticated');
  const anonymous = await ask(`${server.url}/users/ann/revoke`, 'POST');
  expectProblem(anonymous, 401, 'unauthenticated');
  expect(anonymous.headers.get('www-authenticate')).toBe('Bearer');
  for (let i = 0; i < 4; i++) expect((await revoke(server, 'ann', 'guess')).status).toBe(401);
  for (const token of ['guess', own]) {
    const held = await revoke(server, 'ann', token);
    expectProblem(held, 429, 'rate_limited');
    expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(stream.ended).toBe(false);
  // The right one is right all the same.
  expect((await revoke(server, 'ann')).status).toBe(204);
  await stream.waitForEnd();
});

test('an operator who is right is not held back', async () => {
  const server = await startWithOperator();
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => revoke(server, `user-${i}`)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 204));
});

test('the request is judged like every other', async () => {
  const server = await startWithOperator();
  expectProblem(await revoke(server, 'a b'), 400, 'invalid_input');
  expectProblem(await revoke(server, 'x'.repeat(129)), 400, 'invalid_input');
  const headers = bearer(operatorToken);
  const url = `${server.url}/users/ann/revoke`;
  expectProblem(await ask(url, 'POST', { why: 'x' }, headers), 400, 'invalid_input');
  expect((await ask(url, 'POST', {}, headers)).status).toBe(204);
  const got = await ask(url, 'GET', undefined, headers);
  expectProblem(got, 405, 'method_not_allowed');
  expect(got.headers.get('allow')).toBe('POST, OPTIONS');
});

test('without an operator token there is no such route', async () => {
  const server = await startServer();
  for (const token of ['', 'undefined', operatorToken]) {
    expectProblem(await revoke(server, 'ann', token), 404, 'not_found');
  }
});
