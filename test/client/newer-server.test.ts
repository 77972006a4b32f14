import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { judge } from '../../src/client/numbers.ts';
import type { InboxEventType } from '../../src/domain/inbox.ts';
import { until } from '../support/wait.ts';
import { follow, transports } from './follow.ts';

/* Today's client against a server of tomorrow. */

const counts = { unread: 1, unseen: 1 };
const time = '2026-11-23T00:00:00.000Z';

function notification(id: string, seq: number) {
  return {
    id,
    seq,
    type: 'order.shipped',
    reason: 'a_reason_of_tomorrow',
    topic: 'order:4711',
    actor: null,
    title: 'Your order is on its way',
    priority: { of: 'tomorrow' },
    createdAt: time,
    seenAt: null,
    readAt: null,
    archivedAt: null,
  };
}

function frame(event: string, seq: number | undefined, data: object): string {
  const id = seq === undefined ? '' : `id: k3f9x0qa.${seq}\n`;
  return `${id}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A server that sends these frames on each connection, after which its list has three notifications. */
async function startNewer(frames: readonly string[]) {
  const opened: string[] = [];
  const web = createServer((req, res) => {
    if (!req.url?.startsWith('/notifications/stream')) {
      res.setHeader('content-type', 'application/json');
      res.end(
        JSON.stringify({
          data: [notification('n6', 6), notification('n5', 5), notification('n4', 4)],
          nextCursor: null,
          counts,
          streamCursor: 'k3f9x0qa.6',
          facets: { of: 'tomorrow' },
        }),
      );
      return;
    }
    opened.push(req.url);
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const one of frames) res.write(one);
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    web.close();
    web.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(web.address() as AddressInfo).port}`, opened };
}

const begin = [
  frame('sync', 4, { from: 4, to: 4, missed: 0, counts, region: 'of tomorrow' }),
  frame('presence.of.tomorrow', undefined, { who: 'bob' }),
  frame('notification', 5, { seq: 5, notification: notification('n5', 5), counts, hint: 'of tomorrow' }),
  frame('ping', undefined, { seq: 5, time, load: 0.5 }),
];
const end = (seq: number) =>
  frame('notification', seq, { seq, notification: notification(`n${seq}`, seq), counts });

test.each(transports)(
  'by %s, unknown fields, reasons, types, and events without a number change nothing',
  async (_name, transport) => {
    const { url, opened } = await startNewer([...begin, end(6)]);
    const { client, live, seqs } = follow({ url, token: 'x', ...transport });
    await live();
    await until('both', () => seqs().length === 2);
    await client.list.load();
    expect(client.list.items.map(({ id }) => id)).toEqual(['n6', 'n5', 'n4']);
    expect(client.list.items[0]).toMatchObject({
      reason: 'a_reason_of_tomorrow',
      priority: { of: 'tomorrow' },
    });
    expect(client.verified).toEqual({ events: 2, holes: 0, repeats: 0 });
    expect(opened).toHaveLength(1);
  },
);

test('an unknown event with a number moves the cursor of a client that reads the bytes itself', async () => {
  const unknown = [
    frame('notification.of.tomorrow', 6, { seq: 6, what: ['ever'] }),
    'id: k3f9x0qa.7\nevent: tomorrow\ndata: this is not even JSON\n\n',
    // Repeated, or with the number of the last event, as `sync` has it.
    frame('tomorrow', 7, {}),
  ];
  const { url, opened } = await startNewer([...begin, ...unknown, end(8)]);
  const { client, live, seqs, statuses } = follow({ url, token: 'x' });
  await live();
  await until('both', () => seqs().length === 2 && client.verified.holes === 0);
  expect(seqs()).toEqual([5, 8]);
  expect(client.verified).toEqual({ events: 2, holes: 0, repeats: 0 });
  expect(statuses).toEqual(['connecting', 'live']);
  expect(opened).toHaveLength(1);
});

test('an unknown event behind a hole shows the hole, and one of another log says nothing', () => {
  const unknown = (id: string | undefined) => ({ event: 'tomorrow', id, data: '{}' });
  expect(judge('k3f9x0qa.4', unknown('k3f9x0qa.5'))).toBe('next');
  expect(judge('k3f9x0qa.4', unknown('k3f9x0qa.6'))).toBe('hole');
  expect(judge('k3f9x0qa.4', unknown('k3f9x0qa.4'))).toBe('none');
  expect(judge('k3f9x0qa.4', unknown('another0.9'))).toBe('none');
  expect(judge('k3f9x0qa.4', unknown(undefined))).toBe('none');
  expect(judge(undefined, unknown('k3f9x0qa.5'))).toBe('none');
});

test('the names of events with a number are closed: an EventSource could not follow another one', () => {
  // Types check that this is complete. Do not add to it: what is new comes as a field.
  const closed: Record<InboxEventType, true> = {
    notification: true,
    'notification.updated': true,
    'notification.removed': true,
    'notifications.read': true,
    'notifications.seen': true,
  };
  for (const event of Object.keys(closed))
    expect(judge('k3f9x0qa.4', { event, id: 'k3f9x0qa.4', data: '{}' })).toBe('repeat');
  expect(Object.keys(closed)).toHaveLength(5);
});
