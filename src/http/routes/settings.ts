import { type Response, Router } from 'express';
import { AppError } from '../../domain/errors.ts';
import { Settings, type VersionedSettings } from '../../domain/settings.ts';
import { actorOf } from '../auth.ts';
import { bodyOf } from '../input.ts';
import type { RouteParts } from '../parts.ts';
import { notAllowed } from '../problem.ts';

/** What a user wants to hear of, and whom they blocked. */
export function settingsRoutes({ store, reading, writing }: RouteParts): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/settings')
    .get(...reading, async (req, res) => {
      send(res, await store.settings(actorOf(req).id));
    })
    .put(...writing, async (req, res) => {
      const expected = versionOf(req.get('if-match'));
      send(res, await store.setSettings(actorOf(req).id, bodyOf(req, Settings), expected));
    })
    .all(notAllowed('GET', 'HEAD', 'PUT'));
  return router;
}

function send(res: Response, { settings, version }: VersionedSettings): void {
  res.set('ETag', `"${version}"`).json(settings);
}

/** The version that `If-Match` names (RFC 9110, section 13.1.1); undefined for any. @throws invalid_input */
function versionOf(tag: string | undefined): number | undefined {
  if (tag === undefined || tag === '*') return undefined;
  const [, version] = /^"(\d{1,15})"$/.exec(tag) ?? [];
  if (version === undefined) {
    throw new AppError('invalid_input', 'If-Match: expected the ETag of GET /settings, or *.');
  }
  return Number(version);
}
