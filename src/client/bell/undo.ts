import type { Client } from '../client.ts';
import type { Undoable } from './model.ts';

/** What was done last, and to which notifications. */
export interface Undo {
  readonly shown: NonNullable<Undoable>;
  readonly ids: readonly string[];
}

/** What is offered when all were marked as read: `count` of them, of which `ids` are known. */
export function undoOfAllRead(count: number, ids: readonly string[]): Undo {
  return { shown: { kind: 'allRead', count, undone: Math.min(ids.length, count) }, ids };
}

/** Takes back what was done last. */
export async function takeBack(client: Client, { shown, ids }: Undo): Promise<void> {
  if (shown.kind === 'allRead') {
    await client.unread(ids);
    return;
  }
  const opposite = { archived: 'unarchive', unarchived: 'archive' } as const;
  await Promise.all(ids.map((id) => client[opposite[shown.kind]](id)));
}
