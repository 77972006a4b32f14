import { Router } from 'express';
import { NewComment } from '../../domain/comment.ts';
import { AppError } from '../../domain/errors.ts';
import { Id } from '../../domain/id.ts';
import { PageRequest } from '../../domain/page.ts';
import { actorOf } from '../auth.ts';
import { bodyOf, idempotencyKeyOf, queryOf } from '../input.ts';
import { sendAdded, sendPage } from '../output.ts';
import type { RouteParts } from '../parts.ts';
import { notAllowed } from '../problem.ts';

export function commentRoutes({ store, reading, writing }: RouteParts): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/reports/:reportId/comments')
    .get(...reading, async (req, res) => {
      const { reportId } = req.params;
      const request = queryOf(req, PageRequest);
      const page = Id.safeParse(reportId).success ? await store.comments(reportId, request) : undefined;
      if (page === undefined) throw noReport(reportId);
      sendPage(req, res, page);
    })
    .post(...writing, async (req, res) => {
      const { reportId } = req.params;
      const input = bodyOf(req, NewComment);
      const once = idempotencyKeyOf(req, input);
      if (!Id.safeParse(reportId).success) throw noReport(reportId);
      const added = await store.addComment(actorOf(req), reportId, input, once);
      sendAdded(res, `/reports/${reportId}/comments/${added.value.id}`, added);
    })
    .all(notAllowed('GET', 'HEAD', 'POST'));
  router
    .route('/reports/:reportId/comments/:id')
    .get(...reading, async (req, res) => {
      const { reportId, id } = req.params;
      const isPossible = Id.safeParse(reportId).success && Id.safeParse(id).success;
      const comment = isPossible ? await store.comment(reportId, id) : undefined;
      if (comment === undefined)
        throw new AppError('not_found', `No comment ${id} under report ${reportId}.`);
      res.json(comment);
    })
    .all(notAllowed('GET', 'HEAD'));
  return router;
}

function noReport(id: string): AppError {
  return new AppError('not_found', `No report ${id}.`);
}
