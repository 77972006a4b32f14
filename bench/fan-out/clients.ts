import { connect } from 'node:net';
import { nowMs } from '../load/clock.ts';
import { answer } from '../load/rpc.ts';
import { Numbers } from '../load/tally.ts';

/* A process that holds all streams of the hub and measures how late each event comes. */

export interface Opening {
  readonly port: number;
  readonly users: number;
  readonly streamsPerUser: number;
}

export interface Heard {
  readonly latenciesMs: Float64Array;
  /** Events that came twice or left a hole. */
  readonly misnumbered: number;
}

const latenciesMs = new Numbers();
let misnumbered = 0;

export type ClientsMethods = typeof methods;

const methods = {
  /** Opens all streams, and resolves when each is in sync. */
  open: async ({ port, users, streamsPerUser }: Opening): Promise<void> => {
    const names = Array.from({ length: users * streamsPerUser }, (_, i) => `user-${i % users}`);
    while (names.length > 0) await Promise.all(names.splice(0, 128).map((name) => follow(port, name)));
  },

  /** Waits until so many events were heard, or for so long. */
  heard: async ({ count, limitMs }: { count: number; limitMs: number }): Promise<Heard> => {
    const end = nowMs() + limitMs;
    while (latenciesMs.length < count && nowMs() < end)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const heard = { latenciesMs: latenciesMs.all(), misnumbered };
    latenciesMs.clear();
    misnumbered = 0;
    return heard;
  },
} satisfies Record<string, (argument: never) => unknown>;

function follow(port: number, user: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const socket = connect(port, '127.0.0.1', () => socket.write(user));
  let rest = '';
  let last = 0;
  socket.setEncoding('utf8');
  socket.on('error', reject);
  socket.on('data', (piece: string) => {
    const frames = (rest + piece).split('\n\n');
    rest = frames.pop() ?? '';
    const now = nowMs();
    for (const frame of frames) {
      if (frame.includes('event: sync')) resolve(undefined);
      const [, seq, at] = /"seq":(\d+),.*"at":([\d.]+)/.exec(frame) ?? [];
      if (at === undefined) continue;
      if (Number(seq) !== last + 1) misnumbered++;
      last = Number(seq);
      latenciesMs.push(now - Number(at));
    }
  });
  return promise;
}

answer(methods);
