import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { AppError } from '../domain/errors.ts';
import { bearerOf } from './auth.ts';
import type { VerifyToken } from './token.ts';

/** An application's backend that publishes activities, known by its token. */
export interface Publisher {
  readonly name: string;
  readonly token: string;
}

export interface PublisherParts {
  readonly publishers: readonly Publisher[];
  readonly operatorToken: string | undefined;
  readonly verifyToken: VerifyToken;
}

/** Who asks: a publisher by its name, or the operator, who reads what belongs to any of them. */
type Asker = { readonly publisher: string } | 'operator';

/** Lets publishers through. @throws unauthenticated, forbidden (a user's token) */
export function publishersOnly(parts: PublisherParts): RequestHandler {
  return async (req, _res, next) => {
    const asker = askerOf(req, parts);
    if (asker === undefined || asker === 'operator') throw await refusal(req, parts);
    req.carillon.publisher = asker.publisher;
    next();
  };
}

/** Lets publishers through, and the operator. @throws unauthenticated, forbidden (a user's token) */
export function publishersAndOperator(parts: PublisherParts): RequestHandler {
  return async (req, _res, next) => {
    const asker = askerOf(req, parts);
    if (asker === undefined) throw await refusal(req, parts);
    if (asker !== 'operator') req.carillon.publisher = asker.publisher;
    next();
  };
}

/** The publisher of a request that `publishersOnly` let through. */
export function publisherOf(req: Request): string {
  if (req.carillon.publisher === undefined)
    throw new Error(`The route ${req.path} asks for a publisher but lets others in.`);
  return req.carillon.publisher;
}

function askerOf(req: Request, { publishers, operatorToken }: PublisherParts): Asker | undefined {
  const shown = digest(bearerOf(req) ?? '');
  const isShown = (token: string) => timingSafeEqual(shown, digest(token));
  // Every token is compared: the time tells nothing about which one is right.
  const [found] = publishers.filter(({ token }) => isShown(token));
  if (found !== undefined) return { publisher: found.name };
  return operatorToken !== undefined && isShown(operatorToken) ? 'operator' : undefined;
}

/** A user's token says who asks, but not that they may. */
async function refusal(req: Request, { verifyToken }: PublisherParts): Promise<AppError> {
  const token = bearerOf(req);
  const isUser =
    token !== undefined &&
    (await verifyToken(token).then(
      () => true,
      () => false,
    ));
  if (isUser)
    return new AppError('forbidden', "A user's token does not publish; expected one of PUBLISH_TOKENS.");
  const detail = 'Expected the header Authorization: Bearer <a token of PUBLISH_TOKENS>.';
  return new AppError('unauthenticated', detail, { headers: { 'WWW-Authenticate': 'Bearer' } });
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
