import fc from 'fast-check';
import { valid } from './draft-table.ts';

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
export const drafts = fc.tuple(draft, fc.constantFrom(1, 1, 1, 2), fc.nat()).map(([random, count, from]) => {
  const names = Object.keys(random);
  const chosen = names.filter((_, i) => (i + from) % Math.max(1, names.length) < count);
  return { ...valid, ...Object.fromEntries(chosen.map((one) => [one, random[one as keyof typeof random]])) };
});
