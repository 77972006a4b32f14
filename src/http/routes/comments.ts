import { Router } from 'express';
import { CommentChange, NewComment } from '../../domain/comment.ts';
import { AppError } from '../../domain/errors.ts';
import { Id } from '../../domain/id.ts';
import { PageRequest } from '../../domain/page.ts';
import { actorOf } from '../auth.ts';
import { bodyOf, idempotencyKeyOf, noBody, queryOf } from '../input.ts';
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
      assertIds(reportId, id);
      const comment = await store.comment(reportId, id);
      if (comment === undefined) throw noComment(reportId, id);
      res.json(comment);
    })
    .patch(...writing, async (req, res) => {
      const { reportId, id } = req.params;
      const change = bodyOf(req, CommentChange);
      assertIds(reportId, id);
      res.json(await store.editComment(actorOf(req), reportId, id, change));
    })
    .delete(...writing, async (req, res) => {
      const { reportId, id } = req.params;
      noBody(req);
      assertIds(reportId, id);
      await store.deleteComment(actorOf(req), reportId, id);
      res.status(204).end();
    })
    .all(notAllowed('GET', 'HEAD', 'PATCH', 'DELETE'));
  return router;
}

/** @throws not_found for what are no ids of anything */
function assertIds(reportId: string, id: string): void {
  if (!Id.safeParse(reportId).success || !Id.safeParse(id).success) throw noComment(reportId, id);
}

function noComment(reportId: string, id: string): AppError {
  return new AppError('not_found', `No comment ${id} under report ${reportId}.`);
}

function noReport(id: string): AppError {
  return new AppError('not_found', `No report ${id}.`);
}
