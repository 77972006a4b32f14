import { type RequestHandler, Router } from 'express';
import { AppError } from '../../domain/errors.ts';
import type { Store } from '../../domain/store.ts';
import { isFromLoopback } from '../loopback.ts';
import { createProbe } from '../probe.ts';
import { notAllowed } from '../problem.ts';
import { assertToken } from '../secret-token.ts';

export interface OperationsParts {
  readonly store: Pick<Store, 'probe'>;
  /** The metrics in Prometheus' text format. */
  readonly metrics: { readonly contentType: string; metrics(): Promise<string> };
  /** Bearer token for the metrics; without it only loopback may read them. */
  readonly metricsToken: string | undefined;
  /** Whether the server is stopping. */
  readonly isStopping: () => boolean;
  /** Whether the bus to other processes is heard; undefined when there is none. */
  readonly isBusHeard: (() => boolean) | undefined;
}

export function operationsRoutes(parts: OperationsParts): Router {
  const { store, metrics, metricsToken, isStopping, isBusHeard } = parts;
  const probe = createProbe(() => store.probe());
  const router = Router({ caseSensitive: true });
  router
    .route('/healthz')
    .get((_req, res) => {
      res.json({ status: 'ok' });
    })
    .all(notAllowed('GET', 'HEAD'));
  router
    .route('/readyz')
    .get(async (_req, res) => {
      if (isStopping()) throw new AppError('unavailable', 'The server is stopping.');
      await probe();
      // Without the bus events are late by up to a second: no reason to send users elsewhere, where it is away as well.
      res.json({ status: 'ready', ...(isBusHeard && { bus: isBusHeard() ? 'heard' : 'away' }) });
    })
    .all(notAllowed('GET', 'HEAD'));
  router
    .route('/metrics')
    .get(mayReadMetrics(metricsToken), async (_req, res) => {
      res.set('Content-Type', metrics.contentType).send(await metrics.metrics());
    })
    .all(notAllowed('GET', 'HEAD'));
  return router;
}

function mayReadMetrics(token: string | undefined): RequestHandler {
  return (req, _res, next) => {
    if (token === undefined) {
      if (!isFromLoopback(req)) {
        throw new AppError(
          'forbidden',
          'Without METRICS_TOKEN only this machine may read the metrics, at localhost.',
        );
      }
    } else {
      assertToken(req, 'METRICS_TOKEN', token);
    }
    next();
  };
}
