import type { Logger } from 'pino';
import type { BusListener } from '../domain/bus.ts';
import type { PubSubObserver } from './redis-pub-sub.ts';

export interface BusParts {
  /** `redis://` or `rediss://`, of a single server or of one of a cluster; undefined without Redis. */
  readonly redisUrl: string | undefined;
  /** Whether this process serves its store alone. */
  readonly isAlone: boolean;
  /** The store's: processes of different stores do not hear each other, though they use the same Redis. */
  readonly epoch: string;
  readonly listener: BusListener;
  readonly observer: PubSubObserver;
  readonly log: Logger;
  /** Unix milliseconds. */
  readonly now: () => number;
}
