import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kinds } from '../../../src/domain/kinds/kinds.ts';
import { newActivity } from '../../../src/domain/publishing.ts';
import { openClient, temporaryDatabase } from '../../support/postgres.ts';

/* The function `carillon.publish` refuses what the schema of requests refuses. */

type Draft = Readonly<Record<string, unknown>>;

const valid: Draft = { type: 'order.shipped', title: 'On its way', to: ['ann'] };
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
const values: Readonly<Record<string, { right: readonly unknown[]; wrong: readonly unknown[] }>> = {
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
const whole: readonly Draft[] = [
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

/** Makes `refused_field(draft)`, which is null when the draft is published. @returns it for many drafts */
async function refusals() {
  const client = await openClient(await temporaryDatabase());
  await client.query(`
    CREATE FUNCTION refused_field(draft text) RETURNS text LANGUAGE plpgsql AS $$
      DECLARE field text; state text; message text;
      BEGIN
        PERFORM carillon.publish(draft::jsonb);
        RETURN NULL;
      EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS field = COLUMN_NAME, state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
        RETURN CASE
          WHEN state = '22023' AND starts_with(message, 'carillon.publish: ' || field || ': ') THEN field
          ELSE state || ' ' || message
        END;
      END $$`);
  return async (drafts: readonly Draft[]): Promise<readonly (string | null)[]> => {
    const { rows } = await client.query<{ field: string | null }>(
      'SELECT refused_field(draft) AS field FROM unnest($1::text[]) WITH ORDINALITY o (draft, n) ORDER BY n',
      [drafts.map((draft) => JSON.stringify(draft))],
    );
    return rows.map(({ field }) => field);
  };
}

function isAccepted(draft: Draft): boolean {
  // As JSON has it: a field that is undefined is missing.
  return newActivity(Date.now).safeParse(JSON.parse(JSON.stringify(draft))).success;
}

test.for(Object.entries(values))(
  'the function and the schema agree about %s',
  async ([field, { right, wrong }]) => {
    const refusedFields = await refusals();
    const draft = (value: unknown): Draft => ({ ...valid, [field]: value });
    const rights = right.map(draft);
    const wrongs = wrong.map(draft);

    expect(rights.filter((one) => !isAccepted(one))).toEqual([]);
    expect(wrongs.filter(isAccepted)).toEqual([]);
    expect(await refusedFields(rights)).toEqual(rights.map(() => null));
    const named = (await refusedFields(wrongs)).map((one) => one?.split('.')[0]);
    expect(named).toEqual(wrongs.map(() => field));
  },
);

test('the function and the schema agree about fields that depend on each other, and about unknown ones', async () => {
  const refusedFields = await refusals();
  const fields = await refusedFields(whole);
  expect(fields.map((field) => field === null)).toEqual(whole.map(isAccepted));
  expect(fields).toEqual(['expiresAt', null, 'expiresAt', null, null, 'to', null, 'Title', 'id', 'topics']);
});

test('what is no object is refused', async () => {
  const refusedFields = await refusals();
  const drafts = [null, 1, 'x', [], [valid], true] as unknown as Draft[];
  expect(await refusedFields(drafts)).toEqual(drafts.map(() => 'activity'));
});

const text = fc
  .oneof(fc.string({ maxLength: 3 }), fc.string({ unit: 'binary', maxLength: 220 }))
  .map((s) => s.replaceAll('\0', ''));
const name = fc.string({
  unit: fc.constantFrom('a', 'Z', '0', '.', '_', '-', ' ', 'é', '\n'),
  maxLength: 70,
});
/** Texts that look like `base`, with up to two characters put in or taken out. */
function nearly(base: fc.Arbitrary<string>, characters: string): fc.Arbitrary<string> {
  const edit = fc.tuple(fc.nat(60), fc.constantFrom('', ...Array.from(characters)), fc.nat(1));
  return fc
    .tuple(base, fc.array(edit, { maxLength: 2 }))
    .map(([start, edits]) =>
      edits.reduce((one, [at, put, cut]) => one.slice(0, at) + put + one.slice(at + cut), start),
    );
}
const url = nearly(
  fc.oneof(
    fc.webUrl({ withQueryParameters: true }),
    fc.webPath(),
    fc.constantFrom('http://10.0.0.1:80/a', 'https://a@b.c:443'),
  ),
  ' \t\\/:?#@.<>|1é\u00a0\ufeff\u0001',
);
const time = nearly(
  fc
    .date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  '0123456789-+:.TZ ',
);
const json = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll(/\\u0000/g, '')) as unknown);
const anything = fc.oneof(text, json);
const field = (right: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 8, arbitrary: right }, { weight: 1, arbitrary: json });
const reason = { reason: name };
const addressee = fc.oneof(
  name,
  text,
  fc.record({ user: text, ...reason }, { requiredKeys: ['user'] }),
  fc.record({ topic: name, ...reason }, { requiredKeys: [] }),
);
const draft = fc.record(
  {
    type: field(name),
    title: field(text),
    body: field(text),
    url: field(url),
    data: field(fc.dictionary(text, json)),
    topics: field(fc.array(name, { maxLength: 6 })),
    to: field(fc.array(addressee, { maxLength: 4 })),
    actor: field(fc.record({ id: name, name: text })),
    group: field(text),
    at: field(time),
    expiresAt: field(time),
    x: anything,
  },
  { requiredKeys: [] },
);
/** One or two fields of a right draft are anything. */
const drafts = fc.tuple(draft, fc.constantFrom(1, 1, 1, 2), fc.nat()).map(([random, count, from]) => {
  const names = Object.keys(random);
  const chosen = names.filter((_, i) => (i + from) % Math.max(1, names.length) < count);
  return { ...valid, ...Object.fromEntries(chosen.map((one) => [one, random[one as keyof typeof random]])) };
});

test('the function and the schema agree about whatever else is said', async () => {
  const refusedFields = await refusals();
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(drafts, { minLength: 40, maxLength: 40 }), async (some) => {
      const refused = await refusedFields(some);
      for (const [i, one] of some.entries()) {
        expect({ draft: one, isAccepted: refused[i] === null }).toEqual({
          draft: one,
          isAccepted: isAccepted(one),
        });
        accepted += Number(refused[i] === null);
      }
    }),
    { numRuns: 5, endOnFailure: true, interruptAfterTimeLimit: 30_000 },
  );
  // Both sides were seen.
  expect(accepted).toBeGreaterThan(10);
  expect(accepted).toBeLessThan(190);
});

test('they differ on hosts that take the tables of IDNA, and on numbers and texts that jsonb does not hold', async () => {
  const refusedFields = await refusals();
  const stricter = ['http://%61.example', 'http://0x7f.1', 'http://127.1'].map((one) => ({
    ...valid,
    url: one,
  }));
  expect(stricter.map(isAccepted)).toEqual([true, true, true]);
  expect(await refusedFields(stricter)).toEqual(['url', 'url', 'url']);
  const laxer = ['http://\u00ad', 'http://[1]'].map((one) => ({ ...valid, url: one }));
  expect(laxer.map(isAccepted)).toEqual([false, false]);
  expect(await refusedFields(laxer)).toEqual([null, null]);
  const [nul] = await refusedFields([{ ...valid, data: { a: '\0' } }]);
  expect(nul).toContain('22P05');
});
