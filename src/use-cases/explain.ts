import { decide, type Rule, traceTo } from '../domain/decide.ts';
import type { Explained, Explanation, ShownRecipient } from '../domain/explanation.ts';
import type { ActivityName, NamedPage } from '../domain/store.ts';
import { AppError } from '../domain/errors.ts';
import type { Activity } from '../domain/activity.ts';
import type { Page } from '../domain/page.ts';
import type { NewActivity, PublishedActivity } from '../domain/publishing.ts';
import { activityOf } from './activity-rows.ts';
import { addressedBy, type Audience, audienceOf, storedAudience, usersOf } from './audience.ts';
import { publishedOf } from './publish.ts';
import type { ActivityRow, RecipientRow } from './rows.ts';
import { candidatesOf } from './standings.ts';
import type { Reader } from './transaction.ts';

/** Most people who are considered by one query. */
const maxUsersAtOnce = 1_000;

/**
 * The row of an activity that a publisher may see: its own; an operator (no `publisher`) sees all.
 * @throws not_found
 */
export async function ownActivity(
  reader: Reader,
  publisher: string | undefined,
  name: ActivityName,
): Promise<ActivityRow> {
  const row =
    'id' in name
      ? await reader.get('activities', { id: name.id })
      : (await reader.rows('activityByKey', { publisher: publisher ?? '', key: name.key }))[0];
  if (row === undefined || (publisher !== undefined && row.publisher !== publisher)) {
    throw new AppError('not_found', `No activity ${'id' in name ? name.id : `with the key ${name.key}`}.`);
  }
  return row;
}

/** The state of an activity. @throws not_found */
export async function published(
  reader: Reader,
  publisher: string | undefined,
  name: ActivityName,
  now: number,
): Promise<PublishedActivity> {
  return publishedOf(reader, await ownActivity(reader, publisher, name), now);
}

/** Everybody who was considered, by user. @throws not_found */
export async function recipients(
  reader: Reader,
  publisher: string | undefined,
  id: string,
  { after = '', limit }: NamedPage,
): Promise<Page<ShownRecipient>> {
  // A publisher learns nothing of another publisher's activity, not even how many recipients it has.
  await ownActivity(reader, publisher, { id });
  const rows = await reader.rows('recipients', { activityId: id, after, limit: limit + 1 });
  const data = rows.slice(0, limit).map(shown);
  return { data, nextCursor: rows.length > limit ? (data.at(-1)?.user ?? null) : null };
}

/** One person, with the rules that were looked at. @throws not_found */
export async function recipient(
  reader: Reader,
  publisher: string | undefined,
  id: string,
  userId: string,
  now: number,
): Promise<Explained> {
  const row = await ownActivity(reader, publisher, { id });
  const known = await reader.get('recipients', { activityId: id, userId });
  // The stored decision counts, whatever the user watches or has muted since.
  if (known !== undefined) {
    const one = shown(known);
    return { ...one, trace: traceTo(one.rule, one.reason) };
  }
  const activity = activityOf(row);
  const audience = storedAudience(activity.topics, row.addressed);
  return { ...(await decided(reader, activity, audience, userId, now)), asOf: 'now' };
}

/** What would be decided about one person, if the draft were published now. */
export async function explainFor(
  reader: Reader,
  draft: NewActivity,
  userId: string,
  now: number,
): Promise<Explained> {
  const { activity, audience } = drafted(draft, now);
  return { ...(await decided(reader, activity, audience, userId, now)), asOf: 'now' };
}

/** What would happen, if the draft were published now. */
export async function explain(reader: Reader, draft: NewActivity, now: number): Promise<Explanation> {
  const { activity, audience } = drafted(draft, now);
  const because: Partial<Record<Rule, number>> = {};
  let notified = 0;
  let after = '';
  for (;;) {
    const { users, isLast } = await usersOf(reader, audience, after, maxUsersAtOnce);
    for (const candidate of await candidatesOf(reader, audience, users, now)) {
      const decision = decide(activity, candidate, now);
      because[decision.rule] = (because[decision.rule] ?? 0) + 1;
      if (decision.notified) notified++;
    }
    if (isLast) return { notified, because };
    after = users.at(-1) ?? after;
  }
}

async function decided(
  reader: Reader,
  activity: Activity,
  audience: Audience,
  user: string,
  now: number,
): Promise<Explained> {
  const [candidate] = await candidatesOf(reader, audience, [user], activity.id === '' ? now : Infinity);
  if (candidate === undefined) throw new Error(`${user} is no candidate.`);
  const { notified, reason, rule, trace } = decide(activity, candidate, now);
  return { user, notified, reason, rule, trace };
}

/** The activity that a draft would be now: what is to happen later is judged as if it happened. */
function drafted({ to, at: _at, data: _data, ...rest }: NewActivity, now: number) {
  const id = '';
  const activity = { ...rest, id, data: null, reportId: null, happenedAt: now, isRetracted: false };
  return { activity, audience: audienceOf(activity.topics, addressedBy(to)) };
}

function shown({ userId, notified, reason, rule }: RecipientRow): ShownRecipient {
  return { user: userId, notified: notified === 1, reason, rule: rule as Rule }; // Written from `Rule` alone.
}
