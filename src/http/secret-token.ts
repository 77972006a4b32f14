import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { AppError } from '../domain/errors.ts';
import { bearerOf } from './auth.ts';

/**
 * Lets a request pass that shows the one right token, compared in a time that tells nothing about it.
 * @param name how the token is called in the configuration.
 * @throws unauthenticated
 */
export function assertToken(req: Request, name: string, token: string): void {
  if (timingSafeEqual(digest(bearerOf(req) ?? ''), digest(token))) return;
  throw new AppError('unauthenticated', `Expected the header Authorization: Bearer <${name}>.`, {
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
