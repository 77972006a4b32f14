import type { Request, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { AppError } from '../domain/errors.ts';
import { actorOf } from './auth.ts';

const windowMs = 60_000;

/**
 * Limits each user to `limit` requests of a kind per minute on this process; one above that gets 429 with `Retry-After`.
 * Comes behind `signedIn`.
 * @param kind what the requests are called in the answer, such as `writes`.
 */
export function limitWrites(limit: number, kind: string): RequestHandler {
  return limitBy((req) => actorOf(req).id, limit, kind);
}

/** Limits each publisher to `limit` requests per minute on this process. Comes behind what lets publishers through. */
export function limitPublishing(limit: number): RequestHandler {
  return limitBy((req) => req.carillon.publisher ?? 'operator', limit, 'requests');
}

function limitBy(keyOf: (req: Request) => string, limit: number, kind: string): RequestHandler {
  return rateLimit({
    windowMs,
    limit,
    keyGenerator: keyOf,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    handler: (_req, _res, next) => {
      next(
        new AppError(
          'rate_limited',
          `More than ${limit} ${kind} within a minute; try again after the time in Retry-After.`,
        ),
      );
    },
  });
}

/**
 * Lets `limit` reads of each user be answered at once; what is over waits for its turn. An answer may be megabytes,
 * which wait here until its client has read them. Comes behind `signedIn`.
 */
export function limitReads(limit: number): RequestHandler {
  const users = new Map<string, { running: number; readonly waiting: Set<() => void> }>();
  return (req, res, next) => {
    const { id } = actorOf(req);
    const user = users.get(id) ?? { running: 0, waiting: new Set() };
    users.set(id, user);
    const begin = () => {
      user.waiting.delete(begin);
      user.running++;
      next();
    };
    res.once('close', () => {
      // Who did not want to wait any longer had no place to give back.
      if (user.waiting.delete(begin)) return;
      user.running--;
      const [first] = user.waiting;
      if (first !== undefined) first();
      else if (user.running === 0) users.delete(id);
    });
    if (user.running < limit) begin();
    else user.waiting.add(begin);
  };
}

/**
 * Limits each user to `limit` stream openings per minute on this process; `refuse` answers those above it. Comes behind
 * `signedIn`.
 */
export function limitOpenings(limit: number, refuse: RequestHandler): RequestHandler {
  return rateLimit({
    windowMs,
    limit,
    keyGenerator: (req) => actorOf(req).id,
    standardHeaders: false,
    legacyHeaders: false,
    skip: (req) => req.method === 'HEAD',
    handler: refuse,
  });
}
