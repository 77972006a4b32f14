import { expect, test } from 'vitest';
import { Hub } from '../../src/stream/hub.ts';
import type { CloseReason } from '../../src/stream/stream.ts';

const ignore = () => undefined;

test('a revocation that is heard of late ends the streams of before, and none that was opened by a newer token', async () => {
  const closed: CloseReason[] = [];
  const hub = new Hub({
    store: {
      epoch: 'k3f9x0qa',
      log: async () => ({ inbox: { seq: 0, floor: 0, counts: { unread: 0, unseen: 0 } }, events: [] }),
    },
    bus: { follow: ignore, unfollow: ignore },
    observer: {
      opened: ignore,
      closed: (reason) => closed.push(reason),
      pulled: ignore,
      replayed: ignore,
      delivered: ignore,
      failed: ignore,
    },
    maxStreams: 10,
    maxStreamsPerUser: 10,
    replayLimit: 10,
    heartbeatMs: 1_000_000,
    maxAgeMs: 1_000_000,
  });
  const ended: string[] = [];
  const open = (userId: string, issuedAt: number) => {
    const end = () => void ended.push(`${userId} ${issuedAt}`);
    const sink = { bufferedBytes: 0, write: () => true, end };
    hub.open(userId, sink, { at: 'end' }, { issuedAt, endsInMs: Infinity });
  };
  for (const issuedAt of [0, 4_000, 5_000, 6_000]) open('ann', issuedAt);
  open('bob', 4_000);

  hub.revoke({ userId: 'ann', revokedAt: 5_000 });
  expect(ended).toEqual(['ann 0', 'ann 4000']);
  expect(closed).toEqual(['revoked', 'revoked']);
  expect(hub.size).toBe(3);
  hub.revoke({ userId: 'nobody', revokedAt: 5_000 });
  expect(hub.size).toBe(3);
  await hub.drain(0);
});
