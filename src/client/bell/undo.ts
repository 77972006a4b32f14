import type { Client } from '../client.ts';
import type { Undoable } from './model.ts';

/** What was done last, and how it is taken back. */
export interface Undo {
  readonly shown: NonNullable<Undoable>;
  readonly takeBack: (client: Client) => Promise<unknown>;
}

/** What is offered when all were marked as read: `count` of them, of which `ids` are known. */
export function undoOfAllRead(count: number, ids: readonly string[]): Undo {
  return {
    shown: { kind: 'allRead', count, undone: Math.min(ids.length, count) },
    takeBack: (client) => client.unread(ids),
  };
}

export function undoOfArchiving(id: string, isArchived: boolean): Undo {
  return {
    shown: { kind: isArchived ? 'archived' : 'unarchived' },
    takeBack: (client) => (isArchived ? client.unarchive(id) : client.archive(id)),
  };
}
