import { createParser } from 'eventsource-parser';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { openBus } from '../../src/bus/open.ts';
import type { Bus } from '../../src/domain/bus.ts';
import type { Report } from '../../src/domain/report.ts';
import type { Revocation } from '../../src/domain/revocation.ts';
import type { Commit, Store } from '../../src/domain/store.ts';
import { openSqlite } from '../../src/store/sqlite/open-sqlite.ts';
import { HeadCheck } from '../../src/stream/head-check.ts';
import { Hub } from '../../src/stream/hub.ts';
import type { PullReason, Sink } from '../../src/stream/stream.ts';
import { temporaryPath } from '../store/handles.ts';
import { addComments, addReport } from '../support/comments.ts';
import { until } from '../support/wait.ts';

/** What a process has of the fleet: a bus and a hub; the store is the same one for all of them. */
export interface TestProcess {
  readonly bus: Bus;
  readonly hub: Hub;
  /** Why its streams have read from the store. */
  readonly pulls: readonly PullReason[];
  /** What its bus has told it to look for. */
  readonly missed: readonly (readonly string[] | 'all')[];
  readonly learned: readonly Revocation[];
  readonly counted: { published: number; dropped: number; roundTrips: number };
  readonly logged: readonly string[];
  /** Opens a stream at the end of the user's log, and waits until it is live. */
  open(userId: string): Promise<TestStream>;
}

/** A stream and what it has sent. */
export interface TestStream {
  /** The numbers of the notifications. */
  readonly seqs: readonly number[];
  /** The numbers at which it was told to fetch the list again. */
  readonly resets: readonly number[];
  /** Waits until the newest of them is number `seq`. */
  reach(seq: number): Promise<void>;
  end(): void;
}

/** Some processes on one store, in this one. */
export interface TestFleet {
  readonly store: Store;
  readonly processes: readonly TestProcess[];
  /** Ann's. */
  readonly report: Report;
  /** Lets bob comment so many times on ann's report, by way of this process. */
  readonly post: (process: TestProcess, count?: number) => Promise<void>;
}

/** @param redisUrls one for each process: undefined for one without Redis. */
export async function startFleet(...redisUrls: readonly (string | undefined)[]): Promise<TestFleet> {
  let announcer: TestProcess | undefined;
  const store = openSqlite(temporaryPath(), {
    onCommit: (commit: Commit) => announcer?.bus.announce(commit),
    onFailure: (cause) => {
      throw cause;
    },
    now: Date.now,
  });
  onTestFinished(() => store.close());
  const report = await addReport(store);
  const processes = await Promise.all(redisUrls.map((url) => startProcess(store, url)));
  return {
    store,
    processes,
    report,
    post: async (process, count = 1) => {
      announcer = process;
      await addComments(store, report.id, count);
    },
  };
}

/** Starts one more process on this store. */
export async function startProcess(
  store: Store,
  redisUrl: string | undefined,
  epoch = store.epoch,
): Promise<TestProcess> {
  const pulls: PullReason[] = [];
  const missed: (readonly string[] | 'all')[] = [];
  const learned: Revocation[] = [];
  const counted = { published: 0, dropped: 0, roundTrips: 0 };
  const logged: string[] = [];
  const ignore = () => undefined;
  const bus = await openBus({
    redisUrl,
    isAlone: false,
    epoch,
    listener: {
      offer: (announcement) => hub.offer(announcement),
      learn: (revocation) => learned.push(revocation),
      missed: (userIds) => {
        missed.push(userIds ?? 'all');
        headCheck.check(userIds);
      },
    },
    observer: {
      published: () => counted.published++,
      dropped: () => counted.dropped++,
      roundTrip: () => counted.roundTrips++,
    },
    now: Date.now,
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
  });
  const hub = new Hub({
    store,
    bus,
    observer: {
      opened: ignore,
      closed: ignore,
      pulled: (reason) => pulls.push(reason),
      replayed: ignore,
      delivered: ignore,
      failed: ignore,
    },
    maxStreams: 1_000,
    maxStreamsPerUser: 1_000,
    replayLimit: 5_000,
    heartbeatMs: 1_000_000,
    maxAgeMs: 1_000_000,
  });
  const headCheck = new HeadCheck({
    store,
    hub,
    isHeard: () => bus.isHeard,
    observer: { checked: ignore, failed: ignore },
  });
  onTestFinished(async () => {
    await headCheck.close();
    await hub.drain(0);
    await bus.close();
  });
  return {
    bus,
    hub,
    pulls,
    missed,
    learned,
    counted,
    logged,
    open: (userId) => openStream(hub, userId),
  };
}

async function openStream(hub: Hub, userId: string): Promise<TestStream> {
  const seqs: number[] = [];
  const resets: number[] = [];
  let isLive = false;
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event === 'notification') seqs.push((JSON.parse(data) as { seq: number }).seq);
      if (event === 'reset') resets.push((JSON.parse(data) as { seq: number }).seq);
      isLive ||= event === 'sync';
    },
  });
  const sink: Sink = {
    bufferedBytes: 0,
    write: (bytes) => {
      parser.feed(bytes.toString());
      return true;
    },
    end: () => undefined,
  };
  const stream = hub.open(userId, sink, { at: 'end' }, { issuedAt: 0, endsInMs: Infinity });
  await until('the stream to be live', () => isLive);
  return {
    seqs,
    resets,
    reach: (seq) =>
      until(
        () => `event ${seq} behind ${seqs.slice(-5).join()}`,
        () => seqs.at(-1) === seq,
      ),
    end: () => stream.gone(),
  };
}

/** Waits until each of these processes hears what the others announce. */
export async function untilHeard(processes: readonly TestProcess[]): Promise<void> {
  await until('the bus to be heard', () => processes.every(({ bus }) => bus.isHeard));
}
