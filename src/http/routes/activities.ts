import { type Request, Router } from 'express';
import { z } from 'zod';
import { UserId } from '../../domain/actor.ts';
import { AppError } from '../../domain/errors.ts';
import { Id } from '../../domain/id.ts';
import { PageRequest } from '../../domain/page.ts';
import { ActivityChange, newActivity } from '../../domain/publishing.ts';
import type { ActivityName } from '../../domain/store.ts';
import { bodyOf, idempotencyKeyOf, noBody, queryOf } from '../input.ts';
import { sendPage } from '../output.ts';
import type { PublishingParts } from '../parts.ts';
import { notAllowed } from '../problem.ts';
import { publisherOf } from '../publishers.ts';

const RecipientPage = PageRequest.omit({ cursor: true }).extend({ cursor: UserId.optional() });

/** What publishers do with activities, and what the operator may read of them. */
export function activityRoutes({ store, now, publishing, readingPublished }: PublishingParts): Router {
  const NewActivity = newActivity(now);
  const Draft = z.strictObject({ activity: NewActivity, user: UserId.optional() });

  const router = Router({ caseSensitive: true });
  router
    .route('/activities')
    .post(...publishing, async (req, res) => {
      const input = bodyOf(req, NewActivity);
      const added = await store.publish(publisherOf(req), input, idempotencyKeyOf(req, input));
      const { value, isNew } = added.value;
      if (added.replayed) res.set('Idempotent-Replayed', 'true');
      res
        .status(isNew ? 201 : 200)
        .location(`${req.baseUrl}/activities/${value.id}`)
        .json(value);
    })
    .all(notAllowed('POST'));
  router
    .route('/explain')
    .post(...readingPublished, async (req, res) => {
      const { activity, user } = bodyOf(req, Draft);
      res.json(user === undefined ? await store.explain(activity) : await store.explainFor(activity, user));
    })
    .all(notAllowed('POST'));

  const one = (path: string, nameOf: (req: Request) => ActivityName) =>
    router
      .route(path)
      .get(...readingPublished, async (req, res) => {
        res.json(await store.published(req.carillon.publisher, nameOf(req)));
      })
      .patch(...publishing, async (req, res) => {
        const change = bodyOf(req, ActivityChange);
        res.json(await store.changeActivity(publisherOf(req), nameOf(req), change));
      })
      .delete(...publishing, async (req, res) => {
        noBody(req);
        await store.retract(publisherOf(req), nameOf(req));
        res.status(204).end();
      })
      .all(notAllowed('GET', 'HEAD', 'PATCH', 'DELETE'));
  one('/activities/:id', ({ params }) => ({ id: idOf(String(params['id'])) }));
  one('/activities/by-key/:key', ({ params }) => ({ key: String(params['key']) }));

  router
    .route('/activities/:id/recipients')
    .get(...readingPublished, async (req, res) => {
      const { cursor: after, limit } = queryOf(req, RecipientPage);
      sendPage(
        req,
        res,
        await store.recipients(req.carillon.publisher, idOf(req.params.id), { after, limit }),
      );
    })
    .all(notAllowed('GET', 'HEAD'));
  router
    .route('/activities/:id/recipients/:userId')
    .get(...readingPublished, async (req, res) => {
      const { id, userId } = req.params;
      const user = UserId.safeParse(userId);
      if (!user.success) throw new AppError('invalid_input', `No user has the id ${userId}.`);
      res.json(await store.recipient(req.carillon.publisher, idOf(id), user.data));
    })
    .all(notAllowed('GET', 'HEAD'));
  return router;
}

/** @throws not_found for what is no id of anything */
function idOf(id: string): string {
  if (!Id.safeParse(id).success) throw new AppError('not_found', `No activity ${id}.`);
  return id;
}
