import { expect } from 'vitest';
import { AppError, type ErrorCode } from '../../../src/domain/errors.ts';
import type { Store } from '../../../src/domain/store.ts';
import { asReplayed, type Bench, recount } from './bench.ts';
import { countsIn } from './replica.ts';

/** Sends them at once. Each may be refused with one of the `expected` codes. */
export async function sendAll(
  store: Store,
  requests: readonly ((store: Store) => Promise<unknown>)[],
  expected: readonly ErrorCode[],
): Promise<void> {
  for (const outcome of await Promise.allSettled(requests.map((send) => send(store)))) {
    if (outcome.status === 'fulfilled') continue;
    const { reason } = outcome;
    if (!(reason instanceof AppError) || !expected.includes(reason.code)) throw reason;
  }
}

/** Looks whether the counts and the number of an inbox, its log, and what was told of it fit together. */
export async function expectInStep({ store, told }: Bench, userId: string): Promise<void> {
  const inbox = await store.inbox(userId);
  const events = told(userId);
  expect(inbox.counts, `counts of ${userId}`).toEqual(await recount(store, userId));
  expect(inbox.seq, `seq of ${userId}`).toBe(events.length);
  if (events.length > 0) expect(countsIn(events.at(-1))).toEqual(inbox.counts);
  expect((await store.log(userId, 0, 10_000)).events, `log of ${userId}`).toEqual(
    await asReplayed(store, userId, events),
  );
}
