import { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import type { Logger } from 'pino';
import { positionOf } from '../../domain/cursor.ts';
import { AppError } from '../../domain/errors.ts';
import { assertNotRevoked, verifiedOf } from '../auth.ts';
import { hasBody, noBody } from '../input.ts';
import { limitOpenings } from '../limits.ts';
import type { RouteParts } from '../parts.ts';
import { appErrorOf, notAllowed } from '../problem.ts';
import { answerHead, beginStream, isGone, refuseStream } from '../stream-response.ts';

/** The stream, and the tickets that open it. */
export function streamRoutes(parts: RouteParts): Router {
  const { hub, store, tickets, revocations, connections, log, now } = parts;

  const open: RequestHandler = (req, res) => {
    if (hasBody(req)) throw new AppError('invalid_input', 'A stream is asked for without a body.');
    if (req.method === 'HEAD') {
      answerHead(res);
      return;
    }
    const session = verifiedOf(req);
    const { actor, issuedAt, endsAt } = session;
    // From here to the opening there is no `await`, so that a revocation or another stream cannot come in between.
    assertNotRevoked(session, revocations);
    const refusal = hub.refusal(actor.id);
    // The client may have disconnected while its token was verified.
    if (isGone(res) || refusal !== undefined) {
      refuseStream(res, refusal ?? 'busy');
      return;
    }
    const position = positionOf(req.get('last-event-id') ?? lastEventIdOf(req.query), store.epoch);
    const { sink, connection } = beginStream(res, connections);
    const stream = hub.open(actor.id, sink, position, { issuedAt, endsInMs: endsAt - now() });
    connection.on('drain', () => stream.drained());
    connection.on('close', () => {
      connections.endStream(connection);
      stream.gone();
    });
  };

  const busy: RequestHandler = (_req, res) => refuseStream(res, 'busy');

  const router = Router({ caseSensitive: true });
  router
    .route('/notifications/stream')
    .get(parts.signedInOrTicket, limitOpenings(parts.streamOpeningsPerMinute, busy), open, healing(log))
    .all(notAllowed('GET', 'HEAD'));
  router
    .route('/notifications/stream/tickets')
    .post(...parts.writing, async (req, res) => {
      noBody(req);
      const { ticket, endsAt } = await tickets.issue(verifiedOf(req));
      res.status(201).json({ ticket, expiresAt: new Date(endsAt).toISOString() });
    })
    .all(notAllowed('POST'));
  return router;
}

/** What heals by itself must not make an EventSource give up, as every status but 200 does. */
function healing(log: Logger): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    const { code } = appErrorOf(error);
    if (code !== 'unavailable' && code !== 'storage_full') {
      next(error);
      return;
    }
    log.warn({ requestId: req.carillon.id, err: error }, 'stream refused');
    refuseStream(res, 'busy');
  };
}

function lastEventIdOf({ lastEventId }: { lastEventId?: unknown }): string | undefined {
  if (lastEventId === undefined || typeof lastEventId === 'string') return lastEventId;
  return 'more than one'; // Which is no cursor, and so not one to resume from.
}
