import type { Candidate } from '../domain/decide.ts';
import { Settings } from '../domain/settings.ts';
import { everybody, type Watch, type WatchCause, type WatchLevel } from '../domain/watch.ts';
import type { Audience } from './audience.ts';
import type { WatchRow } from './rows.ts';
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
  const watchesOf = async (userId: string) => {
    const rows = await Promise.all(topics.map((topic) => reader.get('watches', { topic, userId })));
    return rows.filter((row) => row !== undefined).map(watchOf);
  };
  const [defaults, watches, settings] = await Promise.all([
    watchesOf(everybody),
    Promise.all(userIds.map(watchesOf)),
    Promise.all(userIds.map((userId) => reader.get('settings', { userId }))),
  ]);
  return userIds.map((userId, i) => {
    const watched = (watches[i] ?? []).map((watch) => ({ ...watch, since: Math.min(watch.since, latest) }));
    const addressing = teams.filter(({ topic }) =>
      watched.some((watch) => watch.topic === topic && watch.level === 'all'),
    );
    const own = settings[i];
    return {
      userId,
      addresses: [...(addresses.get(userId) ?? []), ...addressing],
      watches: watched,
      defaults,
      ...(own && { settings: settingsOf(own.data) }),
    };
  });
}

/** Settings as they were stored. */
export function settingsOf(data: string): Settings {
  return Settings.parse(JSON.parse(data));
}

function watchOf({ topic, level, because, since }: WatchRow): Watch {
  // Written by the use cases alone.
  return { topic, level: level as WatchLevel, because: because as WatchCause, since };
}
