import type { Candidate } from '../domain/decide.ts';
import { Settings } from '../domain/settings.ts';
import { everybody, type Watch, WatchCause, WatchLevel } from '../domain/watch.ts';
import type { Audience } from './audience.ts';
import type { StandingRow } from './queries.ts';
import type { Reader } from './transaction.ts';

/**
 * Everything that a decision about these users depends on. Read after they are locked it is what holds until the end of
 * the transaction.
 * @param latest the moment of an activity that happens in this very transaction: who watches already has watched since
 *   then at the latest, whatever the clock of the process said that made the watch.
 */
export async function candidatesOf(
  reader: Reader,
  { addresses, teams, topics }: Audience,
  userIds: readonly string[],
  latest = Infinity,
): Promise<readonly Candidate[]> {
  const rows = await reader.rows('standings', { topics, userIds: [...userIds, everybody] });
  const watches = Map.groupBy(
    rows.filter(({ topic }) => topic !== null),
    ({ userId }) => userId,
  );
  const settings = new Map(
    rows.flatMap((row) => (row.settings === null ? [] : [[row.userId, settingsOf(row.settings)]])),
  );
  const defaults = (watches.get(everybody) ?? []).map(watchOf);
  return userIds.map((userId) => {
    const own = settings.get(userId);
    const watched = (watches.get(userId) ?? []).map(watchOf).map((watch) => ({
      ...watch,
      since: Math.min(watch.since, latest),
    }));
    const addressing = teams.filter(({ topic }) =>
      watched.some((watch) => watch.topic === topic && watch.level === 'all'),
    );
    return {
      userId,
      addresses: [...(addresses.get(userId) ?? []), ...addressing],
      watches: watched,
      defaults,
      ...(own && { settings: own }),
    };
  });
}

/** Settings as they were stored. */
export function settingsOf(data: string): Settings {
  return Settings.parse(JSON.parse(data));
}

function watchOf({ topic, level, because, since }: StandingRow): Watch {
  return {
    topic: topic ?? '',
    level: WatchLevel.parse(level),
    because: WatchCause.parse(because),
    since: since ?? 0,
  };
}
