import { z } from 'zod';
import type { Activity } from '../domain/activity.ts';
import type { ActivityRow } from './rows.ts';

const Topics = z.array(z.string());

/** The row of an activity that is being made. `fresh` says what else is known of it. */
export function activityRow(
  { topics, actor, group, isRetracted, ...rest }: Activity,
  fresh: Partial<ActivityRow> & Pick<ActivityRow, 'createdAt'>,
): ActivityRow {
  return {
    ...rest,
    topics: JSON.stringify(topics),
    actorId: actor?.id ?? null,
    actorName: actor?.name ?? null,
    groupKey: group,
    retractedAt: isRetracted ? fresh.createdAt : null,
    addressed: null,
    publisher: null,
    key: null,
    fingerprint: null,
    version: 0,
    dueAt: null,
    fanOutAfter: null,
    updateAfter: null,
    retractAfter: null,
    ...fresh,
  };
}

/** An activity as `decide` and the sentence of its kind need it; how far its fan-out has come is left behind. */
export function activityOf(row: ActivityRow): Activity {
  const { id, type, actorId, actorName, title, body, url, data, reportId, groupKey, happenedAt, expiresAt } =
    row;
  return {
    id,
    type,
    topics: Topics.parse(JSON.parse(row.topics)),
    actor: actorId === null || actorName === null ? null : { id: actorId, name: actorName },
    title,
    body,
    url,
    data,
    reportId,
    group: groupKey,
    happenedAt,
    expiresAt,
    isRetracted: row.retractedAt !== null,
  };
}
