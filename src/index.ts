import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { publishIn, type SqlClient } from './store/postgres/publish-in.ts';
import { z } from 'zod';
import { type CarillonParts, drainStreams, openEngine } from './carillon.ts';
import { AppError } from './domain/errors.ts';
import { newActivity } from './domain/publishing.ts';
import type { PublishedActivity } from './domain/publishing.ts';
import { attachTo } from './embed/attach.ts';
import { type FollowedEvent, follow, type FollowOptions } from './embed/follow.ts';
import { type CarillonOptions, configOf } from './embed/options.ts';
import { authenticateBy } from './http/authenticate.ts';
import { overHttp2 } from './http/over-http2.ts';
import { createLog } from './log.ts';
import { tokenRulesOf } from './secret.ts';

export { AppError as CarillonError, StartError } from './domain/errors.ts';
export type { PublishedActivity } from './domain/publishing.ts';
export type { SqlClient } from './store/postgres/publish-in.ts';
export type { FollowedEvent, FollowOptions } from './embed/follow.ts';
export type { CarillonOptions, SignedInUser } from './embed/options.ts';

/** What an application publishes: the body of `POST /activities`. */
export type ActivityInput = z.input<ReturnType<typeof newActivity>>;

/** The publisher that the application itself is. */
const publisher = 'app';

/** Carillon in an application's own process. */
export interface EmbeddedCarillon {
  /** Everything of the HTTP contract: `app.use('/carillon', handler)` in Express and Connect, or `createServer(handler)`. */
  readonly handler: (req: IncomingMessage, res: ServerResponse, next?: (error?: unknown) => void) => void;
  /**
   * Publishes an activity. It is durable when the promise resolves.
   * @param options `client` has a transaction of the application's own open, on Carillon's PostgreSQL database: its commit
   *   publishes the activity, within a second, and its rollback does not.
   * @throws CarillonError: invalid_input (names the field), conflict (the key belongs to other content)
   */
  publish(activity: ActivityInput, options?: { readonly client: SqlClient }): Promise<PublishedActivity>;
  /** Takes an activity back from everybody; done again it changes nothing. @throws CarillonError: not_found */
  retract(name: { readonly id: string } | { readonly key: string }): Promise<void>;
  /** The events of a user's stream, for other transports; leaving the loop ends it. */
  follow(userId: string, options?: FollowOptions): AsyncGenerator<FollowedEvent, void, void>;
  /** Gives the server that calls `handler` the protections that need one. Call it when its request listener is set. */
  attach(server: Server): void;
  /** Ends the streams, so that the application's server can close, and closes the database; at the most 10 s. */
  close(): Promise<void>;
}

/**
 * Opens Carillon in this process.
 * @throws StartError with one line that says what is wrong.
 */
export async function createCarillon<Req extends IncomingMessage = IncomingMessage>(
  options: CarillonOptions<Req>,
): Promise<EmbeddedCarillon> {
  const config = configOf(options);
  const { logger: log, droppedLines } = createLog(config.logLevel);
  const { authenticate } = options;
  const now = Date.now;
  const failed = Promise.withResolvers<undefined>();
  const onFailure = (cause: unknown) => {
    log.fatal({ err: cause }, 'the database has failed; what was written last may be lost');
    options.onFailure?.(cause);
    failed.resolve(undefined);
  };
  const shared = { log, now, onFailure, droppedLogLines: droppedLines };
  const parts: CarillonParts =
    authenticate === undefined
      ? { ...shared, tokenRules: tokenRulesOf(config) }
      : // The application knows what its own framework makes of a request.
        { ...shared, authenticate: authenticateBy((req) => authenticate(req as unknown as Req), now) };
  const engine = await openEngine(config, parts);
  void failed.promise.then(engine.close);
  const { app, store, hub, connections } = engine;
  engine.closeFirst(() => drainStreams(hub));
  const NewActivity = newActivity(now);
  const appOverHttp2 = overHttp2(app);

  return {
    // Not the app itself: Express would let one of its own take over the settings of the application's.
    handler: (req, res) => {
      if (req.httpVersionMajor === 2) appOverHttp2(req, res);
      else app(req, res);
    },
    publish: async (activity, options) => {
      if (options !== undefined) {
        const id = await publishIn(options.client, activity, publisher);
        // Nobody is notified before the application commits.
        return { id, state: 'running', notified: 0, waiting: 0 };
      }
      const { value } = await store.publish(publisher, checked(NewActivity, activity));
      return value.value;
    },
    retract: (name) => store.retract(publisher, name),
    follow: (userId, followOptions = {}) => follow({ hub, epoch: store.epoch, now }, userId, followOptions),
    attach: (server) => attachTo(server, connections),
    close: engine.close,
  };
}

/** @throws AppError that names the first field that is wrong. */
function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new AppError('invalid_input', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`);
}
