import type { AnyNotification } from './any-notification.ts';
import { own } from './messages.ts';

/**
 * Where a notification leads: `template` with `{report.id}`, `{comment.id}`, `{id}`, `{actor.id}`, `{type}` filled in,
 * each encoded, so that no id can become another path.
 *
 * @returns undefined without a template, and for what is neither http nor https: a link must never be a script.
 */
export function hrefOf(
  notification: AnyNotification,
  template: string | null,
  base: string,
): string | undefined {
  if (template === null) return undefined;
  const { id, type, report, comment, actor } = notification;
  const values: Readonly<Record<string, string>> = {
    id,
    type,
    'report.id': report?.id ?? '',
    'comment.id': comment?.id ?? '',
    'actor.id': actor?.id ?? '',
  };
  const href = template.replaceAll(/\{([\w.]+)\}/g, (_, name: string) =>
    encodeURIComponent(own(values, name) ?? ''),
  );
  const protocol = URL.parse(href, base)?.protocol;
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}

/** The attribute with the template for a type: `order.shipped` has `href-order-shipped`. */
export function hrefAttribute(type: string): string {
  return `href-${type.toLowerCase().replaceAll(/[_.]/g, '-')}`;
}
