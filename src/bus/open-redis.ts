import type { OpenBus, RedisParts } from './open.ts';
import { RedisBus } from './redis.ts';
import { RedisCounter } from './redis-counter.ts';
import { RedisPlaces } from './redis-places.ts';

/** Opens everything that goes by way of Redis. Redis need not be there yet. */
export function openRedis({ maxStreamsPerUser, maxAgeMs, ...parts }: RedisParts): OpenBus {
  const bus = new RedisBus(parts);
  const ask = (key: string, command: readonly string[]) => bus.ask(key, command);
  const prefix = `carillon:${parts.epoch}:`;
  const places = new RedisPlaces({
    ask,
    prefix,
    maxPerUser: maxStreamsPerUser,
    // A stream's age varies by 20 %.
    streamLifeMs: Math.ceil(1.2 * maxAgeMs),
  });
  return {
    bus,
    places,
    counter: (name) => new RedisCounter(ask, `${prefix}rate:${name}:`),
    close: async () => {
      await places.close();
      await bus.close();
    },
  };
}
