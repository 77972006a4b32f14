import type { Rule } from '../domain/decide.ts';
import type { Why } from '../domain/explanation.ts';
import { timeOrNull } from '../domain/time.ts';
import { WatchCause } from '../domain/watch.ts';
import { activityOf } from './activity-rows.ts';
import { settings } from './settings.ts';
import type { Reader } from './transaction.ts';

/** Why a user has a notification, and the one request that stops more of it. @returns undefined when there is none */
export async function why(reader: Reader, userId: string, id: string): Promise<Why | undefined> {
  const row = await reader.get('notifications', { userId, id });
  const [recipient, activity] = await Promise.all([
    reader.get('recipients', { activityId: row?.activityId ?? id, userId }),
    reader.get('activities', { id: row?.activityId ?? id }),
  ]);
  if (row === undefined || recipient === undefined || activity === undefined) return undefined;
  const { topics, type } = activityOf(activity);
  const watches = await Promise.all(topics.map((topic) => reader.get('watches', { topic, userId })));
  const deciding = watches.find((watch) => watch !== undefined);
  const topic = deciding?.topic ?? row.topic;
  return {
    reason: row.reason,
    rule: recipient.rule as Rule, // Written from `Rule` alone.
    because: deciding === undefined ? null : WatchCause.parse(deciding.because),
    topic,
    since: timeOrNull(deciding?.since ?? null),
    stop: topic === null ? await turnOff(reader, userId, type) : mute(topic),
  };
}

/** Silence about a topic, whatever the reason. */
function mute(topic: string): Why['stop'] {
  return { method: 'PUT', path: `/topics/${encodeURIComponent(topic)}/watch`, body: { level: 'none' } };
}

/** What is about no topic is stopped by its type. */
async function turnOff(reader: Reader, userId: string, type: string): Promise<Why['stop']> {
  const { settings: present } = await settings(reader, userId);
  const body = { ...present, inbox: { ...present.inbox, [type]: 'off' as const } };
  return { method: 'PUT', path: '/settings', body };
}
