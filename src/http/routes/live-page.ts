import { type RequestHandler, Router } from 'express';
import type { Person } from '../../domain/actor.ts';
import { AppError } from '../../domain/errors.ts';
import { assetRoute } from '../asset-route.ts';
import { type Asset, asWritten, bundled } from '../asset.ts';
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
  const router = Router({ caseSensitive: true });
  const file = (path: string, type: string, asset: () => Promise<Asset>) => {
    assetRoute(router, path, type, asset, pageHeaders, withSlash);
  };
  file('/', 'text/html', asWritten('web/page.html'));
  file('/live-page.js', 'text/javascript', bundled('live-page.js'));
  file('/live-page.css', 'text/css', bundled('live-page.css'));
  // As text, which a browser shows instead of keeping it as a file.
  file('/README.md', 'text/plain', asWritten('../README.md'));
  file('/favicon.svg', 'image/svg+xml', asWritten('web/favicon.svg'));

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
const withSlash: RequestHandler = (req, res, next) => {
  const isWithout = req.baseUrl !== '' && req.originalUrl.split('?')[0] === req.baseUrl;
  if (isWithout) res.redirect(308, `${req.baseUrl}/`);
  else next();
};
