import { z } from 'zod';
import type { Address } from '../domain/decide.ts';
import type { Addressee } from '../domain/publishing.ts';
import type { Reader } from './transaction.ts';

/** Everybody who watches a topic, addressed as a team. */
interface Team extends Address {
  readonly kind: 'team';
  readonly topic: string;
}

/** Whom an activity may concern: those it addresses, and everybody who watches one of the topics. */
export interface Audience {
  /** How users are addressed by name, by their ids. */
  readonly addresses: ReadonlyMap<string, readonly Address[]>;
  readonly teams: readonly Team[];
  /** The activity's own topics, and those of the teams. */
  readonly topics: readonly string[];
}

/** How the row of an activity says whom it addresses. */
const Addressed = z.array(
  z.union([
    z.object({ user: z.string(), kind: z.enum(['mention', 'reply', 'publisher']), reason: z.string() }),
    z.object({ topic: z.string(), kind: z.literal('team'), reason: z.string() }),
  ]),
);
export type Addressed = z.infer<typeof Addressed>;

/** What a publisher addresses. */
export function addressedBy(to: readonly Addressee[]): Addressed {
  return to.map((one) => ('user' in one ? { ...one, kind: 'publisher' } : { ...one, kind: 'team' }));
}

/** @param topics of the activity itself. */
export function audienceOf(topics: readonly string[], addressed: Addressed): Audience {
  const addresses = new Map<string, Address[]>();
  const teams: Team[] = [];
  for (const one of addressed) {
    if ('topic' in one) teams.push(one);
    else
      addresses.set(one.user, [...(addresses.get(one.user) ?? []), { kind: one.kind, reason: one.reason }]);
  }
  return { addresses, teams, topics: [...new Set([...topics, ...teams.map(({ topic }) => topic)])] };
}

/** @param addressed the column of that name. */
export function storedAudience(topics: readonly string[], addressed: string | null): Audience {
  return audienceOf(topics, addressed === null ? [] : Addressed.parse(JSON.parse(addressed)));
}

/** The column `addressed` for those alone whom `isKept` keeps; null when nobody is left. */
export function addressedWhere(
  addressed: string | null,
  isKept: (one: Addressed[number]) => boolean,
): string | null {
  if (addressed === null) return null;
  const kept = Addressed.parse(JSON.parse(addressed)).filter(isKept);
  return kept.length === 0 ? null : JSON.stringify(kept);
}

/**
 * The next users of an audience, in the order of their ids.
 * @param after the user behind whom they come; empty for the first.
 * @returns at most `limit` of them; `isLast` when nobody comes behind them.
 */
export async function usersOf(
  reader: Reader,
  { addresses, topics }: Audience,
  after: string,
  limit: number,
): Promise<{ readonly users: readonly string[]; readonly isLast: boolean }> {
  const watchers = await Promise.all(
    topics.map((topic) => reader.rows('watchers', { topic, after, limit: limit + 1 })),
  );
  const named = [...addresses.keys()].filter((user) => user > after);
  const all = [...new Set([...named, ...watchers.flat().map(({ userId }) => userId)])].sort();
  return { users: all.slice(0, limit), isLast: all.length <= limit };
}
