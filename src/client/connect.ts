import { CarillonClient } from './carillon-client.ts';
import type { Client, ConnectOptions } from './client.ts';

/* What `carillon/client` exports. */

export type {
  Client,
  ClientEvents,
  ConnectionState,
  ConnectOptions,
  Counts,
  Frame,
  Notification,
  ResetReason,
  Verified,
} from './client.ts';
export type { ListFilter, ListStatus, NotificationList } from './notification-list.ts';
export { RequestError } from './request-error.ts';

/** Connects to Carillon as whoever is signed in. Never throws: what is wrong shows in `state`. */
export function connect(options: ConnectOptions): Client {
  return new CarillonClient(options);
}
