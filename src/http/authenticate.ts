import type { Request } from 'express';
import { z } from 'zod';
import { Person, UserId } from '../domain/actor.ts';
import { text } from '../domain/text.ts';
import type { Verified } from './verified.ts';

/**
 * Asks the application that Carillon runs in who is signed in.
 * @returns undefined for nobody.
 */
export type Authenticate = (req: Request) => Promise<Verified | undefined>;

/** Later than any stream lives. */
const yearMs = 365 * 24 * 60 * 60 * 1000;

const Moment = z.union([z.date().transform((date) => date.getTime()), z.number().transform(Math.floor)]);

const SignedIn = z.object({
  id: UserId,
  name: text(1, 200).nullish(),
  issuedAt: Moment.optional(),
  expiresAt: Moment.optional(),
});

/**
 * Makes Carillon's view of an application's sign-in. What does not say when it was issued was issued now: a revocation
 * ends open streams, and whether the user may come back is for the application to say.
 *
 * @param ask the application's own function; what it gives is checked here.
 */
export function authenticateBy(ask: (req: Request) => unknown, now: () => number): Authenticate {
  return async (req) => {
    // Before it asks: the user may be revoked meanwhile.
    const askedAt = now();
    const answer = await ask(req);
    if (!answer) return undefined;
    const result = SignedIn.safeParse(answer);
    if (!result.success) {
      const [issue] = result.error.issues;
      throw new Error(
        `authenticate() gave what is not valid (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}); expected { id, name?, issuedAt?, expiresAt? } or null.`,
      );
    }
    const { id, name, issuedAt = askedAt, expiresAt = now() + yearMs } = result.data;
    if (expiresAt <= now()) return undefined;
    return { actor: Person.parse({ id, name: name ?? id }), issuedAt, endsAt: expiresAt };
  };
}
