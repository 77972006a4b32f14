import { expect, test } from 'vitest';
import { signToken } from '../../src/http/token.ts';
import { exchange } from '../http/support-raw.ts';
import { spawnServer } from '../support/process.ts';
import { secret, startServer, temporaryFolder, type TestServer } from '../support/server.ts';

const host = 'Host: x\r\n';
const last = `GET /healthz HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;
const report = '{"title":"smuggled"}';

/** The headers of a POST with a good token, but for its length. */
async function postHead(server: TestServer): Promise<string> {
  const authorization = `Authorization: Bearer ${await server.token('ann')}`;
  return `POST /reports HTTP/1.1\r\n${host}${authorization}\r\nContent-Type: application/json\r\n`;
}

/** A whole request that would be obeyed, if it were taken for one. */
async function smuggled(server: TestServer): Promise<string> {
  return `${await postHead(server)}Content-Length: ${report.length}\r\n\r\n${report}`;
}

/** Sends these bytes, and a last request that ends the connection. @returns the statuses of the answers */
async function statuses(server: TestServer, bytes: string): Promise<string[]> {
  const text = await exchange(server.url, Buffer.from(bytes + last, 'latin1'));
  return Array.from(text.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => status ?? '');
}

async function titles(server: TestServer): Promise<string[]> {
  return (await server.ask('bob', 'GET', '/reports')).json.data.map(({ title }: { title: string }) => title);
}

const chunked = 'Transfer-Encoding: chunked\r\n';
const end = '\r\n0\r\n\r\n';

test.each([
  ['a length and chunks', `Content-Length: 6\r\n${chunked}`, end],
  ['chunks and a length', `${chunked}Content-Length: 6\r\n`, end],
  ['two lengths', 'Content-Length: 0\r\nContent-Length: 6\r\n', ''],
  ['one length twice', 'Content-Length: 0\r\nContent-Length: 0\r\n', ''],
  ['lengths with a comma', 'Content-Length: 0, 6\r\n', ''],
  ['a length with a sign', 'Content-Length: +0\r\n', ''],
  ['a negative length', 'Content-Length: -1\r\n', ''],
  ['a length in hexadecimal', 'Content-Length: 0x0\r\n', ''],
  ['a length beyond all numbers', 'Content-Length: 18446744073709551616\r\n', ''],
  ['a length with a space in it', 'Content-Length: 0 0\r\n', ''],
  ['a length with a space before its colon', 'Content-Length : 6\r\n', ''],
  ['a length on the next line', 'Content-Length:\r\n 6\r\n', ''],
  ['a folded header', 'X: a\r\n Content-Length: 6\r\n', ''],
  ['a header that is folded with a tab', 'X: a\r\n\tb\r\n', ''],
  ['an encoding that is not chunked', 'Transfer-Encoding: xchunked\r\n', end],
  ['gzip', 'Transfer-Encoding: gzip\r\n', end],
  ['identity', 'Transfer-Encoding: identity\r\n', end],
  ['gzip, then chunks', 'Transfer-Encoding: gzip, chunked\r\n', end],
  ['chunks, then gzip', 'Transfer-Encoding: chunked, gzip\r\n', end],
  ['chunks in chunks', 'Transfer-Encoding: chunked, chunked\r\n', end],
  ['chunks and another encoding', `${chunked}Transfer-Encoding: identity\r\n`, end],
  ['another encoding and chunks', `Transfer-Encoding: x\r\n${chunked}`, end],
  ['chunks behind a vertical tab', 'Transfer-Encoding:\x0bchunked\r\n', end],
  ['chunks behind a NUL', 'Transfer-Encoding: \0chunked\r\n', end],
  ['chunks behind a no-break space', 'Transfer-Encoding: \xa0chunked\r\n', end],
  ['chunks in quotes', 'Transfer-Encoding: "chunked"\r\n', end],
  ['chunks with a parameter', 'Transfer-Encoding: chunked;a=b\r\n', end],
  ['chunks behind a comma', 'Transfer-Encoding: , chunked\r\n', end],
  ['an encoding with a space before its colon', 'Transfer-Encoding : chunked\r\n', end],
  ['an encoding in another line ending', `X: a\nTransfer-Encoding: chunked\r\n`, end],
  ['a header behind a bare CR', `X: a\rTransfer-Encoding: chunked\r\n`, end],
  ['a header without a name', ': a\r\n', ''],
  ['a header without a colon', 'X\r\n', ''],
  ['a space in a name', 'X Y: a\r\n', ''],
  ['a name in another alphabet', 'T\xe9: a\r\n', ''],
  ['a NUL in a value', 'X: a\0b\r\n', ''],
  ['a bell in a value', 'X: a\x07b\r\n', ''],
])('%s: the request is refused, and nothing behind it is read', async (_, header, body) => {
  const server = await startServer();
  const bytes = `${await postHead(server)}${header}\r\n${body}${await smuggled(server)}`;
  expect(await statuses(server, bytes)).toEqual(['400']);
  expect(await titles(server)).toEqual([]);
});

test.each([
  ['lines that end with LF alone', (text: string) => text.replaceAll('\r\n', '\n')],
  ['lines that end with CR alone', (text: string) => text.replaceAll('\r\n', '\r')],
  ['an empty line that is LF alone', (text: string) => text.replace('\r\n\r\n', '\r\n\n')],
  ['a space before the first header', (text: string) => text.replace('\r\n', '\r\n ')],
  ['a tab in the first line', (text: string) => text.replace(' HTTP', '\tHTTP')],
  ['a CR in the first line', (text: string) => text.replace(' HTTP', '\r HTTP')],
  ['a method in small letters', (text: string) => text.replace('POST', 'post')],
  ['HTTP/1.2', (text: string) => text.replace('HTTP/1.1', 'HTTP/1.2')],
  ['HTTP/2.0', (text: string) => text.replace('HTTP/1.1', 'HTTP/2.0')],
  ['HTTP/0.9', (text: string) => text.replace('HTTP/1.1', 'HTTP/0.9')],
  ['no version at all', (text: string) => text.replace(' HTTP/1.1', '')],
  ['http/1.1', (text: string) => text.replace('HTTP/1.1', 'http/1.1')],
  ['two Hosts', (text: string) => text.replace(host, `${host}Host: y\r\n`)],
  ['no Host', (text: string) => text.replace(host, '')],
])('%s: the request is refused, and nothing behind it is read', async (_, change) => {
  const server = await startServer();
  const bytes = `${change(await smuggled(server))}${await smuggled(server)}`;
  const [first, ...others] = await statuses(server, bytes);
  expect(first).toBe('400');
  // What is refused by the app leaves the connection as it was: then the second is a request of its own.
  if (others.length > 0) expect([others, await titles(server)]).toEqual([['201', '200'], ['smuggled']]);
  else expect(await titles(server)).toEqual([]);
});

test('chunks in HTTP/1.0, which knows none, are refused, and nothing behind them is read', async () => {
  const server = await startServer();
  const head = (await postHead(server)).replace('HTTP/1.1', 'HTTP/1.0');
  const bytes = `${head}Connection: keep-alive\r\n${chunked}\r\n${end.slice(2)}${await smuggled(server)}`;
  expect(await statuses(server, bytes)).toEqual(['400']);
  expect(await titles(server)).toEqual([]);
});

test.each([
  ['a negative size', '-14\r\n'],
  ['a size with 0x', '0x14\r\n'],
  ['a size with a space', ' 14\r\n'],
  ['a size beyond all numbers', '100000000000000014\r\n'],
  ['no size', '\r\n'],
  ['a size that ends with LF alone', '14\n'],
  ['an extension that ends with LF alone', '14;a=b\n'],
  ['an extension with a bare CR', '14;a\rb\r\n'],
  ['an extension with a NUL', '14;a=\0\r\n'],
  ['extensions beyond 16 KiB', `14;${'a'.repeat(17_000)}\r\n`],
  ['a size that is smaller than the chunk', '13\r\n'],
])('a chunk with %s: the request is refused, and nothing behind it is read', async (_, size) => {
  const server = await startServer();
  const bytes = `${await postHead(server)}${chunked}\r\n${size}${report}${end}${await smuggled(server)}`;
  expect(await statuses(server, bytes)).toEqual(['400']);
  expect(await titles(server)).toEqual([]);
});

test.each([
  ['an extension', `14;a="b"\r\n${report}${end}`],
  ['small pieces', `${Array.from(report, (letter) => `1\r\n${letter}\r\n`).join('')}0\r\n\r\n`],
  ['a size with zeros in front', `00014\r\n${report}${end}`],
])('a body in chunks with %s ends where it ends', async (_, body) => {
  const server = await startServer();
  const bytes = `${await postHead(server)}${chunked}\r\n${body}`;
  expect(await statuses(server, bytes)).toEqual(['201', '200']);
  expect(await titles(server)).toEqual(['smuggled']);
});

test('what stands behind the chunks is no header', async () => {
  const server = await startServer();
  const head = `POST /reports HTTP/1.1\r\n${host}Content-Type: application/json\r\n${chunked}Trailer: Authorization\r\n`;
  const trailer = `Authorization: Bearer ${await server.token('ann')}\r\n`;
  const bytes = `${head}\r\n14\r\n${report}\r\n0\r\n${trailer}\r\n`;
  // What stands behind is not read: the connection ends with the answer.
  expect(await statuses(server, bytes)).toEqual(['401']);
});

test.each([
  ['of a request that is not let in', 'POST /reports HTTP/1.1\r\n', '401'],
  ['of one that goes nowhere', 'POST /nowhere HTTP/1.1\r\n', '404'],
  ['of one that reads none', 'GET /healthz HTTP/1.1\r\n', '200'],
  ['of one whose method is not possible', 'PUT /reports HTTP/1.1\r\n', '405'],
  ['of a TRACE', 'TRACE /reports HTTP/1.1\r\n', '405'],
  ['of a preflight', 'OPTIONS /reports HTTP/1.1\r\nAccess-Control-Request-Method: POST\r\n', '204'],
])('the body %s is no request', async (_, line, status) => {
  const server = await startServer();
  const body = await smuggled(server);
  const bytes = `${line}${host}Content-Length: ${body.length}\r\n\r\n${body}`;
  expect(await statuses(server, bytes)).toEqual([status, '200']);
  const inChunks = `${body.length.toString(16)}\r\n${body}${end}`;
  expect(await statuses(server, `${line}${host}${chunked}\r\n${inChunks}`)).toEqual([status]);
  expect(await titles(server)).toEqual([]);
});

test('the body of a request that asks for another protocol is no request', async () => {
  const server = await startServer();
  const body = await smuggled(server);
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
  await statuses(
    server,
    `GET /healthz HTTP/1.1\r\n${host}${upgrade}Content-Length: ${body.length}\r\n\r\n${body}`,
  );
  expect(await titles(server)).toEqual([]);
});

test('of two requests in one piece the first is done before the second is begun', async () => {
  const server = await startServer();
  const list = `GET /reports HTTP/1.1\r\n${host}Authorization: Bearer ${await server.token('ann')}\r\n\r\n`;
  const text = await exchange(
    server.url,
    `${await smuggled(server)}${list}${await smuggled(server)}${list}${last}`,
  );
  const lengths = Array.from(
    text.matchAll(/^\{"data":(\[.*?\])/gm),
    ([, data = '']) => JSON.parse(data).length,
  );
  expect(lengths).toEqual([1, 2]);
});

test('a request whose target is elsewhere is answered from here', async () => {
  const server = await startServer();
  for (const target of [
    'http://evil.example/healthz',
    'https://evil.example:8/healthz?x',
    'http://u:p@x/healthz',
  ]) {
    const text = await exchange(
      server.url,
      `GET ${target} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).toContain('{"status":"ok"}');
    expect(text).not.toContain('evil');
  }
});

