import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { AppError } from '../domain/errors.ts';
import { actorOf } from './auth.ts';

const windowMs = 60_000;

/** Holds each user to `limit` writes a minute; what is over gets 429 with `Retry-After`. Comes behind `signedIn`. */
export function limitWrites(limit: number): RequestHandler {
  return rateLimit({
    windowMs,
    limit,
    keyGenerator: (req) => actorOf(req).id,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    handler: (_req, _res, next) => {
      next(
        new AppError(
          'rate_limited',
          `More than ${limit} writes within a minute; try again after the time in Retry-After.`,
        ),
      );
    },
  });
}

/** Holds each user to `limit` stream openings a minute; what is over is answered by `refuse`. Comes behind `signedIn`. */
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
