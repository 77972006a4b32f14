import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ask, type Answer, startServer, type TestServer } from '../support/server.ts';
import { expectFaults, expectProblem } from './support-problem.ts';
import { exchange, rawAnswer } from './support-raw.ts';

/** Posts these bytes as a report of ann's. */
async function post(
  server: TestServer,
  bytes: Uint8Array<ArrayBuffer> | string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${server.url}/reports`, {
    method: 'POST',
    body: bytes,
    headers: {
      authorization: `Bearer ${await server.token('ann')}`,
      'content-type': 'application/json',
      ...headers,
    },
  });
  return { status: response.status, headers: response.headers, json: await response.json() };
}

test.each([
  '',
  ' ',
  '{',
  '{"title":"x"',
  "{'title':'x'}",
  '{"title":"x",}',
  'undefined',
  '{"title":"a\nb"}',
  '\0',
])('the body %j is no JSON', async (body) => {
  const server = await startServer();
  const answer = await post(server, body);
  expectProblem(answer, 400, 'invalid_input');
  if (body.length > 2) expect(JSON.stringify(answer.json)).not.toMatch(body.slice(0, 8)); // It may be a secret.
});

test.each(['null', '[]', '[{"title":"x"}]', '"x"', '7', 'true', '""', '0', 'false'])(
  'the body %s is JSON, but no object',
  async (body) => {
    const server = await startServer();
    expectFaults(await post(server, body), '');
  },
);

test('a request that needs a body and has none is refused', async () => {
  const server = await startServer();
  expectProblem(await server.ask('ann', 'POST', '/reports'), 400, 'invalid_input');
});

test('every unknown field is named by a JSON pointer', async () => {
  const server = await startServer();
  const answer = await post(server, '{"title":"x","id":1,"a/b~c":2,"":3,"é\\u0000":4}');
  expectFaults(answer, '/id', '/a~1b~0c', '/', '/é\0');
});

test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
  'a field called %s is unknown like every other, and changes nothing',
  async (name) => {
    const server = await startServer();
    for (const value of ['{"polluted":true}', '1', 'null']) {
      expectFaults(await post(server, `{"title":"x","${name}":${value}}`), `/${name}`);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    // And a prototype does not stand in for a field.
    expectFaults(await post(server, '{"__proto__":{"title":"x"}}'), '/title', '/__proto__');
  },
);

test('JSON of 10,000 levels is refused like any other wrong value', async () => {
  const server = await startServer();
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const deep = `${open.repeat(10_000)}1${close.repeat(10_000)}`;
    expectFaults(await post(server, `{"title":${deep}}`), '/title');
    expectFaults(await post(server, `{"title":"x","y":${deep}}`), '/y');
    expectFaults(await post(server, '['.repeat(10_000) + ']'.repeat(10_000)), '');
  }
});

test.each(['text/plain', 'text/json', 'application/x-www-form-urlencoded', 'multipart/form-data', 'x', ''])(
  'a body of the type "%s" is refused',
  async (type) => {
    const server = await startServer();
    expectProblem(
      await post(server, '{"title":"x"}', { 'content-type': type }),
      415,
      'unsupported_media_type',
    );
  },
);

test.each([
  'application/json',
  'Application/JSON',
  'application/json; charset=utf-8',
  'application/json;charset="UTF-8"',
])('a body of the type %s is read', async (type) => {
  const server = await startServer();
  expect((await post(server, '{"title":"é"}', { 'content-type': type })).json.title).toBe('é');
});

test.each(['utf-16', 'utf-16le', 'utf-7', 'utf-32', 'latin1', 'iso-8859-1', 'klingon'])(
  'a body in %s is refused: JSON is UTF-8',
  async (charset) => {
    const server = await startServer();
    const text = '{"title":"+AGE-"}';
    const bytes = charset.startsWith('utf-16') ? Buffer.from(text, 'utf16le') : Buffer.from(text);
    const answer = await post(server, bytes, { 'content-type': `application/json; charset=${charset}` });
    expectProblem(answer, 415, 'unsupported_media_type');
  },
);

test.each([
  ['a lone byte', [0xff]],
  ['a cut sequence', [0xe2, 0x82]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['what lies beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
])('%s is no UTF-8, and is not replaced by something else', async (_, bytes) => {
  const server = await startServer();
  const body = Buffer.concat([Buffer.from('{"title":"'), Buffer.from(bytes), Buffer.from('"}')]);
  expectProblem(await post(server, body), 400, 'invalid_input');
  expect((await server.ask('ann', 'GET', '/reports')).json.data).toEqual([]);
});

test('a compressed body is refused', async () => {
  const server = await startServer();
  const body = Buffer.from('{"title":"x"}');
  for (const [encoding, bytes] of [
    ['gzip', gzipSync(body)],
    ['deflate', deflateSync(body)],
    ['br', brotliCompressSync(body)],
    ['gzip, gzip', gzipSync(gzipSync(body))],
    ['klingon', body],
  ] as const) {
    expectProblem(await post(server, bytes, { 'content-encoding': encoding }), 415, 'unsupported_media_type');
  }
  expect((await post(server, body, { 'content-encoding': 'identity' })).status).toBe(201);
});

test('a body that is announced longer than it is leaves nothing behind', async () => {
  const server = await startServer();
  const head = `POST /reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await server.token('ann')}`;
  const body = '{"title":"x"}';
  // Two requests in one go: what the first does not say belongs to its body.
  const request = `${head}\r\nContent-Type: application/json\r\nContent-Length: ${body.length - 1}\r\n\r\n${body}`;
  const answer = rawAnswer(await exchange(server.url, request));
  expect(answer.status).toBe(400);
  expect((await server.ask('ann', 'GET', '/reports')).json.data).toEqual([]);
});

test('a body may come in chunks', async () => {
  const server = await startServer();
  const token = await server.token('ann');
  const head = `POST /reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close`;
  const chunks = ['{"tit', 'le":"x"}'].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('');
  const request = `${head}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`;
  expect(rawAnswer(await exchange(server.url, request)).status).toBe(201);
});

test('a body on a request that reads none is not looked at', async () => {
  const server = await startServer();
  const token = await server.token('ann');
  const head = `GET /reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close`;
  expect(rawAnswer(await exchange(server.url, `${head}\r\nContent-Length: 1\r\n\r\n{`)).status).toBe(200);
  const cleared = await ask(`${server.url}/session`, 'DELETE', '{');
  expect(cleared.status).toBe(204);
});
