import type { AnyNotification } from './any-notification.ts';
import { hrefOf } from './href.ts';

/**
 * Where a notification leads: the template for its type, or its own `url`, or the template for all types.
 *
 * @param base the page's address, against which paths are resolved.
 * @returns undefined when it leads nowhere.
 */
export function destinationOf(
  notification: AnyNotification,
  templateOfType: string | null,
  template: string | null,
  base: string,
): string | undefined {
  if (templateOfType !== null) return hrefOf(notification, templateOfType, base);
  if (notification.url != null) return safeUrl(notification.url, base);
  // A template that names what this notification lacks would lead to a page that is not there.
  const lacks = (name: 'report' | 'comment' | 'actor') =>
    notification[name] == null && template?.includes(`{${name}.`) === true;
  if (lacks('report') || lacks('comment') || lacks('actor')) return undefined;
  return hrefOf(notification, template, base);
}

/** @returns `url` where it is an absolute http(s) address or a path of the page's own site; else undefined. */
function safeUrl(url: string, base: string): string | undefined {
  try {
    const { protocol, origin } = new URL(url, base);
    if (/^https?:\/\//i.test(url)) return protocol === 'https:' || protocol === 'http:' ? url : undefined;
    // `//other.example` and `/\other.example` begin with a slash, too, and lead to another site.
    return url.startsWith('/') && origin === new URL(base).origin ? url : undefined;
  } catch {
    return undefined; // An address that is none leads nowhere.
  }
}