/** Sends these bytes to a server in a process of its own. @returns all that it answers */
async function afterwards(bytes: (token: string) => readonly string[]): Promise<string[]> {
  const server = await spawnServer(temporaryFolder());
  const token = await signToken({ id: 'ann', name: 'Ann' }, 600, secret, {
    issuer: undefined,
    audience: undefined,
  });
  const answers: string[] = [];
  for (const text of bytes(token)) {
    answers.push(await exchange(server.url, Buffer.from(text, 'latin1')));
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  }
  expect(server.child.exitCode).toBeNull();
  return answers;
}

test('CONNECT behind another request neither ends the server nor answers for it', async () => {
  const tunnel = 'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n';
  const answers = await afterwards((token) => {
    const authorization = `Authorization: Bearer ${token}\r\n`;
    return [
      `GET /healthz HTTP/1.1\r\n${host}\r\n${tunnel}`,
      `GET /healthz HTTP/1.1\r\n${host}Connection: close\r\n\r\n${tunnel}`,
      `GET /reports HTTP/1.1\r\n${host}${authorization}\r\n${tunnel}`,
      `GET /reports HTTP/1.1\r\n${host}${authorization}\r\n${tunnel}${tunnel}`,
      `POST /session HTTP/1.1\r\n${host}${authorization}Content-Length: 2\r\n\r\n{}${tunnel}`,
      `GET /notifications/stream HTTP/1.1\r\n${host}${authorization}\r\n${tunnel}`,
      `${tunnel}GET /healthz HTTP/1.1\r\n${host}\r\n`,
      `GET /nowhere HTTP/4.2\r\n${host}\r\n${tunnel}`,
    ];
  });
  // Whoever counts answers must not take that of the tunnel for that of the request in front of it.
  for (const answer of answers.slice(0, 6)) expect(answer).not.toMatch(/^HTTP\/1\.1 405/);
});

test('garbage behind a request is not answered in its place, nor in the middle of its answer', async () => {
  const answers = await afterwards((token) => {
    const authorization = `Authorization: Bearer ${token}\r\n`;
    const garbage = 'hello\r\n\r\n';
    return [
      `GET /reports HTTP/1.1\r\n${host}${authorization}\r\n${garbage}`,
      `GET /live-page.js HTTP/1.1\r\n${host}\r\n${garbage}`,
      `POST /reports HTTP/1.1\r\n${host}${authorization}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}${garbage}`,
      // This one is answered before its body has come, which turns out to be garbage as well.
      `POST /reports HTTP/1.1\r\n${host}${chunked}\r\n5\r\nhello\r\n${garbage}`,
    ];
  });
  const statusesOf = (text: string) =>
    Array.from(text.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => status);
  for (const answer of answers) expect(statusesOf(answer).length).toBeLessThanOrEqual(1);
  for (const answer of answers.slice(0, 2)) expect(statusesOf(answer)).toEqual(['200']);
});
