import { createServer, type Socket } from 'node:net';
import type { InboxEvent } from '../../src/domain/inbox.ts';
import type { Store } from '../../src/domain/store.ts';
import type { Hub, HubParts } from '../../src/stream/hub.ts';
import { nowMs } from '../load/clock.ts';
import { answer } from '../load/rpc.ts';

/* A process with nothing but the hub of one tree, whose streams are real sockets. A client says which user it is. */

/** Announcements to make: each has so many events for each of so many users, the next users in turn. */
export interface Announcing {
  readonly announcements: number;
  readonly usersEach: number;
  readonly eventsPerUser: number;
  /** How many users have streams. */
  readonly users: number;
}

export interface Announced {
  /** Monotonic milliseconds at which each announcement was made. */
  readonly atMs: readonly number[];
  readonly cpuMs: number;
}

const ignore = () => undefined;
/** What was announced, by user: a socket that was full for a while reads on there. */
const logs = new Map<string, InboxEvent[]>();
const logOf = (userId: string) => {
  const log = logs.get(userId) ?? [];
  logs.set(userId, log);
  return log;
};
const readLog: Store['log'] = (userId, after, limit) => {
  const log = logOf(userId);
  const inbox = { seq: log.length, floor: 0, counts: { unread: 0, unseen: 0 } };
  return Promise.resolve({ inbox, events: after === undefined ? [] : log.slice(after, after + limit) });
};
const parts: HubParts & { streamsPerTurn: number } = {
  store: { epoch: 'k3f9x0qa', log: readLog },
  bus: { follow: ignore, unfollow: ignore },
  observer: {
    opened: ignore,
    closed: ignore,
    pulled: ignore,
    replayed: ignore,
    delivered: ignore,
    failed: ignore,
  },
  maxStreams: 100_000,
  maxStreamsPerUser: 12,
  /** For trees before it was taken away. */
  streamsPerTurn: 250,
  replayLimit: 5_000,
  heartbeatMs: 1_000_000,
  maxAgeMs: 1_000_000,
};
let hub: Hub | undefined;
const server = createServer((socket) => socket.once('data', (user) => open(socket, user.toString())));

function open(socket: Socket, userId: string): void {
  const sink = {
    write: (bytes: Buffer) => socket.write(bytes),
    end: () => socket.end(),
    bufferedBytes: 0,
  };
  const stream = hub?.open(userId, sink, { at: 'end' }, { issuedAt: 0, endsInMs: 1_000_000 });
  socket.on('drain', () => stream?.drained());
  socket.on('error', ignore);
  socket.on('close', () => stream?.gone());
}

const type = 'notification';
const text = 'x'.repeat(330);

export type HubMethods = typeof methods;

const methods = {
  /** Listens with the hub of `tree`. @returns the port */
  listen: async (tree: string): Promise<number> => {
    // The tree that is measured has the same hub, or one that needs less.
    const made = (await import(`${tree}/src/stream/hub.ts`)) as { Hub: typeof Hub };
    hub = new made.Hub(parts);
    return new Promise((resolve) => {
      server.listen({ port: 0, host: '127.0.0.1', backlog: 10_000 }, () => {
        const address = server.address();
        resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
      });
    });
  },

  announce: async ({ announcements, usersEach, eventsPerUser, users }: Announcing): Promise<Announced> => {
    const atMs: number[] = [];
    const before = process.cpuUsage();
    let user = 0;
    for (let i = 0; i < announcements; i++) {
      const events = Array.from({ length: usersEach * eventsPerUser }, () => {
        const userId = `user-${user}`;
        user = (user + 1) % users;
        const log = logOf(userId);
        const seq = log.length + 1;
        const event: InboxEvent = { userId, seq, type, data: JSON.stringify({ seq, text, at: nowMs() }) };
        log.push(event);
        return event;
      });
      atMs.push(nowMs());
      hub?.offer({ events, committedAt: performance.now() });
      // As between two commits.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const { user: inUser, system } = process.cpuUsage(before);
    return { atMs, cpuMs: (inUser + system) / 1000 };
  },
} satisfies Record<string, (argument: never) => unknown>;

answer(methods);
