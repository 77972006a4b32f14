import { expect, test } from 'vitest';
import type { InboxEvent } from '../../src/domain/inbox.ts';
import { Hub } from '../../src/stream/hub.ts';
import type { PullReason } from '../../src/stream/stream.ts';

/** A hub with `count` streams of ann, all live. */
async function hubWith(count: number) {
  const pulls: PullReason[] = [];
  const delivered: number[] = [];
  let head = 0;
  const readLog = async () => {
    const inbox = { seq: head, floor: 0, counts: { unread: 0, unseen: 0 } };
    return { inbox, events: [] };
  };
  const ignore = () => undefined;
  const hub = new Hub({
    store: { epoch: 'k3f9x0qa', log: readLog },
    bus: { follow: ignore, unfollow: ignore },
    observer: {
      opened: ignore,
      closed: ignore,
      pulled: (reason) => void pulls.push(reason),
      replayed: ignore,
      delivered: (seconds) => void delivered.push(seconds),
      failed: (error) => {
        throw error;
      },
    },
    maxStreams: 1000,
    maxStreamsPerUser: 1000,
    replayLimit: 1000,
    heartbeatMs: 1_000_000,
    maxAgeMs: 1_000_000,
  });
  const clients = Array.from({ length: count }, () => open(hub));
  while (clients.some(({ writes }) => writes.length === 0)) await turn();
  for (const { writes } of clients) writes.length = 0;
  pulls.length = 0;
  const commit = (...numbers: number[]) => {
    head = Math.max(...numbers);
    const events = numbers.map((seq): InboxEvent => ({
      userId: 'ann',
      seq,
      type: 'notification',
      data: `${seq}`,
    }));
    hub.offer({ events, committedAt: 0 });
  };
  return { hub, clients, commit, pulls, delivered };
}

function open(hub: Hub) {
  const writes: string[] = [];
  let heard: () => void = () => undefined;
  const sink = {
    write: (bytes: Buffer) => {
      writes.push(bytes.toString());
      heard();
      return true;
    },
    end: () => undefined,
    bufferedBytes: 0,
  };
  const stream = hub.open('ann', sink, { at: 'end' }, { issuedAt: 0, endsInMs: 1_000_000 });
  return { stream, writes, onWrite: (listener: () => void) => (heard = listener) };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The numbers of the events in what was written. */
function numbersIn(writes: readonly string[]): number[] {
  return [...writes.join('').matchAll(/^data: (\d+)$/gm)].map(([, seq]) => Number(seq));
}

test('the events of one commit are one write', async () => {
  const { clients, commit } = await hubWith(2);
  commit(1, 2, 3);
  for (const { writes } of clients) {
    expect(writes).toHaveLength(1);
    expect(numbersIn(writes)).toEqual([1, 2, 3]);
  }
});

test('a stream that ends when it is offered something leaves nobody out', async () => {
  const { hub, clients, commit, pulls, delivered } = await hubWith(8);
  clients[1]?.onWrite(() => clients[1]?.stream.gone());
  commit(1);
  const late = open(hub);
  await turn();
  commit(2, 3);
  for (const i of [0, 2, 3, 4, 5, 6, 7]) expect(numbersIn(clients[i]?.writes ?? [])).toEqual([1, 2, 3]);
  expect(numbersIn(clients[1]?.writes ?? [])).toEqual([1]);
  expect(numbersIn(late.writes)).toEqual([2, 3]);
  expect(pulls).toEqual(['open']);
  expect(delivered).toHaveLength(3);
});

test('a commit that overlaps with what a stream has sent is read from the log', async () => {
  const { clients, commit, pulls } = await hubWith(1);
  commit(1, 2);
  commit(2, 3);
  await turn();
  expect(numbersIn(clients[0]?.writes ?? [])).toEqual([1, 2]);
  expect(pulls).toEqual(['gap']);
});
