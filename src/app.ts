import cors from 'cors';
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { AppError } from './domain/errors.ts';
import type { Bus } from './domain/bus.ts';
import type { Revocation } from './domain/revocation.ts';
import type { Store } from './domain/store.ts';
import { shopActivity } from './development.ts';
import { newActivity } from './domain/publishing.ts';
import { hasCredential, signedIn, userHeader } from './http/auth.ts';
import type { Authenticate } from './http/authenticate.ts';
import type { Connections } from './http/connections.ts';
import { jsonBody, publishedBody } from './http/input.ts';
import { limitPublishing, limitReads, limitWrites } from './http/limits.ts';
import { type AllowedOrigins, createPageReport, isAllowed, type PageReport } from './http/origins.ts';
import { problemHandler, unknownRoute } from './http/problem.ts';
import { requestSpans } from './http/request-spans.ts';
import { requestLog } from './http/request.ts';
import { activityRoutes } from './http/routes/activities.ts';
import { apiPageRoutes } from './http/routes/api-page.ts';
import { bellRoutes } from './http/routes/bell.ts';
import { commentRoutes } from './http/routes/comments.ts';
import { livePageRoutes, type LivePageParts } from './http/routes/live-page.ts';
import { notificationRoutes } from './http/routes/notifications.ts';
import { openApiRoutes } from './http/routes/openapi.ts';
import { operationsRoutes, type OperationsParts } from './http/routes/operations.ts';
import { reportRoutes } from './http/routes/reports.ts';
import { sessionRoutes } from './http/routes/session.ts';
import { streamRoutes } from './http/routes/stream.ts';
import { userRoutes } from './http/routes/users.ts';
import { settingsRoutes } from './http/routes/settings.ts';
import { watchRoutes } from './http/routes/watches.ts';
import { publishersAndOperator, publishersOnly } from './http/publishers.ts';
import type { Revocations } from './http/revocations.ts';
import { securityHeaders } from './http/security-headers.ts';
import { createTickets } from './http/tickets.ts';
import type { VerifyToken } from './http/token.ts';
import type { Hub } from './stream/hub.ts';
import type { Tracing } from './tracing.ts';

export interface AppParts {
  readonly config: Config;
  readonly store: Store;
  readonly hub: Hub;
  readonly bus: Pick<Bus, 'announceRevocation' | 'isHeard'>;
  readonly connections: Connections;
  readonly verifyToken: VerifyToken;
  /** The sign-in of the application that Carillon runs in, instead of tokens. */
  readonly authenticate: Authenticate | undefined;
  readonly revocations: Revocations;
  readonly metrics: OperationsParts['metrics'];
  readonly tracing: Pick<Tracing, 'api'>;
  readonly log: Logger;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly isStopping: () => boolean;
  readonly sampleIdentities: LivePageParts['sampleIdentities'];
}

/** How many reads of one user are answered at once. */
const readsAtOnce = 4;

