import { randomBytes } from 'node:crypto';
import type { Places } from '../domain/places.ts';

/** Asks Redis, as `Connection.ask` does. */
export type Ask = (key: string, command: readonly string[]) => Promise<unknown>;

export interface RedisPlacesParts {
  readonly ask: Ask;
  /** What the names of all keys begin with. */
  readonly prefix: string;
  /** Most streams of one user on all processes. */
  readonly maxPerUser: number;
  /** Longer than any stream lives. */
  readonly streamLifeMs: number;
}

const beatMs = 1_000;
/** A process that has not been heard of for so long is dead, and its streams with it. */
const deadAfterMs = 15_000;
/** What a dead process has left behind is swept away once it began so long ago: a new one is not known everywhere yet. */
const sweepAfterMs = 60_000;
/** Most users whose counts are told at once. */
const usersAtOnce = 500;

/** Adds a process to those that live, by Redis' clock, and says which do. */
const beatScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZRANGE', KEYS[1], 0, -1)
`;

/**
 * Sets how many streams a user has on this process (ARGV 1, 2), unless that makes more than ARGV 3 on those that live
 * (ARGV 6 and on). Forgets processes that are dead and began before ARGV 5.
 */
const takeScript = `
local alive = {}
for i = 6, #ARGV do alive[ARGV[i]] = true end
local total = tonumber(ARGV[2])
local counts = redis.call('HGETALL', KEYS[1])
for i = 1, #counts, 2 do
  local process = counts[i]
  if process ~= ARGV[1] then
    if alive[process] then
      total = total + tonumber(counts[i + 1])
    elseif tonumber(string.match(process, '^%d+')) < tonumber(ARGV[5]) then
      redis.call('HDEL', KEYS[1], process)
    end
  end
end
if total > tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`;

/**
 * Counts streams in Redis: per user how many each process has, and which processes live. Counts are set and not added to,
 * so that whatever gets lost is put right by the next that arrives; a process that dies takes its streams with it.
 */
export class RedisPlaces implements Places {
  readonly #parts: RedisPlacesParts;
  readonly #self = `${Date.now()}-${randomBytes(6).toString('base64url')}`;
  readonly #held = new Map<string, number>();
  /** Users whose count Redis does not know as it is. */
  readonly #untold = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #alive: readonly string[] = [];

  constructor(parts: RedisPlacesParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => void this.#beat(), beatMs).unref();
  }

  async take(userId: string): Promise<boolean> {
    const { ask, maxPerUser, streamLifeMs } = this.#parts;
    const count = this.#add(userId, 1);
    const key = this.#keyOf(userId);
    const sweepBefore = Date.now() - sweepAfterMs;
    const values = [this.#self, count, maxPerUser, 2 * streamLifeMs, sweepBefore, ...this.#alive];
    try {
      const taken = await ask(key, ['EVAL', takeScript, '1', key, ...values.map(String)]);
      if (taken !== 0) return true;
      this.#add(userId, -1);
      return false;
    } catch {
      // Nobody knows how many there are elsewhere.
      this.#untold.add(userId);
      return true;
    }
  }

  release(userId: string): void {
    this.#add(userId, -1);
    void this.#tell(userId);
  }

  /** What this process has does not count any more. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const key = this.#processesKey;
    await this.#parts.ask(key, ['ZREM', key, this.#self]).catch(() => undefined); // It counts as dead soon.
  }

  #add(userId: string, change: 1 | -1): number {
    const count = (this.#held.get(userId) ?? 0) + change;
    if (count > 0) this.#held.set(userId, count);
    else this.#held.delete(userId);
    return count;
  }

  async #tell(userId: string): Promise<void> {
    const key = this.#keyOf(userId);
    const count = this.#held.get(userId);
    const command =
      count === undefined ? ['HDEL', key, this.#self] : ['HSET', key, this.#self, String(count)];
    this.#untold.delete(userId);
    try {
      await this.#parts.ask(key, command);
    } catch {
      this.#untold.add(userId);
    }
  }

  async #beat(): Promise<void> {
    const key = this.#processesKey;
    try {
      const alive = await this.#parts.ask(key, [
        'EVAL',
        beatScript,
        '1',
        key,
        this.#self,
        String(deadAfterMs),
      ]);
      this.#alive = Array.isArray(alive) ? alive.map(String) : [];
    } catch {
      return; // Redis is away; the bus says so.
    }
    const users = [...this.#untold].slice(0, usersAtOnce);
    await Promise.all(users.map((userId) => this.#tell(userId)));
  }

  get #processesKey(): string {
    return `${this.#parts.prefix}processes`;
  }

  #keyOf(userId: string): string {
    return `${this.#parts.prefix}streams:${userId}`;
  }
}
