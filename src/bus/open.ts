import type { Bus } from '../domain/bus.ts';
import { createInProcessBus } from './in-process.ts';
import type { BusParts } from './parts.ts';

/** Opens the bus. Redis need not be there yet. */
export async function openBus({ redisUrl, isAlone, ...parts }: BusParts): Promise<Bus> {
  if (redisUrl === undefined) return createInProcessBus(parts.listener, isAlone);
  // Only now: loading it takes longer than all the rest of a start.
  const { RedisBus } = await import('./redis.ts');
  return new RedisBus({ ...parts, url: redisUrl });
}
