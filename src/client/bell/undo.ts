import type { Client } from '../client.ts';
import type { Undoable } from './model.ts';

/** What was done last, and to which notifications. */
export interface Undo {
  readonly shown: NonNullable<Undoable>;
  readonly ids: readonly string[];
}

/** Most that one undo marks as unread again: the server allows a user so many writes a minute, and each is one. */
export const mostUndone = 50;

/** Takes back what was done last: the one place that knows how. */
export async function takeBack(client: Client, { shown, ids }: Undo): Promise<void> {
  const opposite = { archived: 'unarchive', unarchived: 'archive', allRead: 'unread' } as const;
  await Promise.all(ids.map((id) => client[opposite[shown.kind]](id)));
}
