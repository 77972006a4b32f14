import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { inboxEvent } from '../../src/domain/inbox.ts';
import { notificationOf } from '../../src/domain/render.ts';
import { excerpt } from '../../src/domain/text.ts';
import { eventFrame } from '../../src/stream/frames.ts';
import { encodeHead } from '../../src/stream/sse.ts';
import { openPage } from '../support/chromium.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { startServer } from '../support/server.ts';

/** One event as a client hands it on. */
interface Read {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string;
}

/** Pieces of text that something in between could take for more than text. */
const hostile = fc.oneof(
  fc.constantFrom(
    ...[
      '\r',
      '\n',
      '\r\n',
      '\n\n',
      '\r\r',
      '\u2028',
      '\u2029',
      '\u0085',
      '\v',
      '\f',
      '\0',
      '\ufeff',
      '\u200b',
    ],
    ...[
      'data: ',
      'data:',
      'id: 9',
      'event: reset',
      'retry: 1',
      ': ',
      ':',
      '\n\nevent: goodbye\ndata: {}\n\n',
    ],
    ...[
      '"',
      '\\',
      '\\n',
      '\\u000a',
      '"}',
      '</script>',
      '\ud83c',
      '\udf89',
      '\udf89\ud83c',
      '🎉',
      '\x1b[31m',
      '\x7f',
    ],
  ),
  fc.string({ unit: 'binary' }),
  // Lone surrogates and all.
  fc.array(fc.nat(0xffff), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
);
const text = fc.array(hostile, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''));

/** Events as the store makes them, with such text in every field that a person fills in. */
const fields = fc.record({
  body: text,
  title: text,
  name: text,
  userId: text,
  seq: fc.nat({ max: 2 ** 40 }),
});

function eventOf({
  body,
  title,
  name,
  userId,
  seq,
}: typeof fields extends fc.Arbitrary<infer T> ? T : never) {
  const id = '01900000-0000-7000-8000-000000000000';
  const state = { seenAt: null, readAt: null, archivedAt: null };
  const own = {
    id,
    seq,
    reason: 'owner',
    topic: `report:${id}`,
    count: 1,
    createdAt: 0,
    updatedAt: 0,
    ...state,
  };
  const activity = {
    activityId: id,
    type: 'NEW_COMMENT_ON_REPORT',
    actorId: userId,
    actorName: name,
    title: null,
    body: excerpt(body, 140),
    url: null,
    data: null,
    retractedAt: null,
  };
  const notification = notificationOf({ ...own, ...activity, reportId: id, reportTitle: title });
  const event = inboxEvent('ann', seq, { unread: 1, unseen: 1 }, 'notification', { notification });
  return { event, notification };
}

const epoch = 'k3f9x0qa';

function parsed(wire: string): Read[] {
  const events: Read[] = [];
  const onError = (error: unknown) => expect.unreachable(String(error));
  createParser({ onEvent: ({ id, event, data }) => events.push({ id, event, data }), onError }).feed(wire);
  return events;
}

test('whatever a person writes, the encoder makes one event of it, which is read back as exactly that', () => {
  fc.assert(
    fc.property(fields, (written) => {
      const { event, notification } = eventOf(written);
      const frame = eventFrame(epoch, event);
      // As it goes over the wire: bytes, behind the head, with another frame on either side.
      const wire = Buffer.from(encodeHead(1000) + frame.repeat(3)).toString();
      const expected = { id: `${epoch}.${event.seq}`, event: 'notification', data: event.data };
      expect(parsed(wire)).toEqual([expected, expected, expected]);
      expect(JSON.parse(expected.data)).toEqual({
        seq: event.seq,
        notification: JSON.parse(JSON.stringify(notification)),
        counts: { unread: 1, unseen: 1 },
      });
      expect(frame.match(/\n/g)).toHaveLength(4);
      expect(frame).not.toMatch(/[\r\0]/);
    }),
    { numRuns: 3000 },
  );
});

test('the same bytes in pieces of any size are the same events', () => {
  fc.assert(
    fc.property(fields, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (written, sizes) => {
      const frame = Buffer.from(eventFrame(epoch, eventOf(written).event).repeat(2));
      const events: Read[] = [];
      const parser = createParser({ onEvent: ({ id, event, data }) => events.push({ id, event, data }) });
      const decoder = new TextDecoder();
      for (let at = 0, i = 0; at < frame.length; i++) {
        const size = sizes[i % sizes.length] ?? 1;
        parser.feed(decoder.decode(frame.subarray(at, at + size), { stream: true }));
        at += size;
      }
      expect(events).toEqual(parsed(frame.toString()));
    }),
    { numRuns: 300 },
  );
});

