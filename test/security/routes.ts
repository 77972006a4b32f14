/** What the routes are asked about: things of ann's, on whose report bob has commented. */
export interface World {
  readonly report: string;
  readonly comment: string;
  /** One of ann's. */
  readonly notification: string;
  /** The end of ann's log. */
  readonly cursor: string;
  /** Where the present bell is. */
  readonly bell: string;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As Express has it. */
  readonly path: string;
  /**
   * Who is let in: everybody; signed-in users; of them the author alone, who is not ann; signed-in users and who has a ticket; operators alone, whom no user's
   * token makes one of; the live page alone, whoever looks at it.
   */
  readonly access: 'everybody' | 'users' | 'authors' | 'streams' | 'operators' | 'live page';
  /** A request that ann may make; the path itself unless given. */
  readonly at?: (world: World) => string;
  readonly body?: (world: World) => unknown;
  /** Whether it names something that is ann's alone, so that to everybody else it is 404. */
  readonly isOwn?: true;
  /** Whether who has shown some wrong tokens hears 429 for a while, whatever they show then. */
  readonly holdsBack?: true;
}

const own = { access: 'users', isOwn: true } as const;
const draft = { type: 'order.shipped', title: 'x', to: ['ann'] };

/** Every route of the app. A new one gets its row here; `routes.test.ts` says which is missing. */
export const routes: readonly Route[] = [
  { method: 'GET', path: '/healthz', access: 'everybody' },
  { method: 'GET', path: '/readyz', access: 'everybody' },
  { method: 'GET', path: '/metrics', access: 'operators' },
  { method: 'GET', path: '/openapi.json', access: 'everybody' },
  { method: 'GET', path: '/openapi-3.1.json', access: 'everybody' },
  { method: 'GET', path: '/carillon-bell.js', access: 'everybody' },
  {
    method: 'GET',
    path: String(/^\/carillon-bell\.([0-9a-f]{16})\.js$/),
    access: 'everybody',
    at: ({ bell }) => bell,
  },
  {
    method: 'GET',
    path: String(/^\/carillon-bell\/([A-Za-z-]+)\.json$/),
    access: 'everybody',
    at: () => '/carillon-bell/de.json',
  },
  ...['/', '/live-page.js', '/live-page.css', '/README.md', '/favicon.svg'].map(forEverybody),
  ...['', '/page.js', '/swagger-ui-bundle.js', '/swagger-ui.css', '/index.css', '/favicon.svg']
    .map((file) => `/docs${file}`)
    .map(forEverybody),
  { method: 'POST', path: '/live-page/identities', access: 'live page' },
  { method: 'POST', path: '/live-page/publish', access: 'live page' },
  {
    method: 'POST',
    path: '/users/:id/revoke',
    access: 'operators',
    holdsBack: true,
    at: () => '/users/ann/revoke',
  },
  {
    method: 'GET',
    path: '/users/:id/export',
    access: 'operators',
    holdsBack: true,
    at: () => '/users/ann/export',
  },
  { method: 'GET', path: '/reports', access: 'users' },
  { method: 'POST', path: '/reports', access: 'users', body: () => ({ title: 'x' }) },
  { method: 'GET', path: '/reports/:id', access: 'users', at: ({ report }) => `/reports/${report}` },
  {
    method: 'GET',
    path: '/reports/:reportId/comments',
    access: 'users',
    at: ({ report }) => `/reports/${report}/comments`,
  },
  {
    method: 'POST',
    path: '/reports/:reportId/comments',
    access: 'users',
    at: ({ report }) => `/reports/${report}/comments`,
    body: () => ({ body: 'x' }),
  },
  {
    method: 'GET',
    path: '/reports/:reportId/comments/:id',
    access: 'users',
    at: ({ report, comment }) => `/reports/${report}/comments/${comment}`,
  },
  {
    method: 'PATCH',
    path: '/reports/:id',
    access: 'users',
    at: ({ report }) => `/reports/${report}`,
    body: () => ({ title: 'y' }),
  },
  { method: 'GET', path: '/notifications', access: 'users' },
  { method: 'GET', path: '/notifications/counts', access: 'users' },
  {
    method: 'POST',
    path: '/notifications/read',
    ...own,
    body: ({ notification }) => ({ ids: [notification] }),
  },
  {
    method: 'POST',
    path: '/notifications/unread',
    access: 'users',
    body: ({ notification }) => ({ ids: [notification] }),
  },
  {
    method: 'POST',
    path: '/notifications/seen',
    access: 'users',
    body: ({ cursor }) => ({ upTo: cursor }),
  },
  ...['read', 'unread', 'archive', 'unarchive'].map((action): Route => ({
    method: 'POST',
    path: `/notifications/:id/${action}`,
    ...own,
    at: ({ notification }) => `/notifications/${notification}/${action}`,
  })),
  ...(['GET', 'PUT', 'DELETE'] as const).map((method): Route => ({
    method,
    path: '/topics/:topic/watch',
    access: 'users',
    at: ({ report }) => `/topics/report:${report}/watch`,
    body: () => (method === 'PUT' ? { level: 'all' } : undefined),
  })),
  { method: 'GET', path: '/watches', access: 'users' },
  {
    method: 'GET',
    path: '/topics/:topic/watches',
    access: 'operators',
    at: ({ report }) => `/topics/report:${report}/watches`,
  },
  {
    method: 'PUT',
    path: '/topics/:topic/watches',
    access: 'operators',
    at: ({ report }) => `/topics/report:${report}/watches`,
    body: () => ({ users: ['eve'], level: 'all' }),
  },
  { method: 'POST', path: '/activities', access: 'operators', body: () => draft },
  { method: 'POST', path: '/explain', access: 'operators', body: () => ({ activity: draft }) },
  ...['/activities/:id', '/activities/by-key/:key'].flatMap((path) =>
    (['GET', 'PATCH', 'DELETE'] as const).map((method): Route => ({
      method,
      path,
      access: 'operators',
      at: ({ comment }) => path.replace(':id', comment).replace(':key', 'order-7'),
      body: () => (method === 'PATCH' ? { title: 'x' } : undefined),
    })),
  ),
  ...['/activities/:id/recipients', '/activities/:id/recipients/:userId'].map((path): Route => ({
    method: 'GET',
    path,
    access: 'operators',
    at: ({ comment }) => path.replace(':id', comment).replace(':userId', 'ann'),
  })),
  {
    method: 'GET',
    path: '/notifications/:id/why',
    ...own,
    at: ({ notification }) => `/notifications/${notification}/why`,
  },
  {
    method: 'POST',
    path: '/topics/:topic/read',
    access: 'users',
    at: ({ report }) => `/topics/report:${report}/read`,
  },
  { method: 'GET', path: '/settings', access: 'users' },
  { method: 'PUT', path: '/settings', access: 'users', body: () => ({ inbox: {}, blocked: [] }) },
  { method: 'GET', path: '/notifications/stream', access: 'streams' },
  { method: 'POST', path: '/notifications/stream/tickets', access: 'users' },
  { method: 'POST', path: '/session', access: 'users' },
  // Last: they take away what the others are asked about. Ann owns the report, but bob wrote the comment.
  {
    method: 'PATCH',
    path: '/reports/:reportId/comments/:id',
    access: 'authors',
    at: ({ report, comment }) => `/reports/${report}/comments/${comment}`,
    body: () => ({ body: 'y' }),
  },
  {
    method: 'DELETE',
    path: '/reports/:reportId/comments/:id',
    access: 'users',
    at: ({ report, comment }) => `/reports/${report}/comments/${comment}`,
  },
  { method: 'DELETE', path: '/reports/:id', access: 'users', at: ({ report }) => `/reports/${report}` },
  { method: 'DELETE', path: '/session', access: 'everybody' },
  {
    method: 'DELETE',
    path: '/users/:id',
    access: 'operators',
    holdsBack: true,
    at: () => '/users/ann',
  },
];

function forEverybody(path: string): Route {
  return { method: 'GET', path, access: 'everybody' };
}

/** The path of a request for this route. */
export function pathOf({ path, at }: Route, world: World): string {
  return at?.(world) ?? path;
}
