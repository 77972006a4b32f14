import type { AnyNotification } from './any-notification.ts';
import type { Filter } from './model.ts';

/** What somebody can do with a bell. */
export interface BellActions {
  close(): void;
  filterBy(filter: Filter): void;
  markAllRead(): void;
  /** Somebody went for a notification; the click may be kept from going where its link leads. */
  follow(notification: AnyNotification, click: MouseEvent): void;
  setRead(notification: AnyNotification, isRead: boolean): void;
  setArchived(notification: AnyNotification, isArchived: boolean): void;
  showHeldBack(): void;
  loadMore(): void;
  retry(): void;
  undo(): void;
}