test("Chromium's EventSource reads every one of them as exactly one equal event", async () => {
  const seed = Date.now() % 2 ** 31;
  const events = fc
    .sample(fields, { numRuns: 400, seed })
    .map((written, i) => eventOf({ ...written, seq: i + 1 }).event);
  const server = createServer((req, res) => {
    if (req.url === '/') {
      res.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
      return;
    }
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.end(
      `${encodeHead(60_000)}${events.map((event) => eventFrame(epoch, event)).join('')}event: end\ndata: \n\n`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const page = await openPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const seen = await page.evaluate(
    () =>
      new Promise<{ id: string; event: string; data: string }[]>((resolve) => {
        const read: { id: string; event: string; data: string }[] = [];
        const source = new EventSource('/stream');
        const note = (event: Event) => {
          const { lastEventId, type, data } = event as MessageEvent;
          read.push({ id: lastEventId, event: type, data: data as string });
        };
        for (const name of ['notification', 'message', 'reset', 'goodbye', 'sync', 'ping']) {
          source.addEventListener(name, note);
        }
        source.addEventListener('end', () => {
          source.close();
          resolve(read);
        });
      }),
  );
  const expected = events.map(({ seq, data }) => ({ id: `${epoch}.${seq}`, event: 'notification', data }));
  expect(seen, `of seed ${seed}`).toEqual(expected);
});

test('through the API, from body, title, and name to the stream, live and replayed, it is one event as well', async () => {
  const server = await startServer();
  const { epoch: own } = server.store;
  const token = await server.token('ann');
  const live = openRawStream(server.url, { token });
  await live.waitFor('sync');
  const forgery = `\r\n\r\nid: ${own}.999\r\nevent: goodbye\r\ndata: {"reason":"revoked"}\r\n\r\n`;
  const marks = [
    forgery,
    '\r',
    '\n',
    '\r\n',
    '\u2028',
    '\u2029',
    '\ufeff',
    '\u0085',
    '\v',
    '\u202e',
    '\x1b[2J',
    ': x',
    'data: x',
  ];
  const written = marks.map((mark) => ({
    body: `${mark}b${mark}`,
    title: `${mark}t${mark}`,
    name: `${mark}n${mark}`,
  }));
  for (const { body, title, name } of written) {
    const { json } = await server.ask('ann', 'POST', '/reports', { title });
    const authorization = `Bearer ${await server.token('bob', { name })}`;
    const path = `/reports/${json.id}/comments`;
    expect((await server.ask('bob', 'POST', path, { body }, { authorization })).status).toBe(201);
  }
  await live.waitFor('notification', written.length);
  const replayed = openRawStream(server.url, { token, lastEventId: `${own}.0` });
  await replayed.waitFor('notification', written.length);

  for (const stream of [live, replayed]) {
    const seen = stream.events.filter(({ event }) => event !== 'sync' && event !== 'ping');
    expect(seen.map(({ id, event }) => [id, event])).toEqual(
      written.map((_, i) => [`${own}.${i + 1}`, 'notification']),
    );
    expect(
      seen.map(({ data: { notification } }) => ({
        body: notification.comment.excerpt,
        title: notification.report.title,
        name: notification.actor.name,
      })),
    ).toEqual(written);
  }
});

test('a cursor that a client sends never comes back in a frame', async () => {
  const server = await startServer();
  for (const forged of [
    'x%0d%0aevent:%20goodbye',
    'x%0a%0adata:%20forged',
    '%00',
    '%e2%80%a8forged',
    '%ef%bb%bfforged',
  ]) {
    const stream = openRawStream(server.url, {
      token: await server.token('ann'),
      query: `?lastEventId=${forged}`,
    });
    expect((await stream.waitFor('reset')).data).toMatchObject({ reason: 'unknown', seq: 0 });
    await stream.waitFor('sync');
    expect(stream.events).toHaveLength(2);
    expect(stream.text).not.toMatch(/forged|goodbye/);
  }
});
