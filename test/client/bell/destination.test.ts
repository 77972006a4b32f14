import { expect, test } from 'vitest';
import type { AnyNotification } from '../../../src/client/bell/any-notification.ts';
import { destinationOf } from '../../../src/client/bell/destination.ts';
import { hrefAttribute } from '../../../src/client/bell/href.ts';

const notification: AnyNotification = {
  id: 'n1',
  type: 'order.shipped',
  title: 'Order 7',
  createdAt: '2026-11-23T10:42:00.000Z',
  seenAt: null,
  readAt: null,
  archivedAt: null,
};
const base = 'https://app.example.com/inbox/';

test.each(['/orders/7', '/', 'https://shop.example.com/7', 'HTTP://shop.example.com'])(
  'a notification leads to its url %s',
  (url) => {
    expect(destinationOf({ ...notification, url }, null, '/all', base)).toBe(url);
  },
);

test.each([
  'javascript:alert(1)',
  ' https://shop.example.com',
  '//evil.example.com',
  '/\\evil.example.com',
  '/\t/evil.example.com',
  'orders/7',
  'data:text/html,x',
  'https://[',
  '',
])('the url %j leads nowhere', (url) => {
  expect(destinationOf({ ...notification, url }, null, null, base)).toBe(undefined);
});

test('the template of its type comes before its url, and that before the template for all', () => {
  const withUrl = { ...notification, url: '/orders/7' };
  expect(destinationOf(withUrl, '/n/{id}', '/all', base)).toBe('/n/n1');
  expect(destinationOf(notification, null, '/all/{id}', base)).toBe('/all/n1');
  expect(hrefAttribute('order.shipped')).toBe('href-order-shipped');
});

test('a template that names what the notification lacks leads nowhere', () => {
  expect(destinationOf(notification, null, '/reports/{report.id}', base)).toBe(undefined);
});
