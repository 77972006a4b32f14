import { Router } from 'express';
import { AppError } from '../../domain/errors.ts';
import { Id } from '../../domain/id.ts';
import { PageRequest } from '../../domain/page.ts';
import { NewReport, ReportChange } from '../../domain/report.ts';
import { actorOf } from '../auth.ts';
import { bodyOf, idempotencyKeyOf, noBody, queryOf } from '../input.ts';
import { sendAdded, sendPage } from '../output.ts';
import type { RouteParts } from '../parts.ts';
import { notAllowed } from '../problem.ts';

export function reportRoutes({ store, reading, writing }: RouteParts): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/reports')
    .get(...reading, async (req, res) => {
      sendPage(req, res, await store.reports(queryOf(req, PageRequest)));
    })
    .post(...writing, async (req, res) => {
      const input = bodyOf(req, NewReport);
      const added = await store.addReport(actorOf(req), input, idempotencyKeyOf(req, input));
      sendAdded(res, `/reports/${added.value.id}`, added);
    })
    .all(notAllowed('GET', 'HEAD', 'POST'));
  router
    .route('/reports/:id')
    .get(...reading, async (req, res) => {
      const { id } = req.params;
      const report = Id.safeParse(id).success ? await store.report(id) : undefined;
      if (report === undefined) throw new AppError('not_found', `No report ${id}.`);
      res.json(report);
    })
    .patch(...writing, async (req, res) => {
      const change = bodyOf(req, ReportChange);
      res.json(await store.changeReport(actorOf(req), idOf(req.params.id), change));
    })
    .delete(...writing, async (req, res) => {
      noBody(req);
      await store.deleteReport(actorOf(req), idOf(req.params.id));
      res.status(204).end();
    })
    .all(notAllowed('GET', 'HEAD', 'PATCH', 'DELETE'));
  return router;
}

/** @throws not_found for what is no id of anything */
function idOf(id: string): string {
  if (!Id.safeParse(id).success) throw new AppError('not_found', `No report ${id}.`);
  return id;
}
