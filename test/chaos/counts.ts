import type { Counts } from '../../src/domain/notification.ts';

export function sameCounts(a: Counts, b: Counts): boolean {
  return a.unread === b.unread && a.unseen === b.unseen;
}

export function show({ unread, unseen }: Counts): string {
  return `${unread} unread and ${unseen} unseen`;
}
