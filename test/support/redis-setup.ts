import { bring } from './debian.ts';
import { redisPath } from './redis.ts';

/** Before all tests: brings Redis where that can be done; elsewhere says what to do. */
export default function setup(): void {
  bring(redisPath, 'redis-server', 'REDIS_SERVER');
}
