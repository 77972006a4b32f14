import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Session } from './auth.ts';

/** What is known of a request. */
interface RequestFacts {
  /** Names the request in the log, in `X-Request-Id`, and in a problem's `instance`. */
  readonly id: string;
  /** Who asks; set by `signedIn`. */
  session?: Session;
  /** The publisher who asks; set by `publishersOnly` and `publishersAndOperator`. */
  publisher?: string;
}

declare module 'express-serve-static-core' {
  interface Request {
    /** Under a name of its own: `req.session` and `req.id` may be those of the application that Carillon runs in. */
    carillon: RequestFacts;
  }
}

/** Asked every second or so by proxies and monitors: that each time is nothing to tell. */
const probes = new Set(['/healthz', '/readyz']);

/** Names each request and logs its end: never its query, headers, or body, which may hold what opens doors. */
export function requestLog(log: Logger): RequestHandler {
  return (req, res, next) => {
    const start = performance.now();
    const { method } = req;
    const path = shownPath(req.path);
    req.carillon = { id: randomUUID() };
    res.set('X-Request-Id', req.carillon.id);
    res.once('close', () => {
      const ms = Math.round((performance.now() - start) * 10) / 10;
      const { statusCode: status } = res;
      const level = probes.has(path) && status === 200 ? 'debug' : 'info';
      const { id, session } = req.carillon;
      log[level]({ requestId: id, userId: session?.actor.id, method, path, status, ms }, 'request');
    });
    next();
  };
}

/**
 * A path as a log or a trace may show it: whoever writes `%3F` for `?` has put a token or ticket into the path. No id is as long,
 * and no path that leads anywhere.
 */
export function shownPath(path: string): string {
  return path.slice(0, 512).replace(/[\w.~-]{43,}/g, '***');
}
