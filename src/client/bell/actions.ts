import type { Preference } from '../choices.ts';
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
  /** Stops what this notification is about. */
  mute(notification: AnyNotification): void;
  openSettings(): void;
  closeSettings(): void;
  /** @param name of the settings, such as `order.shipped` or `*`. */
  setPreference(name: string, preference: Preference): void;
  unmute(topic: string): void;
  unblock(userId: string): void;
  showHeldBack(): void;
  loadMore(): void;
  retry(): void;
  undo(): void;
}
