import { expect, onTestFinished, test, vi } from 'vitest';
import { hrefAttribute, hrefOf } from '../../../src/client/bell/href.ts';
import type { Notification } from '../../../src/domain/notification.ts';

const notification: Notification = {
  id: 'n1',
  type: 'NEW_COMMENT_ON_REPORT',
  reason: 'owner',
  seq: 1,
  topic: 'report:r1',
  title: 'Reading list',
  body: 'Loved chapter two.',
  url: null,
  data: null,
  count: 1,
  actors: [],
  updatedAt: '2026-11-23T10:42:00.000Z',
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

test.each([
  ['..', '/people/{actor.id}/notes'],
  ['.', '/people/{actor.id}'],
  ['..', '/people/{actor.id}'],
  ['.', '/people/.{actor.id}'],
  ['.', '/people/%2e{actor.id}?tab=notes'],
  ['..', '/people\\{actor.id}#notes'],
  ['..', 'people/\n{actor.id}/notes'],
])('an actor with the id %j does not change the path of %j: it leads nowhere', (id, template) => {
  expect(hrefOf({ ...notification, actor: { id, name: 'Dot' } }, template, base)).toBe(undefined);
});

test.each([
  ['..', '/people?id={actor.id}#{actor.id}', '/people?id=..#..'],
  ['..', '/people/@{actor.id}', '/people/@..'],
  ['...', '/people/{actor.id}', '/people/...'],
  ["a'b(c)!~*", '/people/{actor.id}', "/people/a'b(c)!~*"],
  ['Ann', 'https://{actor.id}.example.com/{actor.id}', 'https://Ann.example.com/Ann'],
])('an actor with the id %j fits into %j', (id, template, href) => {
  expect(hrefOf({ ...notification, actor: { id, name: 'Dot' } }, template, base)).toBe(href);
});

test('a browser without URL.parse (Safari before 18) gets links as well', () => {
  vi.stubGlobal(
    'URL',
    class extends URL {
      static override parse = undefined as never;
    },
  );
  onTestFinished(() => void vi.unstubAllGlobals());
  expect(hrefOf(notification, '/reports/{report.id}', base)).toBe('/reports/r1');
  expect(hrefOf(notification, 'https://[', base)).toBe(undefined);
});

test('without a template an item leads nowhere', () => {
  expect(hrefOf(notification, null, base)).toBe(undefined);
  expect(hrefAttribute('NEW_COMMENT_ON_REPORT')).toBe('href-new-comment-on-report');
});
