import type { Transaction } from './transaction.ts';

/** Most rows that one step deletes, of each kind. */
const maxRows = 500;
/** Most users that one step looks at. */
const maxUsers = 100;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * One small step of pruning: deletes the inbox events of before `wanted` (Unix milliseconds) and the notifications that
 * were read before it, of some users, raising their `floor`, and what has ended of tickets and idempotency keys.
 * @param from where to go on: what the step before returned.
 * @returns where the next step goes on; undefined after the last user, and when another process prunes.
 */
export async function pruneStep(tx: Transaction, wanted: number, from = ''): Promise<string | undefined> {
  const [isMine, newest, keys, tickets, inboxes] = await Promise.all([
    tx.claim('prune'),
    tx.rows('newestActivity', {}),
    tx.rows('endedKeys', { now: tx.now, limit: maxRows }),
    tx.rows('endedTickets', { now: tx.now, limit: maxRows }),
    tx.rows('inboxesFrom', { from, limit: maxUsers + 1 }),
  ]);
  if (!isMine) return undefined;
  // A clock that is far ahead must not prune everything: it counts for a day more than the newest row shows at the most.
  const now = Math.min(tx.now, (newest[0]?.createdAt ?? 0) + dayMs);
  const before = wanted - (tx.now - now);
  // More have ended, perhaps; left for the next round they would pile up where few users send many requests.
  const isFull = keys.length === maxRows || tickets.length === maxRows;
  const userIds = isFull ? [] : inboxes.slice(0, maxUsers).map(({ userId }) => userId);
  const users = (await tx.rows('usersWithOld', { userIds, before })).map(({ userId }) => userId);
  await tx.lock({ users });

  for (const key of keys) tx.delete('idempotencyKeys', key);
  for (const ticket of tickets) tx.delete('tickets', ticket);
  if (isFull) return from;
  let room = maxRows;
  for (const userId of users) {
    room -= await pruneEvents(tx, userId, before, room);
    const read = await tx.rows('readBefore', { userId, before, limit: room });
    for (const { id } of read) tx.delete('notifications', { userId, id });
    room -= read.length;
    if (room <= 0) return userId; // Perhaps not done with this one.
  }
  return inboxes[maxUsers]?.userId;
}

/**
 * Deletes the oldest events, up to the first that is young enough: the floor says that *everything* up to it is gone,
 * so even when a clock once jumped, what is deleted has no holes.
 * @returns how many
 */
async function pruneEvents(tx: Transaction, userId: string, before: number, limit: number): Promise<number> {
  const oldest = await tx.rows('eventTimes', { userId, limit });
  const young = oldest.findIndex(({ createdAt }) => createdAt >= before);
  const old = young === -1 ? oldest : oldest.slice(0, young);
  const last = old.at(-1);
  if (last === undefined) return 0;
  for (const { seq } of old) tx.delete('inboxEvents', { userId, seq });
  tx.setInbox(userId, { ...tx.inbox(userId), floor: last.seq });
  return old.length;
}
