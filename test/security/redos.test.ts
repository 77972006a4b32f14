import { parse as parseQuery } from 'node:querystring';
import type { Request } from 'express';
import { parseCookie } from 'cookie';
import { expect, test } from 'vitest';
import { parseCursor } from '../../src/domain/cursor.ts';
import { UserId } from '../../src/domain/actor.ts';
import { NewComment } from '../../src/domain/comment.ts';
import { Id } from '../../src/domain/id.ts';
import { PageRequest } from '../../src/domain/page.ts';
import { NewReport } from '../../src/domain/report.ts';
import { excerpt } from '../../src/domain/text.ts';
import { assertOrigin, bearerOf, sessionCookiesOf } from '../../src/http/auth.ts';
import { bodyOf, idempotencyKeyOf, queryOf } from '../../src/http/input.ts';
import { createTickets } from '../../src/http/tickets.ts';
import { createVerifier } from '../../src/http/token.ts';
import { createParser } from '../../src/client/parser.ts';
import { secret } from '../support/secret.ts';

/** As much of a request as these parsers look at. */
function requestWith(headers: Record<string, string>, more: Partial<Request> = {}): Request {
  const get = (name: string) => headers[name.toLowerCase()];
  return {
    headers,
    get,
    is: () => 'application/json',
    method: 'POST',
    path: '/x',
    ...more,
  } as unknown as Request;
}

/** Whatever comes of it: it is the time that counts. */
async function tried(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch {
    // What is hostile is refused.
  }
}

const verify = createVerifier({ key: { secret }, issuer: undefined, audience: undefined }, Date.now);
const tickets = createTickets(
  { addTicket: async () => undefined, takeTicket: async () => undefined },
  Date.now,
);
const json = (body: unknown) => requestWith({ 'content-length': '1' }, { body } as Partial<Request>);

/** What a token begins with whose signature is looked at. */
const goodHead = 'eyJhbGciOiJIUzI1NiJ9.';

/** Every parser of ours that sees what a stranger wrote. */
const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  'the Authorization header': (text) => bearerOf(requestWith({ authorization: text })),
  'the Authorization header, behind its scheme': (text) =>
    bearerOf(requestWith({ authorization: `Bearer ${text}` })),
  'the cookies': (text) => sessionCookiesOf(requestWith({ cookie: text })),
  'the cookies, behind their name': (text) =>
    sessionCookiesOf(requestWith({ cookie: `carillon_session=${text}` })),
  'one cookie': (text) => parseCookie(text),
  'the origin': (text) =>
    assertOrigin(requestWith({ origin: text, 'sec-fetch-site': text }), ['https://app.example.com']),
  'a cursor': (text) => parseCursor(text),
  'a cursor, behind its epoch': (text) => parseCursor(`k3f9x0qa.${text}`),
  'an id': (text) => Id.safeParse(text),
  'an id that begins well': (text) => Id.safeParse(`01900000-0000-7000-8000-${text}`),
  'a user id': (text) => UserId.safeParse(text),
  'an Idempotency-Key': (text) => idempotencyKeyOf(requestWith({ 'idempotency-key': text }), {}),
  'the query': (text) => queryOf(requestWith({}, { query: parseQuery(text) }), PageRequest),
  'the limit of a page': (text) => queryOf(requestWith({}, { query: { limit: text } }), PageRequest),
  'a ticket': (text) => tickets.take(text),
  'a token': verify,
  'a token that begins well': (text) => verify(`${goodHead}${text}`),
  'a title': (text) => NewReport.safeParse({ title: text }),
  'a comment': (text) => NewComment.safeParse({ body: text }),
  'a comment with a parent': (text) => NewComment.safeParse({ body: 'x', parentId: text }),
  'an excerpt': (text) => excerpt(text, 140),
  'a body with fields that nobody knows': (text) =>
    bodyOf(
      json(Object.fromEntries(text.match(/.{1,40}/gs)?.map((key, i) => [`${key}${i}`, 0]) ?? [])),
      NewReport,
    ),
  'a stream, by the client': (text) => createParser()(`${text}\n\n`),
};

