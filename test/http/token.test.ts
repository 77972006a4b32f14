import { CompactSign, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { ask, secret, startServer, type TestServer } from '../support/server.ts';
import { expectProblem } from './support-problem.ts';
import { claims, seconds, sign, tryToken } from './support-keys.ts';

async function expectRefused(server: TestServer, token: string): Promise<string> {
  const answer = await tryToken(server, token);
  expectProblem(answer, 401, 'unauthenticated');
  expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  return answer.json.detail as string;
}

/** Who the server takes the bearer of these claims for. */
async function ownerBy(server: TestServer, payload: Parameters<typeof sign>[0]): Promise<unknown> {
  const authorization = `Bearer ${await sign(payload)}`;
  const { json } = await ask(`${server.url}/reports`, 'POST', { title: 'x' }, { authorization });
  return json.owner;
}

test('a token says who asks', async () => {
  const server = await startServer();
  expect(await ownerBy(server, claims({ name: 'Ann' }))).toEqual({ id: 'ann', name: 'Ann' });
  expect(await ownerBy(server, claims({ sub: 'bob', name: '🎉'.repeat(200) }))).toMatchObject({ id: 'bob' });
});

test('a user without a name goes by the id', async () => {
  const server = await startServer();
  expect(await ownerBy(server, claims())).toEqual({ id: 'ann', name: 'ann' });
});

test.each(['!', '~', 'x'.repeat(128), 'https://id.example.com/users/7', '__proto__', `"';--<>`])(
  'a user may be called %s',
  async (sub) => {
    const server = await startServer();
    expect(await ownerBy(server, claims({ sub }))).toMatchObject({ id: sub });
  },
);

const wrongClaims = [
  ['sub', ''],
  ['sub', 'x'.repeat(129)],
  ['sub', 'a b'],
  ['sub', 'a\nb'],
  ['sub', 'ann\0'],
  ['sub', 'änn'],
  ['sub', 7],
  ['sub', null],
  ['sub', ['ann']],
  ['sub', undefined],
  ['name', ''],
  ['name', 'x'.repeat(201)],
  ['name', '🎉'.repeat(201)],
  ['name', 'a\0b'],
  ['name', '\ud83c'],
  ['name', 7],
  ['name', null],
  ['exp', undefined],
  ['exp', null],
  ['exp', '4000000000'],
  ['exp', 0],
  ['exp', -1],
] as const;
test.each(
  wrongClaims.map(
    ([claim, value]) => [claim, JSON.stringify({ [claim]: value }).slice(0, 40), value] as const,
  ),
)('a token whose %s is wrong, as in %s, is refused, and the claim is named', async (claim, _, value) => {
  const server = await startServer();
  const payload = { ...claims(), [claim]: value };
  expect(await expectRefused(server, await sign(payload))).toMatch(
    claim === 'exp' ? /exp/ : `claim ${claim}`,
  );
});

test.each([8_640_000_000_001, 1e13, 1e20, 1e300])(
  'a token that ends at %d, which is no time, is refused',
  async (exp) => {
    const server = await startServer();
    const authorization = `Bearer ${await sign(claims({ exp }))}`;
    for (const path of ['/session', '/notifications/stream/tickets']) {
      const answer = await ask(`${server.url}${path}`, 'POST', undefined, { authorization });
      expectProblem(answer, 401, 'unauthenticated');
    }
  },
);

test('a token is good until the second in which it expires, however often it was used before', async () => {
  let now = Date.now();
  const exp = seconds(60);
  const server = await startServer({ now: () => now });
  const used = await sign(claims({ exp }));
  const unused = await sign(claims({ exp, jti: 'another' }));
  now = exp * 1000 - 1;
  expect((await tryToken(server, used)).status).toBe(200);
  expect((await tryToken(server, used)).status).toBe(200);
  now = exp * 1000;
  expect(await expectRefused(server, used)).toMatch('expired');
  expect(await expectRefused(server, used)).toMatch('expired');
  expect(await expectRefused(server, unused)).toMatch('expired');
});

test('a token is not good before its nbf', async () => {
  let now = Date.now();
  const server = await startServer({ now: () => now });
  const token = await sign(claims({ nbf: Math.floor(now / 1000) + 60 }));
  expect(await expectRefused(server, token)).toMatch('nbf');
  now += 61_000;
  expect((await tryToken(server, token)).status).toBe(200);
});

test('only the expected issuer and audience count, once they are set', async () => {
  const environment = { JWT_ISSUER: 'https://id.example.com', JWT_AUDIENCE: 'carillon' };
  const server = await startServer({ environment });
  const right = { iss: 'https://id.example.com', aud: 'carillon' };
  for (const more of [right, { ...right, aud: ['other', 'carillon'] }]) {
    expect((await tryToken(server, await sign(claims(more)))).status).toBe(200);
  }
  for (const iss of [undefined, 'https://id.example.com/', 'https://evil.example.com']) {
    const token = await sign({ ...claims(right), iss } as ReturnType<typeof claims>);
    expect(await expectRefused(server, token)).toMatch('iss');
  }
  for (const aud of [undefined, 'carillon2', ['other'], []]) {
    const token = await sign({ ...claims(right), aud } as ReturnType<typeof claims>);
    expect(await expectRefused(server, token)).toMatch('aud');
  }
});

test('a token that is not signed, or otherwise than expected, is refused', async () => {
  const server = await startServer();
  const unsecured = new UnsecuredJWT(claims()).encode();
  const [header, payload, signature = ''] = (await sign(claims())).split('.');
  const [, forged] = (await sign(claims({ sub: 'bob' }))).split('.');
  const bare = Buffer.from('{"typ":"JWT"}').toString('base64url');
  const flipped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
  for (const token of [
    unsecured,
    `${unsecured}${signature}`,
    `${header}.${payload}.`,
    `${header}.${payload}`,
    `${header}.${forged}.${signature}`,
    `${header}.${payload}.${flipped}`,
    `${bare}.${payload}.${signature}`,
    await sign(claims(), { alg: 'HS256' }, `${secret}!`),
    await sign(claims(), { alg: 'HS512' }, secret.repeat(2)),
    `${header}.${payload}.${signature}.`,
    'x',
    'x.y.z',
    '..',
    'é',
  ]) {
    await expectRefused(server, token);
  }
});

test('a token has one spelling: what a decoder would pass over is refused, so nobody is remembered twice', async () => {
  const server = await startServer();
  const token = await sign(claims());
  expect((await tryToken(server, token)).status).toBe(200);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(token.at(-1) ?? '');
  // The last letter of a signature of 32 bytes has two bits that nothing is made of.
  const letters = [1, 2, 3].map((bits) => alphabet.charAt(last - (last % 4) + ((last + bits) % 4)));
  const respelled = [...letters.map((letter) => token.slice(0, -1) + letter), `${token}=`, `${token}==`];
  for (const other of respelled)
    expect(await expectRefused(server, other), other).toBe('This is not a token.');
  const [header, payload, signature = ''] = token.split('.');
  const inCookie = [
    ...respelled,
    `${token}%20`,
    `%09${token}`,
    `${header}.${payload}.${signature.slice(0, 9)}%0A${signature.slice(9)}`,
  ];
  for (const value of inCookie) {
    const headers = { cookie: `carillon_session=${value}` };
    const answer = await ask(`${server.url}/notifications/counts`, 'GET', undefined, headers);
    expectProblem(answer, 401, 'unauthenticated');
  }
});

test('a payload that is not an object of claims is refused', async () => {
  const server = await startServer();
  for (const payload of ['null', '[]', '"ann"', '7', '{', '', '{"sub":"ann","exp":1e400}', '\xff']) {
    const jws = new CompactSign(Buffer.from(payload, 'latin1')).setProtectedHeader({ alg: 'HS256' });
    await expectRefused(server, await jws.sign(Buffer.from(secret)));
  }
});

test('a token demanding what we do not understand is refused', async () => {
  const server = await startServer();
  const header = { alg: 'HS256', crit: ['x-revoked'], 'x-revoked': true };
  const jws = new CompactSign(Buffer.from(JSON.stringify(claims()))).setProtectedHeader(header);
  const token = await jws.sign(Buffer.from(secret), { crit: { 'x-revoked': true } });
  await expectRefused(server, token);
});

test('a token of up to 8,192 characters is read, a longer one is not', async () => {
  const server = await startServer();
  const tokenWith = (characters: number) => sign(claims({ padding: 'x'.repeat(characters) }));
  // Three bytes become four characters, so not every length can be had.
  const rest = Math.floor(((8192 - (await tokenWith(0)).length) * 3) / 4);
  const longest = await tokenWith(rest - 1);
  expect(longest.length).toBeGreaterThan(8188);
  expect(longest.length).toBeLessThanOrEqual(8192);
  expect((await tryToken(server, longest)).status).toBe(200);
  expect(await expectRefused(server, await tokenWith(rest + 3))).toMatch('too long');
});
