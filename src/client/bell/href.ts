import type { AnyNotification } from './any-notification.ts';
import { own } from './messages.ts';

/**
 * Where a notification leads: `template` with `{report.id}`, `{comment.id}`, `{id}`, `{actor.id}`, `{type}` filled in,
 * each encoded.
 *
 * @returns undefined without a template, for what is neither http nor https (a link must never be a script), and where
 *   a value would lead to another path than the template's: the actor ids `.` and `..` are valid, and no encoding
 *   keeps a browser from resolving them.
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
  const valueOf = (name: string) => encodeURIComponent(own(values, name) ?? '');
  const href = filled(template, valueOf);
  const url = parsed(href, base);
  const path = parsed(filled(template, placeholderOf), base)?.pathname;
  if (url === undefined || path === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  return url.pathname === withValues(path, valueOf) ? href : undefined;
}

function filled(template: string, valueOf: (name: string) => string): string {
  return template.replaceAll(/\{([\w.]+)\}/g, (_, name: string) => valueOf(name));
}

/** Stands for a value while the template is parsed: no parser resolves or encodes it, and no template has it. */
function placeholderOf(name: string): string {
  return `carillon-${name}-value`;
}

function withValues(path: string, valueOf: (name: string) => string): string {
  return path.replaceAll(/carillon-([\w.]+)-value/g, (_, name: string) => valueOf(name));
}

/** `URL.parse` is missing in Safari before 18. */
function parsed(href: string, base: string): URL | undefined {
  try {
    return new URL(href, base);
  } catch {
    return undefined;
  }
}

/** The attribute with the template for a type: `order.shipped` has `href-order-shipped`. */
export function hrefAttribute(type: string): string {
  return `href-${type.toLowerCase().replaceAll(/[_.]/g, '-')}`;
}
