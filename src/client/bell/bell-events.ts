import type { ConnectionState, Counts } from '../client.ts';
import type { AnyNotification } from './any-notification.ts';

/** What a bell tells the page around it; all of these bubble. */
export interface BellEvents {
  /** Somebody went for a notification by a plain click; cancelled, the page's own router leads there. */
  'carillon-open': CustomEvent<{ notification: AnyNotification; href: string | undefined }>;
  /** One has arrived, or one that was there brings something new. */
  'carillon-notification': CustomEvent<{ notification: AnyNotification }>;
  'carillon-counts': CustomEvent<Counts>;
  'carillon-state': CustomEvent<ConnectionState>;
}
