import type { ErrorCode } from '../../domain/errors.ts';
import type { InputName, OutputName } from './schemas.ts';

/** Who may ask: a user, a user or who has a ticket, a backend, a backend or the operator, the operator, or everybody. */
export type Access = 'user' | 'stream' | 'publisher' | 'reader' | 'operator' | 'everybody';

export interface Operation {
  readonly id: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With its parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly body?: InputName;
  /** Whether the body may be left out. */
  readonly isBodyOptional?: true;
  /** Names of parameters in the query; `parameters.ts` says what they are. */
  readonly query?: readonly string[];
  readonly headers?: readonly string[];
  /** Each success: what it answers in JSON, or nothing. */
  readonly answers: Readonly<Record<number, OutputName | undefined>>;
  /** Another type than JSON. */
  readonly type?: string;
  readonly answerHeaders?: readonly string[];
  /** Problems beside those that every operation of its access and method has. */
  readonly problems?: readonly ErrorCode[];
  /** The body of a request. */
  readonly example?: { readonly body?: object };
}

/** Stand for an id and a cursor in examples. */
export const exampleId = '01a21b3c-5d6e-7f80-9a1b-2c3d4e5f6071';
export const exampleCursor = 'k3f9x0qa.41';

const page = ['cursor', 'limit'];
const listed = { answerHeaders: ['Link'], query: page };

