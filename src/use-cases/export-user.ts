import type { ExportedRow, ExportPage, ExportPlace } from '../domain/erasure.ts';
import { leastId } from '../domain/id.ts';
import { addressedWhere } from './audience.ts';
import type { ConcernRow } from './queries.ts';
import { nextAfter, rowsPerPage } from './pages.ts';
import { patternOf } from './pattern.ts';
import type { Row, TableName } from './rows.ts';
import type { Reader } from './transaction.ts';

/** A part of what one source has of a user. */
interface Part {
  readonly rows: readonly ExportedRow[];
  /** The key behind which the next part begins; undefined after the last one. */
  readonly next: string | undefined;
}

interface Source {
  readonly first: string;
  readonly part: (reader: Reader, userId: string, after: string) => Promise<Part>;
}

const limit = rowsPerPage;

/** What is stored about a user, table by table. What others wrote is not among it. */
const sources: readonly Source[] = [
  { first: '', part: single },
  source(
    '',
    (reader, userId, after) => reader.rows('watchesOfUser', { userId, after, limit }),
    ({ topic }) => topic,
    async (watches) => watches.map(kindOf('watches')),
  ),
  source(
    leastId,
    (reader, _, after) => reader.rows('reportsFrom', { after, limit }),
    ({ id }) => id,
    async (reports, reader, userId) => {
      const own = reports.filter(({ ownerId }) => ownerId === userId);
      const rows = await Promise.all(own.map(({ id }) => reader.get('reports', { id })));
      return rows.filter((row) => row !== undefined).map(kindOf('reports'));
    },
  ),
  source(
    leastId,
    (reader, userId, after) =>
      reader.rows('activitiesFrom', { userId, pattern: patternOf(userId), after, limit }),
    ({ id }) => id,
    async (activities, reader, userId) =>
      (await Promise.all(activities.map((one) => concernOf(reader, userId, one)))).flat(),
  ),
  source(
    leastId,
    (reader, userId, after) => reader.rows('notificationsOf', { userId, after, limit }),
    ({ id }) => id,
    async (notifications) => notifications.map(kindOf('notifications')),
  ),
  source(
    '0',
    (reader, userId, after) => reader.rows('eventsOf', { userId, after: Number(after), limit }),
    ({ seq }) => String(seq),
    async (events) => events.map(kindOf('inboxEvents')),
  ),
  source(
    '',
    (reader, userId, after) => reader.rows('keysOf', { scope: userId, after, limit }),
    ({ key }) => key,
    async (keys) => keys.map(kindOf('idempotencyKeys')),
  ),
  source(
    '',
    (reader, _, after) => reader.rows('ticketsFrom', { after, limit }),
    ({ hash }) => hash,
    async (tickets, _, userId) => tickets.filter(({ actorId }) => actorId === userId).map(kindOf('tickets')),
  ),
];

/** A part of everything that is stored about a user. */
export async function exportUser(
  reader: Reader,
  userId: string,
  { source: at, after }: ExportPlace = { source: 0, after: '' },
): Promise<ExportPage> {
  const present = sources[at];
  if (present === undefined) return { rows: [], next: null };
  const { rows, next } = await present.part(reader, userId, after);
  if (next !== undefined) return { rows, next: { source: at, after: next } };
  const following = sources[at + 1];
  return { rows, next: following === undefined ? null : { source: at + 1, after: following.first } };
}

/** The tables that have one row of a user. */
async function single(reader: Reader, userId: string): Promise<Part> {
  const [settings, inbox, revocation] = await Promise.all([
    reader.get('settings', { userId }),
    reader.get('inboxes', { userId }),
    reader.get('revocations', { userId }),
  ]);
  const rows = [
    ...(settings === undefined ? [] : [kindOf('settings')(settings)]),
    ...(inbox === undefined ? [] : [kindOf('inboxes')(inbox)]),
    ...(revocation === undefined ? [] : [kindOf('revocations')(revocation)]),
  ];
  return { rows, next: undefined };
}

/** The activity when the user caused it, or a publisher told them of what no other person caused; and their row of it. */
async function concernOf(reader: Reader, userId: string, concern: ConcernRow): Promise<ExportedRow[]> {
  const { id, reportId, actorId, isMatch, recipientId } = concern;
  const isOwn = actorId === userId;
  const [activity, comment, recipient] = await Promise.all([
    isOwn || (actorId === null && (isMatch === 1 || recipientId !== null))
      ? reader.get('activities', { id })
      : undefined,
    isOwn && reportId !== null ? reader.get('comments', { reportId, id }) : undefined,
    recipientId === null ? undefined : reader.get('recipients', { activityId: id, userId }),
  ]);
  const addressed = addressedWhere(
    activity?.addressed ?? null,
    (one) => 'user' in one && one.user === userId,
  );
  const isTheirs = isOwn || addressed !== null || recipient !== undefined;
  return [
    ...(activity === undefined || !isTheirs ? [] : [kindOf('activities')({ ...activity, addressed })]),
    ...(comment === undefined ? [] : [kindOf('comments')(comment)]),
    ...(recipient === undefined ? [] : [kindOf('recipients')(recipient)]),
  ];
}

/**
 * A table that is read page by page.
 * @param first the key behind which the first page begins.
 * @param rowsOf what the export says of a page.
 */
function source<T>(
  first: string,
  page: (reader: Reader, userId: string, after: string) => Promise<readonly T[]>,
  keyOf: (row: T) => string,
  rowsOf: (rows: readonly T[], reader: Reader, userId: string) => Promise<ExportedRow[]>,
): Source {
  return {
    first,
    part: async (reader, userId, after) => {
      const rows = await page(reader, userId, after);
      return { rows: await rowsOf(rows, reader, userId), next: nextAfter(rows, keyOf) };
    },
  };
}

function kindOf<T extends TableName>(kind: T): (row: Row<T>) => ExportedRow {
  return (row) => ({ kind, ...row });
}
