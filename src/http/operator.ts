import type { RequestHandler } from 'express';
import { ipKeyGenerator, MemoryStore, type Options } from 'express-rate-limit';
import { AppError } from '../domain/errors.ts';
import { assertToken } from './secret-token.ts';

const windowMs = 60_000;
/** Most wrong tokens that an address may show within a minute. */
const maxGuesses = 10;

/**
 * Lets the operator through, and holds back addresses that show wrong tokens. The right token is right all the same: a
 * stranger behind the same proxy must not be able to lock the operator out, and nobody guesses 32 characters.
 */
export function operatorOnly(token: string): RequestHandler {
  const guesses = new MemoryStore();
  // It reads nothing else of the options.
  guesses.init({ windowMs } as Options);
  return async (req, _res, next) => {
    try {
      assertToken(req, 'OPERATOR_TOKEN', token);
    } catch (error) {
      const { totalHits, resetTime } = await guesses.increment(ipKeyGenerator(req.ip ?? ''));
      if (totalHits <= maxGuesses) throw error;
      const seconds = Math.max(1, Math.ceil(((resetTime?.getTime() ?? 0) - Date.now()) / 1000));
      throw new AppError('rate_limited', 'Too many wrong tokens; try again after the time in Retry-After.', {
        headers: { 'Retry-After': String(seconds) },
      });
    }
    next();
  };
}