/** Every operation of the HTTP contract. The bell's script, the live page, and `/docs` are files, and not in it. */
export const operations: readonly Operation[] = [
  op('listReports', 'get', '/reports', 'Reports, newest first.', 'user', { 200: 'ReportPage' }, listed),
  op(
    'addReport',
    'post',
    '/reports',
    'Adds a report.',
    'user',
    { 201: 'Report' },
    {
      body: 'NewReport',
      headers: ['Idempotency-Key'],
      answerHeaders: ['Location', 'Idempotent-Replayed'],
      problems: ['idempotency_in_flight', 'idempotency_mismatch'],
      example: { body: { title: 'Reading list' } },
    },
  ),
  op('getReport', 'get', '/reports/{reportId}', 'One report.', 'user', { 200: 'Report' }, found()),
  op(
    'changeReport',
    'patch',
    '/reports/{reportId}',
    'Changes one of your reports.',
    'user',
    { 200: 'Report' },
    {
      body: 'ReportChange',
      problems: ['not_found', 'forbidden'],
      example: { body: { title: 'Reading list for winter' } },
    },
  ),
  op(
    'deleteReport',
    'delete',
    '/reports/{reportId}',
    'Deletes one of your reports; all about it is taken back.',
    'user',
    { 204: undefined },
    found('forbidden'),
  ),
  op(
    'listComments',
    'get',
    '/reports/{reportId}/comments',
    'Its comments, oldest first.',
    'user',
    { 200: 'CommentPage' },
    { ...listed, ...found() },
  ),
  op(
    'addComment',
    'post',
    '/reports/{reportId}/comments',
    'Adds a comment, a reply with `parentId`.',
    'user',
    { 201: 'Comment' },
    {
      body: 'NewComment',
      headers: ['Idempotency-Key'],
      answerHeaders: ['Location', 'Idempotent-Replayed'],
      problems: ['not_found', 'idempotency_in_flight', 'idempotency_mismatch'],
      example: { body: { body: 'Loved chapter two.', mentions: ['bob'] } },
    },
  ),
  op(
    'getComment',
    'get',
    '/reports/{reportId}/comments/{commentId}',
    'One comment.',
    'user',
    { 200: 'Comment' },
    found(),
  ),
  op(
    'editComment',
    'patch',
    '/reports/{reportId}/comments/{commentId}',
    'Edits one of your comments.',
    'user',
    { 200: 'Comment' },
    {
      body: 'CommentChange',
      problems: ['not_found', 'forbidden'],
      example: { body: { body: 'Loved chapter three.' } },
    },
  ),
  op(
    'deleteComment',
    'delete',
    '/reports/{reportId}/comments/{commentId}',
    'Deletes a comment of yours, or on your report.',
    'user',
    { 204: undefined },
    found('forbidden'),
  ),

  op(
    'listNotifications',
    'get',
    '/notifications',
    'Your notifications, the one raised last first.',
    'user',
    { 200: 'NotificationPage' },
    {
      query: ['status', 'topicFilter', 'place', 'limit'],
      answerHeaders: ['Link'],
    },
  ),
  op('countNotifications', 'get', '/notifications/counts', 'How many await you.', 'user', { 200: 'Counts' }),
  op(
    'readMany',
    'post',
    '/notifications/read',
    'Marks these as read, or all that were raised up to an event.',
    'user',
    { 200: 'MarkedRead' },
    {
      body: 'MarkRead',
      problems: ['not_found'],
      example: { body: { ids: [exampleId] } },
    },
  ),
  op(
    'unreadMany',
    'post',
    '/notifications/unread',
    'Marks these as unread; unknown ones are passed over.',
    'user',
    { 200: 'Marked' },
    {
      body: 'MarkUnread',
      example: { body: { ids: [exampleId] } },
    },
  ),
  op(
    'seeMany',
    'post',
    '/notifications/seen',
    'Marks all as seen that were raised up to an event.',
    'user',
    { 200: 'Marked' },
    {
      body: 'MarkSeen',
      example: { body: { upTo: exampleCursor } },
    },
  ),
  op(
    'readOne',
    'post',
    '/notifications/{notificationId}/read',
    'Marks one as read, unless it was raised since `asOf`.',
    'user',
    { 200: 'Notification' },
    {
      body: 'ReadOne',
      isBodyOptional: true,
      ...found(),
    },
  ),
  ...(['unread', 'archive', 'unarchive'] as const).map((action) =>
    op(
      `${action}One`,
      'post',
      `/notifications/{notificationId}/${action}`,
      `Marks one: ${action}.`,
      'user',
      { 200: 'Notification' },
      { ...empty(), ...found() },
    ),
  ),
  op(
    'why',
    'get',
    '/notifications/{notificationId}/why',
    'Why you have it, and the one request that stops it.',
    'user',
    { 200: 'Why' },
    found(),
  ),
  op(
    'stream',
    'get',
    '/notifications/stream',
    'Your events as they happen, and those that you missed.',
    'stream',
    { 200: undefined },
    {
      type: 'text/event-stream',
      query: ['lastEventId', 'ticket'],
      headers: ['Last-Event-ID'],
    },
  ),
  op(
    'makeTicket',
    'post',
    '/notifications/stream/tickets',
    'A ticket that opens one stream within 30 s.',
    'user',
    { 201: 'Ticket' },
    empty(),
  ),

  op(
    'getWatch',
    'get',
    '/topics/{topic}/watch',
    'What you hear of a topic.',
    'user',
    { 200: 'Watch' },
    found(),
  ),
  op(
    'setWatch',
    'put',
    '/topics/{topic}/watch',
    'Sets what you hear of a topic.',
    'user',
    { 200: 'Watch' },
    {
      body: 'OwnLevel',
      problems: ['not_found'],
      example: { body: { level: 'all' } },
    },
  ),
  op(
    'unsetWatch',
    'delete',
    '/topics/{topic}/watch',
    'Goes back to the default.',
    'user',
    { 204: undefined },
    found(),
  ),
  op(
    'readTopic',
    'post',
    '/topics/{topic}/read',
    'Everything about it is read.',
    'user',
    { 200: 'Marked' },
    { ...empty(), problems: ['not_found'] },
  ),
  op(
    'listWatches',
    'get',
    '/watches',
    'Your own watches, by topic.',
    'user',
    { 200: 'WatchPage' },
    { ...listed, query: ['topicCursor', 'limit'] },
  ),
  op(
    'getSettings',
    'get',
    '/settings',
    'What you want to hear of, and whom you blocked.',
    'user',
    { 200: 'Settings' },
    { answerHeaders: ['ETag'] },
  ),
  op(
    'setSettings',
    'put',
    '/settings',
    'Sets them, when `If-Match` still holds.',
    'user',
    { 200: 'Settings' },
    {
      body: 'NewSettings',
      headers: ['If-Match'],
      answerHeaders: ['ETag'],
      problems: ['precondition_failed'],
      example: { body: { inbox: { 'order.shipped': 'quiet' }, blocked: ['carol'] } },
    },
  ),
  op(
    'signIn',
    'post',
    '/session',
    'Turns the bearer token into a cookie.',
    'user',
    { 204: undefined },
    { ...empty(), answerHeaders: ['Set-Cookie'] },
  ),
  op(
    'signOut',
    'delete',
    '/session',
    'Clears the cookie.',
    'everybody',
    { 204: undefined },
    { answerHeaders: ['Set-Cookie'], problems: ['forbidden'] },
  ),

  op(
    'publish',
    'post',
    '/activities',
    'Publishes what happened.',
    'publisher',
    { 201: 'Activity', 200: 'Activity' },
    {
      body: 'NewActivity',
      headers: ['Idempotency-Key'],
      answerHeaders: ['Location', 'Idempotent-Replayed'],
      problems: ['conflict', 'idempotency_in_flight', 'idempotency_mismatch'],
      example: {
        body: { type: 'order.shipped', title: 'On its way', url: '/orders/7', to: ['ann'], key: 'order-7' },
      },
    },
  ),
  ...(
    [
      ['ById', '/activities/{activityId}'],
      ['ByKey', '/activities/by-key/{key}'],
    ] as const
  ).flatMap(([by, path]) => [
    op(`getActivity${by}`, 'get', path, 'How far it has come.', 'reader', { 200: 'Activity' }, found()),
    op(
      `changeActivity${by}`,
      'patch',
      path,
      'Changes what it says.',
      'publisher',
      { 200: 'Activity' },
      {
        body: 'ActivityChange',
        problems: ['not_found', 'conflict'],
        example: { body: { title: 'Delivered' } },
      },
    ),
    op(
      `retract${by}`,
      'delete',
      path,
      'Takes it back from everybody.',
      'publisher',
      { 204: undefined },
      found(),
    ),
  ]),
  op(
    'listRecipients',
    'get',
    '/activities/{activityId}/recipients',
    'Who was considered, and what was decided.',
    'reader',
    { 200: 'RecipientPage' },
    {
      ...listed,
      ...found(),
      query: ['userCursor', 'limit'],
    },
  ),
  op(
    'getRecipient',
    'get',
    '/activities/{activityId}/recipients/{userId}',
    'What was decided of one person, rule by rule.',
    'reader',
    { 200: 'Explained' },
    found(),
  ),
  op(
    'explain',
    'post',
    '/explain',
    'What would happen, to everybody or to `user`. Changes nothing.',
    'reader',
    { 200: 'ExplanationOrExplained' },
    {
      body: 'Draft',
      example: { body: { activity: { type: 'order.shipped', title: 'On its way', to: ['ann'] } } },
    },
  ),
  op(
    'listTopicWatches',
    'get',
    '/topics/{topic}/watches',
    'Who watches it, that of everybody last.',
    'reader',
    { 200: 'TopicWatchPage' },
    {
      ...listed,
      query: ['userCursor', 'limit'],
    },
  ),
  op(
    'setTopicWatches',
    'put',
    '/topics/{topic}/watches',
    'Sets what users hear of it, or takes access away.',
    'publisher',
    { 204: undefined },
    {
      body: 'WatchChange',
      example: { body: { users: ['ann', 'bob'], level: 'all' } },
    },
  ),

  op(
    'revokeUser',
    'post',
    '/users/{userId}/revoke',
    'Ends the streams of a user, and what was issued before.',
    'operator',
    { 204: undefined },
    empty(),
  ),
  op(
    'exportUser',
    'get',
    '/users/{userId}/export',
    'Everything that is stored about a user.',
    'operator',
    { 200: undefined },
    { type: 'application/x-ndjson' },
  ),
  op(
    'eraseUser',
    'delete',
    '/users/{userId}',
    'Erases a user.',
    'operator',
    { 204: undefined },
    { query: ['comments'] },
  ),

  op('healthz', 'get', '/healthz', 'The process is alive.', 'everybody', { 200: 'Health' }),
  op('readyz', 'get', '/readyz', 'The store writes and reads.', 'everybody', { 200: 'Readiness' }),
  op(
    'metrics',
    'get',
    '/metrics',
    'Metrics for Prometheus.',
    'everybody',
    { 200: undefined },
    {
      type: 'text/plain',
      problems: ['unauthenticated', 'forbidden'],
    },
  ),
  ...(['openapi', 'openapi-3.1'] as const).map((name) =>
    op(
      name === 'openapi' ? 'openapi' : 'openapi31',
      'get',
      `/${name}.json`,
      'This document.',
      'everybody',
      { 200: undefined },
      { type: 'application/json' },
    ),
  ),
];

function op(
  id: string,
  method: Operation['method'],
  path: string,
  summary: string,
  access: Access,
  answers: Operation['answers'],
  more: Partial<Operation> = {},
): Operation {
  return { id, method, path, summary, access, answers, ...more };
}

/** For a request that says everything by its path: it may have an empty object as its body, or none. */
function empty(): Partial<Operation> {
  return { body: 'Nothing', isBodyOptional: true };
}

/** For what names something that may not be there. */
function found(...others: readonly ErrorCode[]): Partial<Operation> {
  return { problems: ['not_found', ...others] };
}
