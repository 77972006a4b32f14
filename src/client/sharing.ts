import type { ConnectOptions } from './client.ts';

/**
 * How tabs go about their connections: a `group` has one together; where it cannot be, each that is `visible` has one of
 * its own; or everybody has one (`none`).
 */
export type Sharing = 'group' | 'visible' | 'none';

export function sharingOf(options: ConnectOptions): Sharing {
  const isPage = typeof document !== 'undefined';
  if (!(options.shareConnection ?? isPage) || !(canAsk(options) || options.user !== undefined)) return 'none';
  // Missing in pages that came by plain http, except from the machine itself.
  const { locks } = globalThis.navigator as { locks?: LockManager };
  if (locks !== undefined) return 'group';
  return isPage ? 'visible' : 'none';
}

/** Whether Carillon can be asked who is signed in: a ticket is good for one stream and nothing else. */
export function canAsk({ token, getTicket }: ConnectOptions): boolean {
  return getTicket === undefined || token !== undefined;
}
