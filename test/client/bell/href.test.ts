import { expect, test } from 'vitest';
import { hrefAttribute, hrefOf } from '../../../src/client/bell/href.ts';
import type { Notification } from '../../../src/domain/notification.ts';

const notification: Notification = {
  id: 'n1',
  type: 'NEW_COMMENT_ON_REPORT',
  reason: 'owner',
  actor: { id: 'bob/../?#', name: 'Bob' },
  report: { id: 'r1', title: 'Reading list' },
  comment: { id: 'c1', excerpt: 'Loved chapter two.' },
  createdAt: '2026-11-23T10:42:00.000Z',
  seenAt: null,
  readAt: null,
  archivedAt: null,
};
const base = 'https://app.example.com/inbox/';

test.each([
  ['/reports/{report.id}#comment-{comment.id}', '/reports/r1#comment-c1'],
  ['https://other.example.com/?n={id}&t={type}', 'https://other.example.com/?n=n1&t=NEW_COMMENT_ON_REPORT'],
  ['/people/{actor.id}', '/people/bob%2F..%2F%3F%23'],
  ['/a/{nothing}/{constructor}', '/a//'],
  ['', ''],
])('%s leads to %s', (template, href) => {
  expect(hrefOf(notification, template, base)).toBe(href);
});

test.each([
  'javascript:alert(1)',
  ' java\nscript:alert(1)',
  'data:text/html,x',
  'mailto:{actor.id}',
  'https://[',
])('%j leads nowhere', (template) => {
  expect(hrefOf(notification, template, base)).toBe(undefined);
});

test('without a template an item leads nowhere', () => {
  expect(hrefOf(notification, null, base)).toBe(undefined);
  expect(hrefAttribute('NEW_COMMENT_ON_REPORT')).toBe('href-new-comment-on-report');
});
