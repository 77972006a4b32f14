import cors from 'cors';
import express, { type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { AppError } from './domain/errors.ts';
import type { Bus } from './domain/bus.ts';
import type { Places } from './domain/places.ts';
import type { Revocation } from './domain/revocation.ts';
import type { Store } from './domain/store.ts';
import { signedIn, userHeader } from './http/auth.ts';
import type { Connections } from './http/connections.ts';
import { jsonBody } from './http/input.ts';
import { limitReads, limitWrites } from './http/limits.ts';
import type { RouteParts } from './http/parts.ts';
import { problemHandler, unknownRoute } from './http/problem.ts';
import { requestLog } from './http/request.ts';
import { bellRoutes } from './http/routes/bell.ts';
import { commentRoutes } from './http/routes/comments.ts';
import { livePageRoutes, type LivePageParts } from './http/routes/live-page.ts';
import { notificationRoutes } from './http/routes/notifications.ts';
import { operationsRoutes, type OperationsParts } from './http/routes/operations.ts';
import { reportRoutes } from './http/routes/reports.ts';
import { sessionRoutes } from './http/routes/session.ts';
import { streamRoutes } from './http/routes/stream.ts';
import { userRoutes } from './http/routes/users.ts';
import type { Revocations } from './http/revocations.ts';
import { securityHeaders } from './http/security-headers.ts';
import { createTickets } from './http/tickets.ts';
import type { VerifyToken } from './http/token.ts';
import type { Hub } from './stream/hub.ts';

export interface AppParts {
  readonly config: Config;
  readonly store: Store;
  readonly hub: Hub;
  readonly bus: Pick<Bus, 'announceRevocation' | 'isHeard'>;
  readonly places: Places;
  readonly connections: Connections;
  readonly counter: RouteParts['counter'];
  readonly verifyToken: VerifyToken;
  readonly revocations: Revocations;
  readonly metrics: OperationsParts['metrics'];
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
  places,
  connections,
  counter,
  verifyToken,
  revocations,
  metrics,
  log,
  now,
  isStopping,
  sampleIdentities,
}: AppParts): Express {
  const { allowedOrigins, metricsToken, operatorToken, redisUrl, streamOpeningsPerMinute } = config;
  const tickets = createTickets(store, now);
  const auth = { verifyToken, revocations, allowedOrigins };
  const byToken = signedIn(auth);
  const writing = (kind: string, limit: number) => [
    byToken,
    limitWrites(limit, kind, counter?.(kind)),
    jsonBody,
  ];
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
    counter,
    places,
    connections,
    log,
    now,
  };

  const app = express();
  app.set('trust proxy', config.trustProxy);
  app.set('case sensitive routing', true);
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.disable('x-powered-by');
  app.use(
    requestLog(log),
    lastRequest(isStopping),
    securityHeaders,
    noStore,
    crossOrigin(allowedOrigins),
    requireOne,
  );
  // What is asked for most comes first: a request passes every route before its own.
  app.use(commentRoutes(parts), streamRoutes(parts), notificationRoutes(parts));
  app.use(reportRoutes(parts), sessionRoutes(parts));
  const isBusHeard = redisUrl === undefined ? undefined : () => bus.isHeard;
  app.use(operationsRoutes({ store, metrics, metricsToken, isStopping, isBusHeard }));
  const announceRevocation = (revocation: Revocation) => bus.announceRevocation(revocation);
  app.use(userRoutes({ store, operatorToken, announceRevocation }));
  app.use(bellRoutes());
  if (config.livePage) app.use(livePageRoutes({ host: config.host, sampleIdentities }));
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

/** Answers are one user's own. */
const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};

/** CORS with credentials for exactly these origins; to any other page the answers stay unreadable. */
function crossOrigin(origins: readonly string[]): RequestHandler {
  const answer = cors({
    origin: [...origins],
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'Last-Event-ID'],
    exposedHeaders: ['Link', 'Location', 'Idempotent-Replayed', 'Retry-After', 'X-Request-Id', userHeader],
    maxAge: 600,
  });
  return (req, res, next) => {
    const { origin } = req.headers;
    const isPreflight = req.get('access-control-request-method') !== undefined;
    // An OPTIONS of another kind is a request like every other: the route says which methods it has.
    const concernsCors =
      origin !== undefined && origins.includes(origin) && (req.method !== 'OPTIONS' || isPreflight);
    if (concernsCors) {
      answer(req, res, next);
    } else {
      res.vary('Origin');
      next();
    }
  };
}

/** A request is for one host (RFC 9112, section 3.2) and by one user: of several headers Node keeps the first. */
const requireOne: RequestHandler = (req, _res, next) => {
  const count = (name: RegExp) => req.rawHeaders.filter((text, i) => i % 2 === 0 && name.test(text)).length;
  const hosts = count(/^host$/i);
  if (hosts > 1 || (hosts === 0 && req.httpVersion === '1.1')) {
    throw new AppError('invalid_input', `The request has ${hosts} Host headers; expected one.`);
  }
  if (count(/^authorization$/i) > 1) {
    throw new AppError('invalid_input', 'The request has several Authorization headers; expected one.');
  }
  next();
};
