import { setTimeout as sleep } from 'node:timers/promises';
import { Router } from 'express';
import { UserId } from '../../domain/actor.ts';
import { AppError } from '../../domain/errors.ts';
import type { Revocation } from '../../domain/revocation.ts';
import type { Store } from '../../domain/store.ts';
import { jsonBody, noBody } from '../input.ts';
import { operatorOnly } from '../operator.ts';
import { notAllowed } from '../problem.ts';

export interface UserParts {
  readonly store: Pick<Store, 'revoke'>;
  /** Bearer token of whoever runs Carillon; without it there are no such routes. */
  readonly operatorToken: string | undefined;
  /** Tells all processes. */
  readonly announceRevocation: (revocation: Revocation) => void;
}

/** What an operator does to users. */
export function userRoutes(parts: UserParts): Router {
  const { store, operatorToken, announceRevocation } = parts;
  const router = Router({ caseSensitive: true });
  if (operatorToken === undefined) return router;
  router
    .route('/users/:id/revoke')
    .post(operatorOnly(operatorToken), jsonBody, async (req, res) => {
      noBody(req);
      const id = UserId.safeParse(req.params.id);
      if (!id.success) throw new AppError('invalid_input', `No user has the id ${req.params.id}.`);
      const revocation = await store.revoke(id.data);
      announceRevocation(revocation);
      // A token says in whole seconds when it was issued, and one of this very second counts as issued before. Whoever
      // mints the next one on hearing of our answer shall find that it counts.
      await sleep(1000 - (revocation.revokedAt % 1000));
      res.status(204).end();
    })
    .all(notAllowed('POST'));
  return router;
}
