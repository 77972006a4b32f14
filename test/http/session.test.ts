import { expect, test } from 'vitest';
import { ask, startServer } from '../support/server.ts';
import { claims, seconds, sign } from './support-keys.ts';
import { expectProblem } from './support-problem.ts';

/** The parts of the only cookie that is set. */
function cookieIn(headers: Headers): string[] {
  const [cookie = '', ...others] = headers.getSetCookie();
  expect(others).toEqual([]);
  return cookie.split('; ');
}

const here = { 'sec-fetch-site': 'same-origin' };

test('a bearer token becomes a cookie that scripts cannot read, until the end of the token', async () => {
  const server = await startServer();
  const exp = seconds(1000);
  const token = await sign(claims({ exp }));
  const answer = await ask(`${server.url}/session`, 'POST', undefined, { authorization: `Bearer ${token}` });

  expect([answer.status, answer.json]).toEqual([204, undefined]);
  const [cookie = '', ...attributes] = cookieIn(answer.headers);
  expect(cookie).toBe(`carillon_session=${token}`);
  expect(attributes.sort()).toEqual([
    `Expires=${new Date(exp * 1000).toUTCString()}`,
    'HttpOnly',
    'Path=/',
    'SameSite=Lax',
  ]);

  const list = await ask(`${server.url}/notifications`, 'GET', undefined, { cookie });
  expect(list.status).toBe(200);
});

test('the cookie goes over https alone where that is how the browser came', async () => {
  const behindProxy = await startServer({ environment: { TRUST_PROXY: '1' } });
  const bare = await startServer();
  const headers = { 'x-forwarded-proto': 'https' };
  for (const method of ['POST', 'DELETE']) {
    const secure = await behindProxy.ask('ann', method, '/session', undefined, headers);
    expect(cookieIn(secure.headers)).toContain('Secure');
    const plain = await behindProxy.ask('ann', method, '/session');
    expect(cookieIn(plain.headers)).not.toContain('Secure');
    // Nobody said that there is a proxy to believe.
    const pretended = await bare.ask('ann', method, '/session', undefined, headers);
    expect(cookieIn(pretended.headers)).not.toContain('Secure');
  }
});

test('a cookie cannot be made of a cookie, a bad token, or nothing', async () => {
  const server = await startServer();
  const cookie = `carillon_session=${await server.token('ann')}`;
  for (const headers of [{ cookie, ...here }, { authorization: 'Bearer x' }, {}]) {
    const answer = await ask(`${server.url}/session`, 'POST', undefined, headers);
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(answer.headers.getSetCookie()).toEqual([]);
  }
});

test('the body of a login is empty', async () => {
  const server = await startServer();
  expect((await server.ask('ann', 'POST', '/session', {})).status).toBe(204);
  const answer = await server.ask('ann', 'POST', '/session', { token: 'x' });
  expectProblem(answer, 400, 'invalid_input');
  expect(answer.headers.getSetCookie()).toEqual([]);
});

test('a token that a browser would drop as a cookie is refused', async () => {
  const server = await startServer();
  const post = async (padding: number) => {
    const token = await sign(claims({ padding: 'x'.repeat(padding) }));
    const headers = { authorization: `Bearer ${token}` };
    return { token, answer: await ask(`${server.url}/session`, 'POST', undefined, headers) };
  };
  const { token } = await post(0);
  const room = Math.floor(((3968 - token.length) * 3) / 4);
  const longest = await post(room - 1);
  expect(longest.answer.status).toBe(204);
  // 4096 bytes are what RFC 6265 lets a site count on.
  expect(longest.answer.headers.getSetCookie().join('').length).toBeLessThanOrEqual(4096);
  const tooLong = await post(room + 3);
  expectProblem(tooLong.answer, 400, 'invalid_input');
  expect(tooLong.answer.headers.getSetCookie()).toEqual([]);
});

test('the end of a session clears the cookie, whatever it holds', async () => {
  const server = await startServer();
  for (const value of [await server.token('ann'), await server.token('ann', { ttlSeconds: -60 }), 'x', '']) {
    const headers = { cookie: `carillon_session=${value}`, ...here };
    const answer = await ask(`${server.url}/session`, 'DELETE', undefined, headers);
    expect(answer.status).toBe(204);
    const [cookie, ...attributes] = cookieIn(answer.headers);
    expect(cookie).toBe('carillon_session=');
    expect(attributes).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'SameSite=Lax']));
    const expires = attributes.find((part) => part.startsWith('Expires='))?.slice('Expires='.length) ?? '';
    expect(Date.parse(expires)).toBeLessThan(Date.now());
  }
});

test('who has no session may end it', async () => {
  const server = await startServer();
  const answer = await ask(`${server.url}/session`, 'DELETE');
  expect(answer.status).toBe(204);
});

test('no other site ends a session', async () => {
  const server = await startServer();
  const cookie = `carillon_session=${await server.token('ann')}`;
  for (const headers of [{ cookie }, { cookie, origin: 'https://evil.example' }]) {
    const answer = await ask(`${server.url}/session`, 'DELETE', undefined, headers);
    expectProblem(answer, 403, 'forbidden');
    expect(answer.headers.getSetCookie()).toEqual([]);
  }
});

test('a session ends with its token', async () => {
  let now = Date.now();
  const server = await startServer({ now: () => now });
  const cookie = `carillon_session=${await server.token('ann', { ttlSeconds: 60 })}`;
  expect((await ask(`${server.url}/notifications`, 'GET', undefined, { cookie })).status).toBe(200);
  now += 3_600_000;
  expectProblem(
    await ask(`${server.url}/notifications`, 'GET', undefined, { cookie }),
    401,
    'unauthenticated',
  );
});
