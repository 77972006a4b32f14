import { isIP } from 'node:net';
import type { Request } from 'express';
import { AppError } from '../domain/errors.ts';
import { isForwarded } from './forwarded.ts';

/**
 * Lets a request pass that a page of this very server makes. Another site cannot, because browsers say with each POST
 * where it comes from; nor can a site whose name was turned to our address after its page was loaded (DNS rebinding),
 * because then the name in `Host` is not one of ours. Who comes by a proxy may come from anywhere.
 *
 * @param host where the server listens.
 * @throws forbidden
 */
export function assertOwnPage(req: Request, host: string): void {
  const { origin, host: asked = '' } = req.headers;
  const site = req.get('sec-fetch-site');
  const url = URL.parse(`http://${asked}`);
  const isOurName = url !== null && isNameOfOurs(url.hostname, host);
  const isOurPage = origin === `${req.protocol}://${asked}` && (site === undefined || site === 'same-origin');
  if (!isOurName || !isOurPage || isForwarded(req)) {
    throw new AppError(
      'forbidden',
      'Only the live page itself gets this, at localhost or at an IP address, and not by a proxy.',
    );
  }
}

/** An address cannot be rebound, a name can; `localhost` is always this machine (RFC 6761, section 6.3). */
function isNameOfOurs(name: string, host: string): boolean {
  const bare = name.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) !== 0 || name === 'localhost' || name.endsWith('.localhost') || name === host;
}