/** What makes a careless expression go back again and again, `n` characters of it. */
const hostile: Readonly<Record<string, (n: number) => string>> = {
  letters: (n) => 'a'.repeat(n),
  digits: (n) => '1'.repeat(n),
  spaces: (n) => ' '.repeat(n),
  'spaces, and an end that does not fit': (n) => `${' '.repeat(n)}\0`,
  'letters, and an end that does not fit': (n) => `${'a'.repeat(n)}!,`,
  'letters and spaces': (n) => 'a '.repeat(n / 2),
  dots: (n) => '.'.repeat(n),
  commas: (n) => ','.repeat(n),
  semicolons: (n) => ';'.repeat(n),
  'semicolons and spaces': (n) => '; '.repeat(n / 2),
  'pairs without values': (n) => 'a=;'.repeat(n / 3),
  'equals signs': (n) => '='.repeat(n),
  'the name of the cookie': (n) => 'carillon_session '.repeat(n / 17),
  percents: (n) => '%'.repeat(n),
  escapes: (n) => '%41'.repeat(n / 3),
  'escapes that are none': (n) => '%e2%28'.repeat(n / 6),
  ampersands: (n) => '&a'.repeat(n / 2),
  quotes: (n) => '"'.repeat(n),
  backslashes: (n) => '\\'.repeat(n),
  hyphens: (n) => '-'.repeat(n),
  'line breaks': (n) => '\r\n'.repeat(n / 2),
  'carriage returns': (n) => '\r'.repeat(n),
  'halves of pairs': (n) => '\ud83c'.repeat(n),
  emoji: (n) => '🎉'.repeat(n / 2),
  'data without an end': (n) => 'data:'.repeat(n / 5),
  'lines of data': (n) => 'data: x\n'.repeat(n / 8),
};

/** More than a header or a field can hold; a body can hold as much. */
const size = 40_000;
/** A longer token is refused before anything looks at it: a longer text would show nothing (src/http/token.ts). */
const tokenSize = 8_192;
/** What is quicker than this cannot be compared with anything. */
const measurableMs = 1;

/** CPU milliseconds of the quickest of `rounds` that each do it `times` times: what disturbs only ever adds. */
async function quickest(work: () => unknown, times: number, rounds: number): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    for (let i = 0; i < times; i++) await tried(work);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

/** A careless expression: for `n` spaces and a letter its time grows with the square of `n`. */
const careless = /\s+$/;

/** What the careless expression takes on this machine for `n` characters: measured for fewer, and calculated. */
async function carelessMs(n: number): Promise<number> {
  const fewer = 8_000;
  const text = `${' '.repeat(fewer)}x`;
  return (await quickest(() => careless.test(text), 1, 3)) * (n / fewer) ** 2;
}

/** How many times as long twice as much takes; the least of several attempts. */
async function growth(parse: (text: string) => unknown, one: string, two: string): Promise<number> {
  let least = Infinity;
  for (let attempt = 0; attempt < 4 && least >= 3; attempt++) {
    const onceMs = await quickest(() => parse(one), 1, 2);
    const times = Math.ceil(4 / Math.max(0.2, onceMs));
    const oneMs = await quickest(() => parse(one), times, 5);
    least = Math.min(least, (await quickest(() => parse(two), times, 5)) / oneMs);
  }
  return least;
}

const isOfToken = (name: string) => name.startsWith('a token');
const [carelessTextMs, carelessTokenMs] = [await carelessMs(size), await carelessMs(tokenSize)];

test.each(Object.entries(parsers))('no text makes %s slow', async (name, parse) => {
  const longest = isOfToken(name) ? tokenSize - goodHead.length : size;
  const limitMs = (isOfToken(name) ? carelessTokenMs : carelessTextMs) / 4;
  for (const [what, text] of Object.entries(hostile)) {
    const whole = text(longest);
    expect(await quickest(() => parse(whole), 1, 3), what).toBeLessThan(limitMs);
    const half = text(longest / 2);
    if ((await quickest(() => parse(whole), 1, 2)) < measurableMs) continue;
    expect(await growth(parse, half, whole), what).toBeLessThan(3);
  }
});

test('a token of that length is looked at, and one that is longer is not', async () => {
  await expect(verify('a'.repeat(tokenSize))).rejects.toThrow('This is not a token.');
  await expect(verify('a'.repeat(tokenSize + 1))).rejects.toThrow('too long');
});

test('this test knows a careless expression from a careful one', async () => {
  const text = (n: number) => `${' '.repeat(n)}x`;
  // Four times the text: 16 times the work, and not 4 times. A busy machine blurs that, but not so much.
  expect(await growth((part) => careless.test(part), text(1_000), text(4_000))).toBeGreaterThan(5);
  const careful = text(size);
  expect(await quickest(() => /^\s+$/.test(careful), 1, 3)).toBeLessThan(carelessTextMs / 4);
});
