import type { Request, Response } from 'express';
import type { Page } from '../domain/page.ts';
import type { Added } from '../domain/store.ts';

/** Answers with a page and, when there is a next one, a link to it (RFC 8288). */
export function sendPage(req: Request, res: Response, page: Page<unknown>): void {
  if (page.nextCursor !== null) {
    const { searchParams } = new URL(req.originalUrl, 'http://here');
    searchParams.set('cursor', page.nextCursor);
    res.set('Link', `<${req.baseUrl}${req.path}?${searchParams.toString()}>; rel="next"`);
  }
  res.json(page);
}

/**
 * Answers that something was added, now or by the first request with this idempotency key.
 * @param path where it is, below the path under which Carillon is mounted.
 */
export function sendAdded(res: Response, path: string, { value, replayed }: Added<unknown>): void {
  if (replayed) res.set('Idempotent-Replayed', 'true');
  res.status(201).location(`${res.req.baseUrl}${path}`).json(value);
}
