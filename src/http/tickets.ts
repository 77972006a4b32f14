import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import type { Store } from '../domain/store.ts';
import type { Verified } from './verified.ts';

const ticketLifeMs = 30_000;
const shape = /^[A-Za-z0-9_-]{43}$/;

/** Gives out tickets, each good for opening one stream, for clients that can send neither a header nor a cookie. */
export interface Tickets {
  /** @returns the ticket and when it ends, in Unix milliseconds: after 30 s, or with the token if that is sooner. */
  issue(holder: Verified): Promise<{ ticket: string; endsAt: number }>;
  /** @throws unauthenticated when it was used, has ended, or never was */
  take(ticket: string): Promise<Verified>;
}

export function createTickets(store: Pick<Store, 'addTicket' | 'takeTicket'>, now: () => number): Tickets {
  return {
    async issue({ actor, issuedAt: sessionIssuedAt, endsAt: sessionEndsAt }) {
      const ticket = randomBytes(32).toString('base64url');
      const endsAt = Math.min(now() + ticketLifeMs, sessionEndsAt);
      await store.addTicket({ hash: hashOf(ticket), actor, sessionIssuedAt, sessionEndsAt, endsAt });
      return { ticket, endsAt };
    },
    async take(ticket) {
      const taken = shape.test(ticket) ? await store.takeTicket(hashOf(ticket)) : undefined;
      if (taken === undefined) {
        throw new AppError(
          'unauthenticated',
          'The ticket was used already, has expired, or was never given.',
          // RFC 9110, section 15.5.2: a 401 says how to be let in.
          { headers: { 'WWW-Authenticate': 'Bearer' } },
        );
      }
      return { actor: taken.actor, issuedAt: taken.sessionIssuedAt, endsAt: taken.sessionEndsAt };
    },
  };
}

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('base64url');
}
