import type { Activity } from '../activity.ts';
import { reportTopic } from '../activity.ts';
import type { Comment } from '../comment.ts';
import { excerptCharacters } from '../notification.ts';
import type { NotificationView } from '../notification-view.ts';
import { excerpt } from '../text.ts';

/** A comment under a report. The activity has the id of the comment; its title is the report's. */
export const commentOnReport = {
  type: 'NEW_COMMENT_ON_REPORT',

  /** @param isGrouped whether the comments of one report share a notification while it is unread. */
  activityOf({ id, reportId, author, body, createdAt }: Comment, isGrouped: boolean): Activity {
    return {
      id,
      type: this.type,
      topics: [reportTopic(reportId)],
      actor: author,
      title: null,
      body: excerpt(body, excerptCharacters),
      url: null,
      data: null,
      reportId,
      group: isGrouped ? reportId : null,
      happenedAt: Date.parse(createdAt),
      expiresAt: null,
      isRetracted: false,
    };
  },

  fields({ activityId, body, reportId, reportTitle }: NotificationView) {
    return {
      report: { id: reportId ?? '', title: reportTitle ?? '' },
      comment: { id: activityId, excerpt: body ?? '' },
    };
  },
};
