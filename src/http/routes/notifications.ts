import { Router } from 'express';
import { z } from 'zod';
import { formatCursor, parseCursor } from '../../domain/cursor.ts';
import { AppError } from '../../domain/errors.ts';
import { Id } from '../../domain/id.ts';
import { notificationActions, NotificationStatus } from '../../domain/notification.ts';
import { PageRequest } from '../../domain/page.ts';
import { actorOf } from '../auth.ts';
import { bodyOf, hasBody, noBody, queryOf } from '../input.ts';
import { sendPage } from '../output.ts';
import type { RouteParts } from '../parts.ts';
import { notAllowed } from '../problem.ts';

export const ListUnread = z.strictObject({ ids: z.array(Id).min(1).max(1_000) });
const ListQuery = PageRequest.extend({
  status: NotificationStatus.default('all'),
  topic: z.string().max(200).optional(),
  /** The list is in the order of the events that raised its notifications, so a place in it is a number of one. */
  cursor: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/, 'Expected the nextCursor of another page.')
    .transform(Number)
    .optional(),
});

export function notificationRoutes({ store, reading, marking, unmarking }: RouteParts): Router {
  const ListRead = listRead(store.epoch);
  const ListSeen = z.strictObject({ upTo: upTo(store.epoch) });
  const ReadOne = z.strictObject({ asOf: upTo(store.epoch).optional() });

  const router = Router({ caseSensitive: true });
  router
    .route('/notifications')
    .get(...reading, async (req, res) => {
      const { cursor: before, ...request } = queryOf(req, ListQuery);
      const { inbox, ...page } = await store.notifications(actorOf(req).id, { ...request, before });
      const streamCursor = formatCursor(store.epoch, inbox.seq);
      const answer = { ...page, counts: inbox.counts, streamCursor };
      sendPage(req, res, answer);
    })
    .all(notAllowed('GET', 'HEAD'));
  router
    .route('/notifications/counts')
    .get(...reading, async (req, res) => {
      const { counts } = await store.inbox(actorOf(req).id);
      res.json(counts);
    })
    .all(notAllowed('GET', 'HEAD'));
  router
    .route('/notifications/read')
    .post(...marking, async (req, res) => {
      // `POST /notifications/unread` with these takes it back.
      res.json(await store.markRead(actorOf(req).id, bodyOf(req, ListRead)));
    })
    .all(notAllowed('POST'));
  router
    .route('/notifications/unread')
    .post(...unmarking, async (req, res) => {
      const { id: userId } = actorOf(req);
      // What was removed meanwhile must not keep the others from coming back, so an unknown id is passed over.
      const { ids } = bodyOf(req, ListUnread);
      await Promise.all(ids.map((id) => store.act(userId, id, 'unread')));
      const { counts } = await store.inbox(userId);
      res.json({ counts });
    })
    .all(notAllowed('POST'));
  router
    .route('/notifications/seen')
    .post(...marking, async (req, res) => {
      const counts = await store.markSeen(actorOf(req).id, bodyOf(req, ListSeen).upTo);
      res.json({ counts });
    })
    .all(notAllowed('POST'));
  router
    .route('/notifications/:id/why')
    .get(...reading, async (req, res) => {
      const { id } = req.params;
      const why = Id.safeParse(id).success ? await store.why(actorOf(req).id, id) : undefined;
      if (why === undefined) throw new AppError('not_found', `No notification ${id}.`);
      res.json(why);
    })
    .all(notAllowed('GET', 'HEAD'));
  for (const action of notificationActions) {
    router
      .route(`/notifications/:id/${action}`)
      .post(...marking, async (req, res) => {
        const { asOf } = action === 'read' && hasBody(req) ? bodyOf(req, ReadOne) : {};
        if (action !== 'read') noBody(req);
        const { id } = req.params;
        const isPossible = Id.safeParse(id).success;
        const notification = isPossible ? await store.act(actorOf(req).id, id, action, asOf) : undefined;
        if (notification === undefined) throw new AppError('not_found', `No notification ${id}.`);
        res.json(notification);
      })
      .all(notAllowed('POST'));
  }
  return router;
}

/** A cursor of this log, as its number. */
function upTo(epoch: string) {
  return z.string().transform((value, context) => {
    const cursor = parseCursor(value);
    if (cursor?.epoch === epoch) return cursor.seq;
    const message =
      cursor === undefined ? 'Expected a cursor, <epoch>.<seq>.' : 'This cursor is of another epoch.';
    context.issues.push({ code: 'custom', message, input: value });
    return z.NEVER;
  });
}

function listRead(epoch: string) {
  return z
    .strictObject({ ids: z.array(Id).min(1).max(100).optional(), upTo: upTo(epoch).optional() })
    .transform(({ ids, upTo: last }, context) => {
      if (ids !== undefined && last === undefined) return { ids };
      if (ids === undefined && last !== undefined) return { upTo: last };
      context.issues.push({ code: 'custom', message: 'Expected either ids or upTo.', input: undefined });
      return z.NEVER;
    });
}
