import { expect, test } from 'vitest';
import type { InboxEvent } from '../../src/domain/inbox.ts';
import { Hub } from '../../src/stream/hub.ts';
import type { PullReason } from '../../src/stream/stream.ts';

/** A hub with `count` streams of ann, all live, which serves three of them in a turn. */
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
    places: { release: ignore },
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
    streamsPerTurn: 3,
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
  const sink = {
    write: (bytes: Buffer) => {
      writes.push(bytes.toString());
      return true;
    },
    end: () => undefined,
    bufferedBytes: 0,
  };
  const stream = hub.open('ann', sink, { at: 'end' }, { issuedAt: 0, endsInMs: 1_000_000 });
  return { stream, writes };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The numbers of the events in what was written. */
function numbersIn(writes: readonly string[]): number[] {
  return [...writes.join('').matchAll(/^data: (\d+)$/gm)].map(([, seq]) => Number(seq));
}

test('the streams of a user are served some in each turn, and each gets the event once', async () => {
  const { clients, commit, pulls, delivered } = await hubWith(8);
  const served = () => clients.filter(({ writes }) => writes.length > 0).length;
  commit(1);
  expect(served()).toBe(3);
  await turn();
  expect(served()).toBe(6);
  expect(delivered).toHaveLength(0);
  await turn();
  expect(served()).toBe(8);
  expect(delivered).toHaveLength(1);
  await turn();
  for (const { writes } of clients) expect(numbersIn(writes)).toEqual([1]);
  expect(pulls).toEqual([]);
});

test('what is committed during a pass goes out in the same write where it can, and nobody reads the log for it', async () => {
  const { clients, commit, pulls, delivered } = await hubWith(8);
  commit(1);
  commit(2);
  commit(3);
  await turn();
  commit(4);
  for (let i = 0; i < 10; i++) await turn();
  for (const { writes } of clients) expect(numbersIn(writes)).toEqual([1, 2, 3, 4]);
  expect(clients.map(({ writes }) => writes.length)).toEqual([2, 2, 2, 2, 2, 2, 1, 1]);
  expect(delivered).toHaveLength(4);
  expect(pulls).toEqual([]);
});

test('the events of one commit are one write', async () => {
  const { clients, commit } = await hubWith(2);
  commit(1, 2, 3);
  for (const { writes } of clients) {
    expect(writes).toHaveLength(1);
    expect(numbersIn(writes)).toEqual([1, 2, 3]);
  }
});

test('one that goes during a pass leaves nobody out, and one that comes gets what comes after it', async () => {
  const { hub, clients, commit, pulls } = await hubWith(8);
  commit(1);
  clients[1]?.stream.gone();
  clients[6]?.stream.gone();
  const late = open(hub);
  await turn();
  commit(2);
  for (let i = 0; i < 10; i++) await turn();
  for (const i of [0, 2, 3, 4, 5, 7]) expect(numbersIn(clients[i]?.writes ?? [])).toEqual([1, 2]);
  expect(numbersIn(clients[6]?.writes ?? [])).toEqual([]);
  expect(numbersIn(late.writes)).toEqual([2]);
  expect(pulls).toEqual(['open']);
});
