const text = { type: 'string' };
const cursor = { type: 'string', pattern: '^[0-9a-z]{8}\\.(0|[1-9][0-9]{0,14})$' };
const id = { type: 'string', format: 'uuid' };
const behind = '`nextCursor` of the page before.';

interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'header';
  readonly description: string;
  readonly schema: object;
}

function inQuery(name: string, schema: object, description: string): Parameter {
  return { name, in: 'query', description, schema };
}

function inHeader(name: string, schema: object, description: string): Parameter {
  return { name, in: 'header', description, schema };
}

/** What requests say beside their bodies, by the names that `operations.ts` uses. */
export const parameters: Readonly<Record<string, Parameter>> = {
  cursor: inQuery('cursor', id, behind),
  limit: inQuery(
    'limit',
    { type: 'integer', minimum: 1, maximum: 100, default: 20 },
    'Most items of the page.',
  ),
  place: inQuery('cursor', { type: 'string', pattern: '^[1-9][0-9]{0,14}$' }, behind),
  topicCursor: inQuery('cursor', { type: 'string', minLength: 1, maxLength: 200 }, behind),
  userCursor: inQuery('cursor', { type: 'string', minLength: 1, maxLength: 128 }, behind),
  status: inQuery(
    'status',
    { type: 'string', enum: ['all', 'unread', 'read', 'archived'], default: 'all' },
    'Archived ones are in `archived` alone.',
  ),
  topicFilter: inQuery('topic', { type: 'string', maxLength: 200 }, 'Only those of this topic.'),
  lastEventId: inQuery(
    'lastEventId',
    cursor,
    'For an EventSource, which sends no header at its first connection.',
  ),
  ticket: inQuery('ticket', text, 'Instead of a token.'),
  comments: inQuery(
    'comments',
    { type: 'string', enum: ['erase', 'keep'], default: 'erase' },
    'Whether the texts go as well, or stay without a name.',
  ),
  'Idempotency-Key': inHeader(
    'Idempotency-Key',
    { type: 'string', minLength: 1, maxLength: 255 },
    'The same request again gets the first answer, for 24 hours.',
  ),
  'If-Match': inHeader('If-Match', text, 'The `ETag` of the settings that are changed.'),
  'Last-Event-ID': inHeader('Last-Event-ID', cursor, 'The last event that the client has.'),
};

function header(description: string, schema: object = text): object {
  return { description, schema };
}

/** What answers say beside their bodies. */
export const responseHeaders: Readonly<Record<string, object>> = {
  'Carillon-User': header('Whom the answer is for.'),
  ETag: header('This version of the settings.'),
  Link: header('The next page, `rel="next"` (RFC 8288); none on the last.'),
  Location: header('Where it is.'),
  'Idempotent-Replayed': header('`true` when this is the first answer again.'),
  'Set-Cookie': header('`carillon_session`: HttpOnly, SameSite=Lax.'),
  'WWW-Authenticate': header('`Bearer` (RFC 6750).'),
  'Retry-After': header('Seconds.', { type: 'integer' }),
};
