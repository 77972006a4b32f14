import { Router } from 'express';
import { z } from 'zod';
import { UserId } from '../../domain/actor.ts';
import { AppError } from '../../domain/errors.ts';
import { PageRequest } from '../../domain/page.ts';
import { Topic } from '../../domain/publishing.ts';
import { WatchCause, WatchLevel } from '../../domain/watch.ts';
import { actorOf } from '../auth.ts';
import { bodyOf, noBody, queryOf } from '../input.ts';
import { sendPage } from '../output.ts';
import type { PublishingParts, RouteParts } from '../parts.ts';
import { notAllowed } from '../problem.ts';

export const OwnLevel = z.strictObject({ level: WatchLevel });
export const WatchChange = z.strictObject({
  users: z.union([z.literal('everybody'), z.array(UserId).min(1).max(1_000)]),
  level: WatchLevel,
  because: WatchCause.default('manual'),
});
const TopicPage = PageRequest.omit({ cursor: true }).extend({ cursor: Topic.optional() });
const UserPage = PageRequest.omit({ cursor: true }).extend({ cursor: UserId.optional() });

/** What users hear of topics: their own levels, and those that publishers set. */
export function watchRoutes({
  store,
  reading,
  writing,
  publishing,
  readingPublished,
}: RouteParts & PublishingParts): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/topics/:topic/watch')
    .get(...reading, async (req, res) => {
      res.json(await store.watch(actorOf(req).id, topicOf(req.params.topic)));
    })
    .put(...writing, async (req, res) => {
      const { level } = bodyOf(req, OwnLevel);
      res.json(await store.setWatch(actorOf(req).id, topicOf(req.params.topic), level));
    })
    .delete(...writing, async (req, res) => {
      noBody(req);
      await store.unsetWatch(actorOf(req).id, topicOf(req.params.topic));
      res.status(204).end();
    })
    .all(notAllowed('GET', 'HEAD', 'PUT', 'DELETE'));
  router
    .route('/topics/:topic/read')
    .post(...writing, async (req, res) => {
      noBody(req);
      res.json({ counts: await store.markTopicRead(actorOf(req).id, topicOf(req.params.topic)) });
    })
    .all(notAllowed('POST'));
  router
    .route('/watches')
    .get(...reading, async (req, res) => {
      const { cursor: after, limit } = queryOf(req, TopicPage);
      sendPage(req, res, await store.watches(actorOf(req).id, { after, limit }));
    })
    .all(notAllowed('GET', 'HEAD'));
  router
    .route('/topics/:topic/watches')
    .get(...readingPublished, async (req, res) => {
      const { cursor: after, limit } = queryOf(req, UserPage);
      sendPage(req, res, await store.watchesOf(topicOf(req.params.topic), { after, limit }));
    })
    .put(...publishing, async (req, res) => {
      await store.setWatches(topicOf(req.params.topic), bodyOf(req, WatchChange));
      res.status(204).end();
    })
    .all(notAllowed('GET', 'HEAD', 'PUT'));
  return router;
}

/** @throws not_found for what no topic is called */
function topicOf(topic: string): string {
  if (!Topic.safeParse(topic).success) throw new AppError('not_found', `No topic ${topic}.`);
  return topic;
}