/** Makes the Express app, without a port. */
export function createApp({
  config,
  store,
  hub,
  bus,
  connections,
  verifyToken,
  authenticate,
  revocations,
  metrics,
  tracing,
  log,
  now,
  isStopping,
  sampleIdentities,
}: AppParts): Express {
  const { allowedOrigins, metricsToken, operatorToken, redisUrl, streamOpeningsPerMinute } = config;
  const tickets = createTickets(store, now);
  const auth = { verifyToken, authenticate, revocations, allowedOrigins };
  const byToken = signedIn(auth);
  const writing = (kind: string, limit: number) => [byToken, limitWrites(limit, kind), jsonBody];
  const parts = {
    store,
    hub,
    tickets,
    revocations,
    allowedOrigins,
    reading: [byToken, limitReads(readsAtOnce)],
    signedInOrTicket: signedIn(auth, tickets),
    writing: writing('writes', config.writesPerMinute),
    marking: writing('marks', config.writesPerMinute * 10),
    unmarking: writing('undos', Math.ceil(config.writesPerMinute / 10)),
    streamOpeningsPerMinute,
    connections,
    log,
    now,
  };

  const publisherParts = { publishers: config.publishers, operatorToken, verifyToken };
  const limited = limitPublishing(config.publishesPerMinute);
  const publishing = {
    store,
    now,
    publishing: [publishersOnly(publisherParts), limited, publishedBody],
    readingPublished: [publishersAndOperator(publisherParts), limited, publishedBody],
  };

  const app = express();
  app.set('trust proxy', config.trustProxy);
  app.set('case sensitive routing', true);
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.disable('x-powered-by');
  if (tracing.api !== undefined) app.use(requestSpans(tracing.api));
  app.use(
    requestLog(log),
    lastRequest(isStopping),
    securityHeaders,
    crossOrigin(allowedOrigins, createPageReport(log, now), authenticate === undefined),
    requireOne,
  );
  // What is asked for most comes first: a request passes every route before its own.
  app.use(commentRoutes(parts), streamRoutes(parts), notificationRoutes(parts));
  app.use(reportRoutes(parts), sessionRoutes(parts), watchRoutes({ ...parts, ...publishing }));
  app.use(settingsRoutes(parts));
  app.use(activityRoutes(publishing));
  const isBusHeard = redisUrl === undefined ? undefined : () => bus.isHeard;
  app.use(operationsRoutes({ store, metrics, metricsToken, isStopping, isBusHeard }));
  const announceRevocation = (revocation: Revocation) => {
    revocations.learn(revocation);
    bus.announceRevocation(revocation);
  };
  app.use(userRoutes({ store, operatorToken, announceRevocation }));
  app.use(bellRoutes(), openApiRoutes());
  const publishAsShop = (userId: string) =>
    store.publish('shop', newActivity(now).parse(shopActivity(userId)));
  if (config.livePage) app.use(livePageRoutes({ host: config.host, sampleIdentities, publishAsShop }));
  if (config.apiPage) app.use(apiPageRoutes());
  app.use(unknownRoute, problemHandler(log));
  return app;
}

/** While the server is stopping, a connection ends with its running request. */
function lastRequest(isStopping: () => boolean): RequestHandler {
  return (_req, res, next) => {
    if (isStopping()) res.set('Connection', 'close');
    next();
  };
}

/** CORS with credentials for exactly these origins; to any other page the answers stay unreadable. */
function crossOrigin(origins: AllowedOrigins, report: PageReport, usesTokens: boolean): RequestHandler {
  const answer = cors({
    origin: [...origins],
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'Last-Event-ID'],
    exposedHeaders: [
      'ETag',
      'Link',
      'Location',
      'Idempotent-Replayed',
      'Retry-After',
      'X-Request-Id',
      userHeader,
    ],
    maxAge: 600,
  });
  return (req, res, next) => {
    const { origin } = req.headers;
    const isPreflight = req.get('access-control-request-method') !== undefined;
    // An OPTIONS of another kind is a request like every other: the route says which methods it has.
    const isCors = origin !== undefined && isAllowed(origins, origin);
    const lacksCredential = usesTokens && req.path.startsWith('/notifications') && !hasCredential(req);
    if (isCors && req.method === 'GET' && lacksCredential) {
      report.withoutSession(origin);
    }
    if (isCors && (req.method !== 'OPTIONS' || isPreflight)) {
      answer(req, res, next);
      return;
    }
    if (origin !== undefined && !isCors && !isOwnPage(req, origin)) report.notAllowed(origin);
    res.vary('Origin');
    next();
  };
}

/** Whether a page of this very server asks. Behind a proxy the scheme may be another one. */
function isOwnPage(req: Request, origin: string): boolean {
  return req.get('sec-fetch-site') === 'same-origin' || URL.parse(origin)?.host === req.headers.host;
}

function countHeader({ rawHeaders }: Request, name: string): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const text = rawHeaders[i] ?? '';
    if (text.length === name.length && text.toLowerCase() === name) count++;
  }
  return count;
}

/** A request is for one host (RFC 9112, section 3.2) and by one user: of several headers Node keeps the first. */
function requireOne(req: Request, _res: Response, next: NextFunction): void {
  const hosts = countHeader(req, 'host');
  if (hosts > 1 || (hosts === 0 && req.httpVersion === '1.1')) {
    throw new AppError('invalid_input', `The request has ${hosts} Host headers; expected one.`);
  }
  if (countHeader(req, 'authorization') > 1) {
    throw new AppError('invalid_input', 'The request has several Authorization headers; expected one.');
  }
  next();
}
