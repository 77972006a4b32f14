import type { Notification } from '../notification.ts';
import type { NotificationView } from '../notification-view.ts';
import { commentOnReport } from './comment-on-report.ts';

/** A kind of activity that Carillon itself makes. */
export interface Kind {
  readonly type: string;
  /** What a notification of this kind has besides what every notification has. */
  fields(view: NotificationView): Partial<Notification>;
}

/** All kinds, by their types. Publishers may not use these types. */
export const kinds: Readonly<Record<string, Kind | undefined>> = Object.fromEntries(
  [commentOnReport].map((kind) => [kind.type, kind]),
);
