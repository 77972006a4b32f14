import { Router } from 'express';
import { exportSPKI, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { claims, makeKey, publish, seconds, sign, signWith, type SigningKey } from '../http/support-keys.ts';
import { expectProblem } from '../http/support-problem.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { ask, type Answer, secret, startServer, type TestServer } from '../support/server.ts';
import { bareApp, routesOf } from './router.ts';
import { pathOf, type Route, routes, type World } from './routes.ts';

test('the table has every route of the app, and no other', () => {
  const known = routes.map(({ method, path }) => `${method} ${path}`);
  expect(routesOf(bareApp()).sort()).toEqual(known.sort());
});

test('a route that is added, at any depth, is found', () => {
  const app = bareApp();
  app.use(Router().use(Router().post('/users/:id/forget', () => undefined)));
  expect(routesOf(app)).toContain('POST /users/:id/forget');
  app.use(
    '/v2',
    Router().get('/reports', () => undefined),
  );
  expect(() => routesOf(app)).toThrow('under a prefix');
});

const right = { iss: 'https://id.example.com', aud: 'carillon' };
const environment = {
  JWT_ISSUER: right.iss,
  JWT_AUDIENCE: right.aud,
  METRICS_TOKEN: 'only-operators-know-this-token',
  OPERATOR_TOKEN: 'only-operators-know-this-token-as-well',
};

/** Something of ann's, with a comment of bob's that she was told of. */
async function makeWorld({ store, url }: TestServer): Promise<World> {
  const [ann, bob] = ['ann', 'bob'].map((id) => ({ id, name: id }));
  if (ann === undefined || bob === undefined) throw new Error('Nobody is there.');
  const report = await store.addReport(ann, { title: 'of ann', body: '' });
  const comment = await store.addComment(bob, report.value.id, { body: 'by bob', parentId: null });
  const { data, inbox } = await store.notifications('ann', { status: 'all', limit: 1 });
  return {
    report: report.value.id,
    comment: comment.value.id,
    notification: data[0]?.id ?? 'none',
    cursor: `${store.epoch}.${inbox.seq}`,
    bell: await bellAt(url),
  };
}

/** Where the present bell is, as the old one says. */
async function bellAt(url: string): Promise<string> {
  const { json } = await ask(`${url}/carillon-bell.${'0'.repeat(16)}.js`);
  return /\/carillon-bell\.\w+\.js/.exec(json.detail as string)?.[0] ?? 'none';
}

/** All that a request could have changed. */
async function stateOf({ store }: TestServer, { report }: World): Promise<unknown> {
  const page = { limit: 100 };
  const users = ['ann', 'bob', 'eve'];
  return Promise.all([
    store.reports(page),
    store.comments(report, page),
    ...users.flatMap((user) => [
      store.notifications(user, { status: 'all', ...page }),
      store.log(user, 0, 100),
    ]),
  ]);
}

interface Mode {
  readonly name: string;
  readonly rules: () => Promise<Parameters<typeof startServer>[0]>;
  /** Signs as the server expects it. */
  readonly good: (payload: JWTPayload) => Promise<string>;
  /** Tokens that only this mode could fall for. */
  readonly bad: () => Promise<Record<string, string>>;
}

let key: SigningKey;
beforeAll(async () => {
  key = await makeKey('RS256');
});

const modes: readonly Mode[] = [
  {
    name: 'a shared secret',
    rules: async () => ({ environment }),
    good: (payload) => sign(payload),
    bad: async () => ({
      'signed with another secret': await sign(claims(right), { alg: 'HS256' }, `${secret}!`),
      'signed with the empty secret': await sign(claims(right), { alg: 'HS256' }, '\0'),
      'signed by a public key of nobody': await signWith(key, claims(right)),
    }),
  },
  {
    name: 'published keys',
    rules: async () => {
      const { url } = await publish([key.jwk]);
      return { environment, tokenRules: { key: { jwksUrl: url } } };
    },
    good: (payload) => signWith(key, payload),
    bad: async () => {
      const stranger = await makeKey('RS256');
      const strangers = await publish([{ ...stranger.jwk, kid: key.kid }]);
      const header = { alg: 'HS256', kid: key.kid } as { alg: string };
      const spki = await exportSPKI(key.publicKey);
      const jwk = JSON.stringify(key.jwk);
      return {
        'signed with another key': await signWith({ ...stranger, kid: key.kid }, claims(right)),
        'HS256 with the public key in PEM': await sign(claims(right), header, spki),
        'HS256 with the public key in DER': await sign(
          claims(right),
          header,
          Buffer.from(key.jwk.n ?? '', 'base64url').toString('latin1'),
        ),
        'HS256 with the public key as JWK': await sign(claims(right), header, jwk),
        'bringing a key of its own': await new SignJWT(claims(right))
          .setProtectedHeader({ alg: 'RS256', kid: key.kid, jwk: stranger.jwk })
          .sign(stranger.privateKey),
        'naming where its key is': await new SignJWT(claims(right))
          .setProtectedHeader({ alg: 'RS256', kid: key.kid, jku: strangers.url })
          .sign(stranger.privateKey),
      };
    },
  },
];

/** Tokens that nobody may be let in with, by what is wrong with them. */
async function badTokens({ good, bad }: Mode): Promise<Record<string, string>> {
  const whole = await good(claims(right));
  const [header, , signature] = whole.split('.');
  const forged = Buffer.from(JSON.stringify(claims({ ...right, sub: 'eve' }))).toString('base64url');
  const none = new UnsecuredJWT(claims(right)).encode();
  const variants = ['None', 'NONE', 'nOnE', ''].map(
    (alg) =>
      `${Buffer.from(JSON.stringify({ alg, typ: 'JWT' })).toString('base64url')}.${none.split('.')[1]}.`,
  );
  return {
    expired: await good(claims({ ...right, exp: seconds(-1) })),
    'without exp': await good({ ...right, sub: 'ann' }),
    'not yet valid': await good(claims({ ...right, nbf: seconds(60) })),
    'for another audience': await good(claims({ ...right, aud: 'elsewhere' })),
    'for no audience': await good(claims({ iss: right.iss })),
    'by another issuer': await good(claims({ ...right, iss: 'https://id.example.com.evil.example' })),
    'by no issuer': await good(claims({ aud: right.aud })),
    'without a user': await good({ ...right, exp: seconds(600) }),
    'with claims that were exchanged': `${header}.${forged}.${signature}`,
    'without its signature': whole.slice(0, whole.lastIndexOf('.') + 1),
    'with alg none': none,
    ...Object.fromEntries(variants.map((token, i) => [`with alg none, written in way ${i + 1}`, token])),
    ...(await bad()),
  };
}

function send(
  server: TestServer,
  world: World,
  route: Route,
  headers: Record<string, string>,
): Promise<Answer> {
  const body = route.body?.(world);
  return ask(`${server.url}${pathOf(route, world)}`, route.method, body, headers);
}

test.each(modes)('no route lets anybody in who has no good token: $name', async (mode) => {
  const server = await startServer(await mode.rules());
  const world = await makeWorld(server);
  const before = await stateOf(server, world);
  const tokens = await badTokens(mode);
  // Also as a browser would send them, and as an operator's.
  const credentials = [
    ['no token', {}],
    ...Object.entries(tokens).flatMap(([name, token]): [string, Record<string, string>][] => [
      [`header: ${name}`, { authorization: `Bearer ${token}` }],
      [`cookie: ${name}`, { cookie: `carillon_session=${token}`, 'sec-fetch-site': 'same-origin' }],
    ]),
  ] as [string, Record<string, string>][];
  const closed = routes.filter(({ access }) => access !== 'everybody' && access !== 'live page');
  for (const route of closed) {
    for (const [name, headers] of credentials) {
      const answer = await send(server, world, route, headers);
      if (route.holdsBack === true && answer.status === 429) continue;
      expect([`${route.method} ${route.path}, ${name}`, answer.status]).toEqual([
        `${route.method} ${route.path}, ${name}`,
        401,
      ]);
      expectProblem(answer, 401, 'unauthenticated');
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  }
  expect(await stateOf(server, world)).toEqual(before);

  // The same requests by ann herself go through: it is the tokens that were refused.
  const headers = { authorization: `Bearer ${await mode.good(claims(right))}` };
  for (const route of routes.filter(({ access }) => access === 'users')) {
    const { status } = await send(server, world, route, headers);
    expect([`${route.method} ${route.path}`, status]).toEqual([
      `${route.method} ${route.path}`,
      expect.toSatisfy((code: number) => code >= 200 && code < 300),
    ]);
  }
});

test('what everybody may ask tells nobody more, whatever token they show', async () => {
  const server = await startServer({ environment });
  const world = await makeWorld(server);
  const authorization = `Bearer ${await server.token('ann')}`;
  for (const route of routes.filter(({ access }) => access === 'everybody')) {
    const answers = [{}, { authorization }, { cookie: `carillon_session=${authorization.slice(7)}` }].map(
      async (headers: Record<string, string>) => {
        const same = { ...headers, 'sec-fetch-site': 'same-origin' };
        const response = await fetch(`${server.url}${pathOf(route, world)}`, {
          method: route.method,
          headers: same,
        });
        return [response.status, await response.text()];
      },
    );
    const [nobody, ...others] = await Promise.all(answers);
    for (const other of others) expect(other).toEqual(nobody);
    expect(nobody?.[0]).toBeLessThan(300);
    for (const own of [world.report, world.comment, world.notification])
      expect(nobody?.[1]).not.toContain(own);
  }
});

test('the live page alone gets what it needs, and no token opens that to another page', async () => {
  const server = await startServer({ environment });
  const world = await makeWorld(server);
  const token = await server.token('ann');
  for (const route of routes.filter(({ access }) => access === 'live page')) {
    for (const headers of [
      {},
      { authorization: `Bearer ${token}` },
      { cookie: `carillon_session=${token}` },
    ]) {
      const answer = await send(server, world, route, headers);
      expectProblem(answer, 403, 'forbidden');
      expect(JSON.stringify(answer.json)).not.toContain('eyJ');
    }
  }
});

test("no user's token makes an operator", async () => {
  const server = await startServer({ environment });
  const world = await makeWorld(server);
  for (const route of routes.filter(({ access }) => access === 'operators')) {
    for (const user of ['ann', 'admin', 'root', 'operator', environment.METRICS_TOKEN]) {
      const answer = await send(server, world, route, {
        authorization: `Bearer ${await server.token(user)}`,
      });
      expect(route.holdsBack === true ? [401, 403, 429] : [401, 403]).toContain(answer.status);
    }
  }
});

test("what is another user's is to everybody else as if it did not exist", async () => {
  const server = await startServer();
  const world = await makeWorld(server);
  const before = await stateOf(server, world);
  const nowhere = { ...world, notification: '01900000-0000-7000-8000-000000000000' };
  const own = routes.filter(({ isOwn }) => isOwn === true);
  expect(own.length).toBeGreaterThanOrEqual(5);
  for (const route of own) {
    for (const user of ['bob', 'eve', 'Ann', 'ann.', 'ANN']) {
      const headers = { authorization: `Bearer ${await server.token(user)}` };
      const theirs = await send(server, world, route, headers);
      const nothing = await send(server, nowhere, route, headers);
      expectProblem(theirs, 404, 'not_found');
      // But for the id that was asked for, and the one of the answer, nothing differs.
      const told = ({ json, headers: all }: Answer, id: string) => [
        JSON.stringify({ ...json, instance: '' }).replaceAll(id, 'ID'),
        [...all].filter(([name]) => !/^(date|x-request-id|ratelimit)/.test(name)),
      ];
      expect(told(theirs, world.notification)).toEqual(told(nothing, nowhere.notification));
    }
  }
  expect(await stateOf(server, world)).toEqual(before);
});

test('one foreign id among ten own ones changes none of them', async () => {
  const server = await startServer();
  const world = await makeWorld(server);
  const { json: report } = await server.ask('bob', 'POST', '/reports', { title: 'of bob' });
  for (let i = 0; i < 10; i++) {
    await server.ask('ann', 'POST', `/reports/${report.id}/comments`, { body: `${i}` });
  }
  const { json } = await server.ask('bob', 'GET', '/notifications');
  const before = await stateOf(server, world);
  const ids = json.data.map(({ id }: { id: string }) => id);
  for (const at of [0, 5, 10]) {
    const answer = await server.ask('bob', 'POST', '/notifications/read', {
      ids: ids.toSpliced(at, 0, world.notification),
    });
    expectProblem(answer, 404, 'not_found');
  }
  expect(await stateOf(server, world)).toEqual(before);
});

test("a cursor of another user's log reaches nothing but the reader's own", async () => {
  const server = await startServer();
  const world = await makeWorld(server);
  // Ahead of bob's own log, though not of ann's.
  for (const path of ['/notifications/read', '/notifications/seen']) {
    expectProblem(await server.ask('bob', 'POST', path, { upTo: world.cursor }), 400, 'invalid_input');
  }
  const list = await server.ask('bob', 'GET', '/notifications?cursor=9');
  expect(list.json.data).toEqual([]);
  const stream = openRawStream(server.url, {
    token: await server.token('dan'),
    query: `?lastEventId=${server.store.epoch}.0&user=ann&userId=ann&sub=ann`,
    headers: ['X-User-Id: ann', 'X-Forwarded-User: ann', 'X-Remote-User: ann'],
  });
  await stream.waitFor('sync');
  await server.store.addComment({ id: 'eve', name: 'Eve' }, world.report, {
    body: 'for ann',
    parentId: null,
  });
  await server.ask('eve', 'POST', '/reports', { title: 'marker' });
  const counts = await server.ask('ann', 'GET', '/notifications/counts');
  expect(counts.json).toEqual({ unread: 2, unseen: 2 });
  expect(stream.events.map(({ event }) => event)).toEqual(['sync']);
  expect(stream.text).not.toContain(world.report);
});
