import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Request, Router } from 'express';
import { z } from 'zod';
import { UserId } from '../../domain/actor.ts';
import { type ExportPage, TextErasure } from '../../domain/erasure.ts';
import { AppError } from '../../domain/errors.ts';
import type { Revocation } from '../../domain/revocation.ts';
import type { Store } from '../../domain/store.ts';
import { jsonBody, noBody, queryOf } from '../input.ts';
import { operatorOnly } from '../operator.ts';
import { notAllowed } from '../problem.ts';

export interface UserParts {
  readonly store: Pick<Store, 'revoke' | 'exportUser' | 'eraseUser'>;
  /** Bearer token of whoever runs Carillon; without it there are no such routes. */
  readonly operatorToken: string | undefined;
  /** Tells all processes. */
  readonly announceRevocation: (revocation: Revocation) => void;
}

const Erasure = z.object({ comments: TextErasure.default('erase') });

/** What an operator does to users. */
export function userRoutes({ store, operatorToken, announceRevocation }: UserParts): Router {
  const router = Router({ caseSensitive: true });
  if (operatorToken === undefined) return router;
  const operator = operatorOnly(operatorToken);
  router
    .route('/users/:id/revoke')
    .post(operator, jsonBody, async (req, res) => {
      noBody(req);
      await revoke(userOf(req));
      res.status(204).end();
    })
    .all(notAllowed('POST'));
  router
    .route('/users/:id/export')
    .get(operator, async (req, res) => {
      const id = userOf(req);
      // Before the answer begins, so that a database that is away is answered 503.
      const first = await store.exportUser(id);
      res.type('application/x-ndjson');
      await pipeline(Readable.from(linesFrom(store, id, first)), res).catch(unlessLeft);
    })
    .all(notAllowed('GET', 'HEAD'));
  router
    .route('/users/:id')
    .delete(operator, jsonBody, async (req, res) => {
      noBody(req);
      const id = userOf(req);
      const { comments } = queryOf(req, Erasure);
      // First, so that the user writes nothing behind what is erased.
      await revoke(id);
      await store.eraseUser(id, comments);
      res.status(204).end();
    })
    .all(notAllowed('DELETE'));
  return router;

  async function revoke(id: string): Promise<void> {
    const revocation = await store.revoke(id);
    announceRevocation(revocation);
    // A token says in whole seconds when it was issued, and one of this very second counts as issued before. Whoever
    // mints the next one on hearing of our answer shall find that it counts.
    await sleep(1000 - (revocation.revokedAt % 1000));
  }
}

/** The user whom a path names. @throws invalid_input for what is no user's id */
function userOf({ params }: Request): string {
  const id = UserId.safeParse(params['id']);
  if (!id.success) throw new AppError('invalid_input', `No user has the id ${String(params['id'])}.`);
  return id.data;
}

/** Throws on, unless the client left before the end. */
function unlessLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}

/** A line of JSON for each row, some hundred lines at once. The next ones are read when these were sent. */
async function* linesFrom(store: Pick<Store, 'exportUser'>, id: string, first: ExportPage) {
  for (let { rows, next } = first; ; { rows, next } = await store.exportUser(id, next)) {
    if (rows.length > 0) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    if (next === null) return;
  }
}
