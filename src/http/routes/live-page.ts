import { type Request, Router } from 'express';
import type { Person } from '../../domain/actor.ts';
import { AppError } from '../../domain/errors.ts';
import { asWritten, bundled, sendAsset } from '../asset.ts';
import { assertOwnPage } from '../own-page.ts';
import { noBody } from '../input.ts';
import { notAllowed } from '../problem.ts';
import { pageHeaders } from '../security-headers.ts';

/** Somebody whose window the live page shows, and the token that they sign in with. */
export interface SampleIdentity {
  readonly person: Person;
  readonly token: string;
}

export interface LivePageParts {
  /** Where the server listens. */
  readonly host: string;
  /** Makes tokens for ann and bob, in this order, valid for an hour; undefined where the page has to ask for them. */
  readonly sampleIdentities: (() => Promise<readonly SampleIdentity[]>) | undefined;
  /** Publishes as the sample's shop, to one user. */
  readonly publishAsShop: (userId: string) => Promise<unknown>;
}

/** The product's front door: a page on which one sees it at work. */
export function livePageRoutes({ host, sampleIdentities, publishAsShop }: LivePageParts): Router {
  const files = [
    ['/', 'text/html', asWritten('web/page.html')],
    ['/live-page.js', 'text/javascript', bundled('live-page.js')],
    ['/live-page.css', 'text/css', bundled('live-page.css')],
    // As text, which a browser shows instead of keeping it as a file.
    ['/README.md', 'text/plain', asWritten('../README.md')],
    ['/favicon.svg', 'image/svg+xml', asWritten('web/favicon.svg')],
  ] as const;

  const router = Router({ caseSensitive: true });
  for (const [path, type, asset] of files) {
    router
      .route(path)
      .get(pageHeaders, async (req, res) => {
        if (lacksSlash(req)) {
          res.redirect(308, `${req.baseUrl}/`);
          return;
        }
        sendAsset(req, res, await asset(), type);
      })
      .all(notAllowed('GET', 'HEAD'));
  }
  router
    .route('/live-page/identities')
    .post(async (req, res) => {
      noBody(req);
      if (sampleIdentities === undefined) {
        res.json([]);
        return;
      }
      assertOwnPage(req, host);
      res.json(await sampleIdentities());
    })
    .all(notAllowed('POST'));
  router
    .route('/live-page/publish')
    .post(async (req, res) => {
      noBody(req);
      // Whoever makes no tokens here lets nobody publish from here either.
      const [hearer] = (await sampleIdentities?.()) ?? [];
      if (hearer === undefined)
        throw new AppError('not_found', 'Only in development one publishes from here.');
      assertOwnPage(req, host);
      res.status(201).json(await publishAsShop(hearer.person.id));
    })
    .all(notAllowed('POST'));
  return router;
}

/** Where Carillon is mounted, the page's own links lead to the right place only behind a slash. */
function lacksSlash(req: Request): boolean {
  return req.baseUrl !== '' && req.originalUrl.split('?')[0] === req.baseUrl;
}
