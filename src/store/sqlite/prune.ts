import type { Statements } from './statements.ts';

/** Most rows that one step deletes, of each kind: a step must not hold the event loop for long. */
const maxRows = 500;
/** Most users that one step looks at. */
const maxUsers = 100;

/** One step of `Store.prune`; runs inside a transaction. */
export function pruneStep(
  statements: Statements,
  now: number,
  before: number,
  from = '',
): string | undefined {
  const keys = statements.deleteEndedKeys.run({ now, limit: maxRows }).changes;
  const tickets = statements.deleteEndedTickets.run({ now, limit: maxRows }).changes;
  // More have ended, perhaps; left for the next round they would pile up where few users send many requests.
  if (keys === maxRows || tickets === maxRows) return from;

  const users = statements.userIdsFrom.all({ from, limit: maxUsers + 1 });
  const next = users.length > maxUsers ? users.pop() : undefined;
  const last = users.at(-1)?.userId ?? from;
  let room = maxRows;
  for (const { userId } of statements.userIdsWithOld.all({ from, last, before })) {
    room -= pruneInbox(statements, userId, before, room);
    room -= statements.deleteOldRead.run({ userId, before, limit: room }).changes;
    if (room <= 0) return userId; // Perhaps not done with this one.
  }
  return next?.userId;
}

/**
 * Deletes the oldest events, up to the first that is young enough: the floor says that *everything* up to it is gone,
 * so even when a clock once jumped, what is deleted has no holes.
 */
function pruneInbox(statements: Statements, userId: string, before: number, limit: number): number {
  const oldest = statements.eventTimes.all({ userId, limit });
  const young = oldest.findIndex(({ createdAt }) => createdAt >= before);
  const last = oldest.at(young === -1 ? -1 : young - 1);
  if (young === 0 || last === undefined) return 0;
  statements.setFloor.run({ userId, floor: last.seq });
  return statements.deleteEventsUpTo.run({ userId, upTo: last.seq }).changes;
}
