import type { RequestHandler } from 'express';
import { ipKeyGenerator, MemoryStore, type Options } from 'express-rate-limit';
import { AppError } from '../domain/errors.ts';
import { assertToken } from './secret-token.ts';

const windowMs = 60_000;
/** Most wrong tokens that an address may show within a minute. */
const maxGuesses = 10;

/** Lets the operator through, and holds back who has shown wrong tokens: even a right one does not count then. */
export function operatorOnly(token: string): RequestHandler {
  const guesses = new MemoryStore();
  // It reads nothing else of the options.
  guesses.init({ windowMs } as Options);
  return async (req, _res, next) => {
    const address = ipKeyGenerator(req.ip ?? '');
    const { totalHits = 0, resetTime } = (await guesses.get(address)) ?? {};
    if (totalHits >= maxGuesses) {
      const seconds = Math.max(1, Math.ceil(((resetTime?.getTime() ?? 0) - Date.now()) / 1000));
      throw new AppError('rate_limited', 'Too many wrong tokens; try again after the time in Retry-After.', {
        headers: { 'Retry-After': String(seconds) },
      });
    }
    try {
      assertToken(req, 'OPERATOR_TOKEN', token);
    } catch (error) {
      await guesses.increment(address);
      throw error;
    }
    next();
  };
}
