import { EventSource } from 'eventsource';
import { onTestFinished } from 'vitest';
import type { Client, ClientEvents, ConnectOptions, Frame } from '../../src/client/client.ts';
import { connect } from '../../src/client/connect.ts';
import { until } from '../support/wait.ts';

/** A client that keeps what it was told. */
export interface Followed {
  readonly client: Client;
  readonly frames: readonly Frame[];
  /** The statuses of its connection, in order. */
  readonly statuses: readonly string[];
  readonly resets: readonly ClientEvents['reset'][];
  /** The numbers of the events that it was told, in order. */
  readonly seqs: () => readonly number[];
  readonly live: () => Promise<void>;
}

/** Connects a client, which is closed with the test. */
export function follow(options: ConnectOptions): Followed {
  const client = connect(options);
  onTestFinished(() => client.close());
  const frames: Frame[] = [];
  const statuses: string[] = [client.state.status];
  const resets: ClientEvents['reset'][] = [];
  const seqs: number[] = [];
  client.on('frame', (frame) => frames.push(frame));
  client.on('state', ({ status }) => statuses.push(status));
  client.on('reset', (reset) => resets.push(reset));
  for (const type of ['notification', 'updated', 'removed', 'read', 'seen'] as const)
    client.on(type, ({ seq }) => seqs.push(seq));
  return {
    client,
    frames,
    statuses,
    resets,
    seqs: () => seqs,
    live: () =>
      until(
        () => `a live connection; it is ${JSON.stringify(client.state)}`,
        () => client.state.status === 'live',
      ),
  };
}

/** Both ways to read a stream in Node. */
export const transports: readonly (readonly [string, Partial<ConnectOptions>])[] = [
  ['fetch', {}],
  ['the package eventsource', { EventSource }],
];
