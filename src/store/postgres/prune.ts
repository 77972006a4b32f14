import { pruningLock } from './locks.ts';
import type { PruneStatements } from './prune-statements.ts';

/** Most rows that one step deletes, of each kind: a step must not keep inboxes locked for long. */
const maxRows = 500;
/** Most users that one step looks at. */
const maxUsers = 100;

/** What came of one step. */
export interface PruneStep {
  /** Where the next one goes on; undefined after the last user, and when another process is pruning. */
  readonly next: string | undefined;
  /** Rows that it deleted or updated. */
  readonly rows: number;
}

/** One step of `Store.prune`; runs inside a transaction. */
export async function pruneStep(
  statements: PruneStatements,
  now: number,
  before: number,
  from = '',
): Promise<PruneStep> {
  const [pruning] = await statements.takePruning.execute({ lock: pruningLock });
  if (pruning?.isTaken !== true) return { next: undefined, rows: 0 };

  const keys = countOf(await statements.deleteEndedKeys.execute({ now, limit: maxRows }));
  const tickets = countOf(await statements.deleteEndedTickets.execute({ now, limit: maxRows }));
  let rows = keys + tickets;
  // More have ended, perhaps; left for the next round they would pile up where few users send many requests.
  if (keys === maxRows || tickets === maxRows) return { next: from, rows };

  const users = await statements.userIdsFrom.execute({ from, limit: maxUsers + 1 });
  const next = users.length > maxUsers ? users.pop()?.userId : undefined;
  const userIds = users.map(({ userId }) => userId);
  let room = maxRows;
  for (const { userId } of await statements.userIdsWithOld.execute({ userIds, before })) {
    // In the order of the user ids, as every transaction does it, and before any of the user's other rows.
    await statements.lockInbox.execute({ userId });
    const pruned = await pruneInbox(statements, userId, before, room);
    const deleted = countOf(await statements.deleteOldRead.execute({ userId, before, limit: room - pruned }));
    room -= pruned + deleted;
    rows += pruned + deleted + Number(pruned > 0);
    if (room <= 0) return { next: userId, rows }; // Perhaps not done with this one.
  }
  return { next, rows };
}

/**
 * Deletes the oldest events, up to the first that is young enough: the floor says that *everything* up to it is gone,
 * so even when a clock once jumped, what is deleted has no holes.
 */
async function pruneInbox(
  statements: PruneStatements,
  userId: string,
  before: number,
  limit: number,
): Promise<number> {
  const oldest = await statements.eventTimes.execute({ userId, limit });
  const young = oldest.findIndex(({ createdAt }) => createdAt >= before);
  const last = oldest.at(young === -1 ? -1 : young - 1);
  if (young === 0 || last === undefined) return 0;
  await statements.setFloor.execute({ userId, floor: last.seq });
  return countOf(await statements.deleteEventsUpTo.execute({ userId, upTo: last.seq }));
}

function countOf({ rowCount }: { readonly rowCount: number | null }): number {
  return rowCount ?? 0;
}
