import type { NotificationState, NotificationStatus } from './notification.ts';

/* A notification's state as one number, by which the store finds it: 0 unseen, 1 seen, 2 read; archived ones 3 more. */

const archived = 3;

export function stateCode({ seenAt, readAt, archivedAt }: NotificationState): number {
  const code = readAt !== null ? 2 : seenAt !== null ? 1 : 0;
  return archivedAt === null ? code : code + archived;
}

/** The states that each list shows. */
export const listedStates = {
  all: [0, 1, 2],
  unread: [0, 1],
  read: [2],
  archived: [3, 4, 5],
} as const satisfies Record<NotificationStatus, readonly number[]>;

export const unreadStates = [0, 1, 3, 4] as const;
export const unseenStates = [0, 3] as const;
