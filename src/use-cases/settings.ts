import { AppError } from '../domain/errors.ts';
import { leastId } from '../domain/id.ts';
import { defaultSettings, type Settings, type VersionedSettings } from '../domain/settings.ts';
import { membersOf } from './notify.ts';
import { settingsOf } from './standings.ts';
import { takeBack } from './take-back.ts';
import type { Reader, Transaction } from './transaction.ts';

/** Most notifications that one transaction takes back. */
const maxNotificationsPerStep = 250;

export async function settings(reader: Reader, userId: string): Promise<VersionedSettings> {
  const row = await reader.get('settings', { userId });
  if (row === undefined) return { settings: defaultSettings, version: 0 };
  return { settings: settingsOf(row.data), version: row.version };
}

/**
 * Replaces a user's settings.
 * @param expected the version that the user saw; without it whatever is there is replaced.
 * @returns the settings, and whom they block that they did not block before
 * @throws precondition_failed (they were set meanwhile)
 */
export async function setSettings(
  tx: Transaction,
  userId: string,
  next: Settings,
  expected: number | undefined,
): Promise<VersionedSettings & { readonly newlyBlocked: readonly string[] }> {
  await tx.lock({ users: [userId] });
  const before = await settings(tx, userId);
  if (expected !== undefined && expected !== before.version) {
    throw new AppError('precondition_failed', 'The settings were changed meanwhile. Get them and try again.');
  }
  const version = before.version + 1;
  tx.put('settings', { userId, data: JSON.stringify(next), version });
  const newlyBlocked = next.blocked.filter((user) => !before.settings.blocked.includes(user));
  return { settings: next, version, newlyBlocked };
}

/**
 * One step of taking back what a person alone caused, from a user who has blocked them.
 * @returns the notification behind which the next step goes on; undefined when there is nothing left
 */
export async function takeBackActorStep(
  tx: Transaction,
  userId: string,
  actorId: string,
  after = leastId,
): Promise<string | undefined> {
  await tx.lock({ users: [userId] });
  const rows = await tx.rows('causedBy', { userId, actorId, after, limit: maxNotificationsPerStep });
  for (const row of rows) {
    const members = membersOf(row);
    const actors = await tx.rows('actors', { ids: members });
    if (actors.some((one) => one.actorId !== actorId)) continue; // Others caused it as well.
    for (const activityId of members) await takeBack(tx, { activityId, userId, notificationId: row.id });
  }
  return rows.length < maxNotificationsPerStep ? undefined : rows.at(-1)?.id;
}
