import type { Store as Counter } from 'express-rate-limit';
import type { Logger } from 'pino';
import type { Bus, BusListener } from '../domain/bus.ts';
import { type Places, unlimitedPlaces } from '../domain/places.ts';
import type { ConnectionObserver } from './connection.ts';
import { createInProcessBus } from './in-process.ts';

export interface RedisParts {
  /** `redis://` or `rediss://`; of a single server, or of one of a cluster. */
  readonly url: string;
  /** The store's: processes of different stores do not hear each other, though they use the same Redis. */
  readonly epoch: string;
  readonly listener: BusListener;
  readonly observer: ConnectionObserver;
  readonly log: Logger;
  readonly maxStreamsPerUser: number;
  /** Age at which a stream is ended, give or take 20 %. */
  readonly maxAgeMs: number;
}

export interface BusParts extends Omit<RedisParts, 'url'> {
  /** Where Redis is; undefined without it. */
  readonly redisUrl: string | undefined;
  /** Whether this process serves its store alone. */
  readonly isAlone: boolean;
}

/** What processes have in common besides the store. */
export interface OpenBus {
  readonly bus: Bus;
  readonly places: Places;
  /** Makes what counts for a rate limit of this name; undefined where each process counts for itself. */
  readonly counter: ((name: string) => Counter) | undefined;
  close(): Promise<void>;
}

/** Opens the bus; it need not be heard yet. */
export async function openBus({ redisUrl, isAlone, ...parts }: BusParts): Promise<OpenBus> {
  if (redisUrl === undefined) {
    const bus = createInProcessBus(parts.listener, isAlone);
    return { bus, places: unlimitedPlaces, counter: undefined, close: () => bus.close() };
  }
  // Only now: loading it takes longer than all the rest of a start.
  const { openRedis } = await import('./open-redis.ts');
  return openRedis({ ...parts, url: redisUrl });
}
