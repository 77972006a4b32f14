import type { Person } from './actor.ts';

/** Something that happened. Its content is stored here once; inboxes only refer to it. */
export interface Activity {
  readonly id: string;
  /** What happened, such as `NEW_COMMENT_ON_REPORT` or `order.shipped`. */
  readonly type: string;
  /** What it is about, at most 5, the narrowest first. */
  readonly topics: readonly string[];
  /** The person who caused it; null for something that nobody did. */
  readonly actor: Person | null;
  /** Null for a comment's activity, whose title is that of its report. */
  readonly title: string | null;
  readonly body: string | null;
  readonly url: string | null;
  /** JSON text of an object. */
  readonly data: string | null;
  /** The report that it belongs to; null for everything that was published. */
  readonly reportId: string | null;
  /** Activities of one type and group share one notification while that is unread. */
  readonly group: string | null;
  /** When it happened, in Unix milliseconds; for a scheduled one the moment when it is due. */
  readonly happenedAt: number;
  /** When it stops concerning anybody, in Unix milliseconds. */
  readonly expiresAt: number | null;
  readonly isRetracted: boolean;
}

/** The topic of a report and its comments. */
export function reportTopic(reportId: string): string {
  return `report:${reportId}`;
}
