import { setTimeout as sleep } from 'node:timers/promises';
import { notificationOf } from '../peers/ready-made.ts';
import { nowMs } from './clock.ts';
import { bodyOf } from './comment.ts';
import { Connection, postRequest, requestOf } from './connection.ts';
import type { Place } from './listener.ts';
import { answer } from './rpc.ts';
import { Numbers } from './tally.ts';

/* A process that writes comments: at a given rate, as fast as they are answered, or one after the other. */

/** Where comments go, and who writes them. */
export interface Writing {
  /** Each connection goes to one of them. */
  readonly places: readonly [Place, ...Place[]];
  /** The path to post to, by the index of the user who will hear of it. */
  readonly paths: readonly string[];
  /** The header lines of each writer; there are as many connections, which they share. */
  readonly writers: readonly string[];
  /** Whether the server gets whole events to pass on, instead of comments. */
  readonly areEvents: boolean;
}

export interface OpenLoop {
  /** Comments a second, whether or not the server keeps up. */
  readonly rate: number;
  /** Who hears of comment `first` + i: an index into `paths`. */
  readonly owners: Uint32Array;
  readonly first: number;
}

export interface Written {
  /** When the first was due; the i-th was due `intervalMs` × i later. */
  readonly startMs: number;
  readonly intervalMs: number;
  /** From the moment at which each was due to its answer. */
  readonly latenciesMs: Float64Array;
  readonly failed: number;
}

export interface ClosedLoop {
  readonly first: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
}

export interface ClosedLoopResult {
  /** Answered 201 within the duration, and in all. */
  readonly counted: number;
  readonly all: number;
  readonly failed: number;
  readonly latenciesMs: Float64Array;
}

let writing: Writing | undefined;
let connections: Connection[] = [];

export type WritersMethods = typeof methods;

const methods = {
  connect: (to: Writing): void => {
    for (const connection of connections) connection.close();
    writing = to;
    connections = to.writers.map((_, i) => new Connection(to.places[i % to.places.length] ?? to.places[0]));
  },

  /** Sends each comment when it is due; one that finds no connection free waits, and its latency counts that. */
  openLoop: async ({ rate, owners, first }: OpenLoop): Promise<Written> => {
    const intervalMs = 1000 / rate;
    const latencies = new Numbers();
    const free = connections.map((_, i) => i);
    const { promise: finished, resolve: finish } = Promise.withResolvers<undefined>();
    let sent = 0;
    let answered = 0;
    let failed = 0;
    const startMs = nowMs() + 100;
    const send = () => {
      while (sent < owners.length && startMs + sent * intervalMs <= nowMs()) {
        const writer = free.pop();
        if (writer === undefined) return;
        const dueMs = startMs + sent * intervalMs;
        void post(writer, owners[sent] ?? 0, first + sent++).then((isWritten) => {
          latencies.push(nowMs() - dueMs);
          if (!isWritten) failed++;
          if (++answered === owners.length) finish(undefined);
          free.push(writer);
          send();
        });
      }
    };
    while (sent < owners.length) {
      send();
      await sleep(1);
    }
    await finished;
    return { startMs, intervalMs, latenciesMs: latencies.all(), failed };
  },

  /** Each writer sends the next comment as soon as the last is answered. */
  closedLoop: async ({ first, warmUpMs, durationMs }: ClosedLoop): Promise<ClosedLoopResult> => {
    const latencies = new Numbers();
    const startMs = nowMs() + warmUpMs;
    const endMs = startMs + durationMs;
    let number = first;
    let all = 0;
    let failed = 0;
    const run = async (writer: number) => {
      for (let sentMs = nowMs(); sentMs < endMs; sentMs = nowMs()) {
        const isWritten = await post(writer, number % (writing?.paths.length ?? 1), number++);
        if (isWritten) all++;
        else failed++;
        const doneMs = nowMs();
        if (doneMs >= startMs && doneMs < endMs) latencies.push(doneMs - sentMs);
      }
    };
    await Promise.all(connections.map((_, writer) => run(writer)));
    return { counted: latencies.length, all, failed, latenciesMs: latencies.all() };
  },

  /** Writes these comments as fast as they are answered. @returns how many failed */
  writeAll: async ({ owners, first }: { owners: Uint32Array; first: number }): Promise<number> => {
    let next = 0;
    let failed = 0;
    const run = async (writer: number) => {
      while (next < owners.length) {
        const i = next++;
        if (!(await post(writer, owners[i] ?? 0, first + i))) failed++;
      }
    };
    await Promise.all(connections.map((_, writer) => run(writer)));
    return failed;
  },

  /** Writes `count` comments to one user, each when the one before is answered. @returns when the first was due */
  inARow: async ({
    owner,
    first,
    count,
  }: {
    owner: number;
    first: number;
    count: number;
  }): Promise<number> => {
    const startMs = nowMs();
    for (let i = 0; i < count; i++) {
      if (!(await post(0, owner, first + i))) throw new Error(`Comment ${first + i} was refused.`);
    }
    return startMs;
  },

  /** Sends one request on a connection of its own, beside whatever else is sent. */
  send: async ({ method, path, head, body }: OneRequest): Promise<OneAnswer> => {
    const [place] = writing?.places ?? [];
    if (place === undefined) throw new Error('Nobody has said where to.');
    const connection = new Connection(place);
    const sentMs = nowMs();
    const answered = await connection.send(requestOf(method, path, head, body));
    const answeredMs = nowMs();
    connection.close();
    return { sentMs, answeredMs, status: answered.status, body: answered.body.toString() };
  },

  /** Sends these bodies to `path`, as fast as they are answered. @returns the bodies of the answers, in their order */
  create: async ({ path, bodies, headers }: Creation): Promise<string[]> => {
    const answers: string[] = [];
    let next = 0;
    const run = async (connection: Connection) => {
      for (let i = next++; i < bodies.length; i = next++) {
        const { status, body } = await connection.send(postRequest(path, headers[i] ?? '', bodies[i] ?? ''));
        if (status !== 201) throw new Error(`${status}: ${body.toString()}`);
        answers[i] = body.toString();
      }
    };
    await Promise.all(connections.map(run));
    return answers;
  },
} satisfies Record<string, (argument: never) => unknown>;

export interface OneRequest {
  readonly method: string;
  readonly path: string;
  /** The header lines. */
  readonly head: string;
  readonly body: string;
}

export interface OneAnswer {
  readonly sentMs: number;
  readonly answeredMs: number;
  readonly status: number;
  readonly body: string;
}

export interface Creation {
  readonly path: string;
  readonly bodies: readonly string[];
  /** The header lines of each. */
  readonly headers: readonly string[];
}

/** @returns whether comment `number` was written. */
async function post(connection: number, owner: number, number: number): Promise<boolean> {
  // One report is commented by one writer: who comments watches it, and would hear of what others say as well.
  const writer = owner % connections.length;
  const path = writing?.paths[owner] ?? '';
  const body = bodyOf(number);
  const json = JSON.stringify(writing?.areEvents === true ? notificationOf(number, 'r0', body) : { body });
  const request = postRequest(path, writing?.writers[writer] ?? '', json);
  const answered = await connections[connection]?.send(request);
  return answered !== undefined && answered.status >= 200 && answered.status < 300;
}

answer(methods);
