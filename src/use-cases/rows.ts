/*
 * What the store keeps: the rows of every table, alike on both databases (`test/store/row-types.ts`). Times are Unix
 * milliseconds; texts named here as JSON are written and read by the use cases alone.
 */

export interface MetaRow {
  readonly key: string;
  readonly value: string;
}

export interface ReportRow {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly ownerId: string;
  readonly ownerName: string;
  readonly createdAt: number;
  /** A deleted report keeps an empty row until everything about it was taken back. */
  readonly deletedAt: number | null;
  /** How far taking back has come: the last comment that is done; null when there is nothing to do. */
  readonly retractAfter: string | null;
}

export interface CommentRow {
  readonly reportId: string;
  readonly id: string;
  readonly parentId: string | null;
  readonly authorId: string;
  readonly authorName: string;
  readonly body: string;
  /** JSON: the ids of the users that it mentions; null when it mentions nobody. */
  readonly mentions: string | null;
  readonly createdAt: number;
  readonly editedAt: number | null;
  /** A deleted comment keeps an empty row, because replies refer to it. */
  readonly deletedAt: number | null;
}

export interface ActivityRow {
  readonly id: string;
  readonly type: string;
  /** JSON: its topics, the narrowest first. */
  readonly topics: string;
  readonly actorId: string | null;
  readonly actorName: string | null;
  /** Null where the title is that of the report. */
  readonly title: string | null;
  readonly body: string | null;
  readonly url: string | null;
  /** JSON: an object. */
  readonly data: string | null;
  readonly reportId: string | null;
  /** JSON: whom it addresses; null when nobody. */
  readonly addressed: string | null;
  readonly groupKey: string | null;
  readonly publisher: string | null;
  /** The publisher's own name for it, and the hash of what was published under it. */
  readonly key: string | null;
  readonly fingerprint: string | null;
  /** How often its content was changed. */
  readonly version: number;
  readonly createdAt: number;
  /** When it happened: for a scheduled one the moment that it is due. */
  readonly happenedAt: number;
  readonly expiresAt: number | null;
  readonly retractedAt: number | null;
  /** When something has to be done with it next; null when there is nothing to do. */
  readonly dueAt: number | null;
  /** How far each job has come: the last user who is done; null when there is nothing to do. */
  readonly fanOutAfter: string | null;
  readonly updateAfter: string | null;
  readonly retractAfter: string | null;
}

export interface RecipientRow {
  readonly activityId: string;
  readonly userId: string;
  /** 1 when the user was notified and the notification was not taken back. */
  readonly notified: number;
  readonly reason: string | null;
  readonly rule: string;
  /** The notification that shows it; null when that has the activity's own id. */
  readonly notificationId: string | null;
}

export interface WatchRow {
  readonly topic: string;
  /** Empty for the row that says what holds for everybody else. */
  readonly userId: string;
  readonly level: string;
  readonly because: string;
  readonly since: number;
}

export interface SettingsRow {
  readonly userId: string;
  /** JSON: `Settings`. */
  readonly data: string;
  readonly version: number;
}

export interface InboxRow {
  readonly userId: string;
  readonly seq: number;
  readonly floor: number;
  readonly unread: number;
  readonly unseen: number;
}

export interface NotificationRow {
  readonly userId: string;
  readonly id: string;
  /** The number of the event that last brought something new. */
  readonly seq: number;
  /** `stateCode` of what the user did with it: lists are read by it. */
  readonly state: number;
  /** The newest of its activities. */
  readonly activityId: string;
  readonly reason: string;
  readonly topic: string | null;
  /** Type and group, while further activities may join it. */
  readonly openKey: string | null;
  readonly count: number;
  /** JSON: the ids of its newest activities; null while there is one alone. */
  readonly members: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly seenAt: number | null;
  readonly readAt: number | null;
  readonly archivedAt: number | null;
}

export interface InboxEventRow {
  readonly userId: string;
  readonly seq: number;
  readonly type: string;
  readonly notificationId: string | null;
  /** JSON: what else the frame says. */
  readonly extra: string | null;
  readonly unread: number;
  readonly unseen: number;
  readonly createdAt: number;
}

export interface IdempotencyKeyRow {
  /** Whose key it is. */
  readonly scope: string;
  readonly key: string;
  readonly fingerprint: string;
  /** JSON: the key of the row that the answer is made from. */
  readonly subject: string;
  readonly endsAt: number;
}

export interface TicketRow {
  readonly hash: string;
  readonly actorId: string;
  readonly actorName: string;
  readonly sessionIssuedAt: number;
  readonly sessionEndsAt: number;
  readonly endsAt: number;
}

export interface RevocationRow {
  readonly userId: string;
  readonly revokedAt: number;
  /** Its place in the order of the commits. */
  readonly seq: number;
}

/** Every table: its rows, and the columns of its primary key. */
export interface Tables {
  meta: { row: MetaRow; key: 'key' };
  reports: { row: ReportRow; key: 'id' };
  comments: { row: CommentRow; key: 'reportId' | 'id' };
  activities: { row: ActivityRow; key: 'id' };
  recipients: { row: RecipientRow; key: 'activityId' | 'userId' };
  watches: { row: WatchRow; key: 'topic' | 'userId' };
  settings: { row: SettingsRow; key: 'userId' };
  inboxes: { row: InboxRow; key: 'userId' };
  notifications: { row: NotificationRow; key: 'userId' | 'id' };
  inboxEvents: { row: InboxEventRow; key: 'userId' | 'seq' };
  idempotencyKeys: { row: IdempotencyKeyRow; key: 'scope' | 'key' };
  tickets: { row: TicketRow; key: 'hash' };
  revocations: { row: RevocationRow; key: 'userId' };
}
export type TableName = keyof Tables;
export type Row<T extends TableName> = Tables[T]['row'];
/** The primary key of a row. */
export type Key<T extends TableName> = {
  readonly [C in Tables[T]['key']]: C extends keyof Row<T> ? Row<T>[C] : never;
};
