import type { Logger } from 'pino';
import type { Bus, BusListener } from '../domain/bus.ts';
import { createInProcessBus } from './in-process.ts';
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

/** Opens the bus. Redis need not be there yet. */
export async function openBus({ redisUrl, isAlone, ...parts }: BusParts): Promise<Bus> {
  if (redisUrl === undefined) return createInProcessBus(parts.listener, isAlone);
  // Only now: loading it takes longer than all the rest of a start.
  const { RedisBus } = await import('./redis.ts');
  return new RedisBus({ ...parts, url: redisUrl });
}
