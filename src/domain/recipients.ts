import type { Comment } from './comment.ts';
import type { NotificationReason, NotificationType } from './notification.ts';
import type { Report } from './report.ts';

/** Somebody who hears of a comment, and why. */
export interface Recipient {
  readonly userId: string;
  readonly type: NotificationType;
  readonly reason: NotificationReason;
}

/**
 * Who hears of a new comment: each person once, with the strongest reason, and never its author.
 *
 * @returns recipients sorted by user id, the order in which their inboxes are locked; two transactions that lock in
 *   different orders could wait for each other for ever.
 */
export function recipientsOf(comment: Comment, report: Report): readonly Recipient[] {
  const heard: Recipient[] = [{ userId: report.owner.id, type: 'NEW_COMMENT_ON_REPORT', reason: 'owner' }];
  return heard
    .filter(({ userId }) => userId !== comment.author.id)
    .sort((a, b) => (a.userId < b.userId ? -1 : 1));
}
