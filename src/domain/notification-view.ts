import type { NotificationState } from './notification.ts';

/** What is stored of one notification, joined with the activity that it shows. Times are Unix milliseconds. */
export interface NotificationView extends NotificationState {
  readonly id: string;
  readonly seq: number;
  readonly reason: string;
  readonly topic: string | null;
  readonly count: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The newest of its activities. */
  readonly activityId: string;
  readonly type: string;
  readonly actorId: string | null;
  readonly actorName: string | null;
  readonly title: string | null;
  readonly body: string | null;
  readonly url: string | null;
  /** JSON text of an object. */
  readonly data: string | null;
  readonly retractedAt: number | null;
  readonly reportId: string | null;
  /** Null when there is no such report any more. */
  readonly reportTitle: string | null;
}

/** Whether what the notification is about was taken back. Nobody is shown it then. */
export function isGone({ retractedAt, reportId, reportTitle }: NotificationView): boolean {
  return retractedAt !== null || (reportId !== null && reportTitle === null);
}
