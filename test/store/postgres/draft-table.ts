import { kinds } from '../../../src/domain/kinds/kinds.ts';

/** An activity as an application writes it. */
export type Draft = Readonly<Record<string, unknown>>;

export const valid: Draft = { type: 'order.shipped', title: 'On its way', to: ['ann'] };
/** A value with characters that UTF-16 writes in two units. */
const bells = (count: number) => '🔔'.repeat(count);
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
/** An object whose JSON has this many bytes. */
function ofBytes(bytes: number) {
  const empty = { list: [1, { a: [] }, 2], text: '' };
  return { ...empty, text: 'x'.repeat(bytes - JSON.stringify(empty).length) };
}

/** Values of each field that are right, and that are wrong. `undefined` is a field that is missing. */
export const values: Readonly<Record<string, { right: readonly unknown[]; wrong: readonly unknown[] }>> = {
  type: {
    right: ['a', 'A-1._', 'x'.repeat(64), 'new_comment_on_report'],
    wrong: [undefined, null, 1, '', '1a', 'a b', 'é', 'aé', 'a\n', 'x'.repeat(65), ...Object.keys(kinds)],
  },
  title: {
    right: ['a', ' ', '\n', bells(200), 'x'.repeat(200)],
    wrong: [undefined, null, 7, [], {}, true, '', bells(201), 'x'.repeat(201)],
  },
  body: { right: [undefined, null, '', bells(1000)], wrong: [0, [], {}, bells(1001)] },
  url: {
    right: [
      ...[undefined, null, '/', '/orders/7', '/a?b=c#d', '/é', '/a//b', `/${'x'.repeat(1999)}`, '/🔔'],
      ...[
        'http://a',
        'HTTPS://A.b',
        'https://a.example/b?c#d',
        'http://a:80',
        'http://a:/',
        'http://a:065535/',
      ],
      ...[
        'http://user:pass@a/',
        'http://@a',
        'http://1.2.3.4',
        'http://255.0.0.1:1/x',
        'http://[::1]:3000/x',
        'http://1a',
      ],
      ...[
        'http://a_b.c',
        'http://a..b',
        'https://bücher.example/é',
        'http://a?b',
        'http://a#b',
        'http://a/"<>|^`{}',
      ],
    ],
    wrong: [
      ...[
        '',
        1,
        {},
        'orders',
        '//evil.example',
        '/\\evil',
        '/a b',
        '/\u00a0',
        '/\ufeff',
        '/\u2028',
        '/a\n',
        '/\u0001',
        '/\u0085',
      ],
      ...[
        'mailto:a@b',
        'javascript:alert(1)',
        'ftp://a',
        'http:a',
        'http:/a',
        'http://',
        'https:///',
        'http:\\\\a',
        ' http://a',
      ],
      ...[
        'http://a b',
        'http://a/b c',
        'http://a\tb',
        'http://a/\u3000',
        'http://:80',
        'http://a:65536',
        'http://a:x',
        'http://u@',
      ],
      ...[
        'http://1.2.3.256',
        'http://1.2.3.4.5',
        'http://a.1',
        'http://[::1',
        'http://[g]',
        'http://a<b',
        'http://a|b',
        'http://a^b',
      ],
      ...[`/${'x'.repeat(2000)}`, `http://a/${'x'.repeat(2000)}`],
    ],
  },
  data: {
    right: [
      ...[
        undefined,
        null,
        {},
        { a: null },
        { a: [1, -2.5, 'x', { b: true }] },
        { n: 1.7976931348623157e308 },
      ],
      ...[ofBytes(8192), { text: 'é'.repeat(4090) }, { list: many(3000, () => 1) }, { '': '"\\\n\u0001' }],
    ],
    wrong: [1, 'x', [], [1], true, ofBytes(8193), { text: 'é'.repeat(4091) }, { list: many(5000, () => 1) }],
  },
  topics: {
    right: [['a'], ['a', 'b', 'c', 'd', 'e'], ['!~'], ['x'.repeat(200)]],
    wrong: [
      null,
      [],
      'a',
      {},
      [1],
      [null],
      [''],
      ['a b'],
      ['é'],
      ['x'.repeat(201)],
      ['a', 'a'],
      many(6, String),
    ],
  },
  to: {
    right: [
      ...[['a'], ['ann', 'ann'], ['x'.repeat(128)], many(1000, (i) => `u${i}`), [{ user: 'a' }]],
      ...[[{ user: 'a', reason: 'assigned' }], [{ topic: 't' }, { topic: 't', reason: 'r' }, 'b']],
    ],
    wrong: [
      ...[
        undefined,
        null,
        [],
        'ann',
        {},
        { user: 'ann' },
        [1],
        [null],
        [[]],
        [''],
        ['a b'],
        ['é'],
        ['x'.repeat(129)],
      ],
      ...[
        many(1001, (i) => `u${i}`),
        [{}],
        [{ reason: 'a' }],
        [{ user: 'a', topic: 'b' }],
        [{ user: null }],
        [{ user: 1 }],
      ],
      ...[
        [{ user: 'a', reason: null }],
        [{ user: 'a', reason: '' }],
        [{ user: 'a', reason: '1' }],
        [{ user: 'a', x: 1 }],
      ],
      ...[
        [{ topic: '' }],
        [{ topic: 'a b' }],
        [{ topic: 't', reason: 'a b' }],
        [{ user: 'a', topic: null }],
        ['a', 'b', ''],
      ],
    ],
  },
  actor: {
    right: [undefined, null, { id: 'a', name: 'A' }, { id: '~', name: bells(200) }],
    wrong: [
      ...['a', [], {}, { id: 'a' }, { name: 'A' }, { id: 'a', name: '' }, { id: '', name: 'A' }],
      ...[
        { id: 'a b', name: 'A' },
        { id: 'a', name: null },
        { id: 'a', name: bells(201) },
        { id: 'a', name: 'A', role: 'x' },
      ],
    ],
  },
  group: { right: [undefined, null, 'a', bells(200)], wrong: ['', 1, {}, bells(201)] },
  key: { right: [undefined, null, 'a', bells(200)], wrong: ['', 1, {}, bells(201)] },
  at: {
    right: [
      undefined,
      null,
      inDays(364),
      '2020-01-01T00:00:00Z',
      '2024-02-29T23:59:59.123456789+23:59',
      '0000-02-29T00:00:00-23:59',
    ],
    wrong: [
      ...[
        1,
        '',
        'now',
        '2027-01-31',
        '2027-01-31T09:00Z',
        '2027-01-31T09:00:00',
        '2027-01-31 09:00:00Z',
        '2027-01-31t09:00:00z',
      ],
      ...[
        '2023-02-29T00:00:00Z',
        '2027-04-31T00:00:00Z',
        '2027-01-01T24:00:00Z',
        '2027-01-01T00:00:60Z',
        '2027-01-01T00:00:00+24:00',
      ],
      ...[
        '2027-01-01T00:00:00.Z',
        '12027-01-01T00:00:00Z',
        '2027-01-01T00:00:00Z\n',
        inDays(366),
        '9999-12-31T00:00:00Z',
      ],
    ],
  },
  expiresAt: {
    right: [undefined, null, inDays(1), inDays(4000), '9999-12-31T23:59:59Z'],
    wrong: [1, '', '2020-01-01T00:00:00Z', inDays(-1)],
  },
};

/** Drafts that are wrong, or right, by several fields together. */
export const whole: readonly Draft[] = [
  { ...valid, at: inDays(2), expiresAt: inDays(1) },
  { ...valid, at: inDays(2), expiresAt: inDays(3) },
  { ...valid, at: '2020-01-01T00:00:00.5Z', expiresAt: '2020-01-01T00:00:00.500999Z' },
  { ...valid, at: '2020-01-01T00:00:00.500Z', expiresAt: '2020-01-01T01:00:00.501+01:00' },
  { ...valid, at: '0000-01-01T00:00:00Z', expiresAt: '0000-01-01T00:00:00.001Z' },
  { type: 'a', title: 'b' },
  { type: 'a', title: 'b', topics: ['t'] },
  { ...valid, Title: 'x' },
  { ...valid, id: 'x' },
  { ...valid, to: ['ann'], topics: ['a', 'b', 'a'] },
];
