import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openApi } from '../../../src/http/openapi/document.ts';
import { type Operation, operations } from '../../../src/http/openapi/operations.ts';
import { ask, startServer } from '../../support/server.ts';

/*
 * Requests that are made from the document: what it allows is never 400, and what breaks one keyword of it is never 2xx or
 * 5xx. A run that fails prints its seed; CARILLON_SEED repeats it.
 */

const seed = Number(process.env['CARILLON_SEED'] ?? Date.now() % 1_000_000);
const publisher = 'a-token-of-the-shop-that-is-only-for-tests';
type Schema = Readonly<Record<string, any>>;

const document = openApi() as { components: { schemas: Record<string, Schema> } };
const ajv = new Ajv2020({ strict: false });
formats.default(ajv);
ajv.addSchema({ $id: 'carillon', ...document });

/** The schema of a request's body, or where a reference leads. */
function resolved(schema: Schema): Schema {
  const [, name] = /^#\/components\/schemas\/(.+)$/.exec(schema['$ref'] ?? '') ?? [];
  return name === undefined ? schema : (document.components.schemas[name] ?? {});
}

/** Values that a schema allows; of texts those that any text may be. */
function valid(schema: Schema): fc.Arbitrary<unknown> {
  const one = resolved(schema);
  if (one['const'] !== undefined) return fc.constant(one['const']);
  if (one['enum']) return fc.constantFrom(...one['enum']);
  const some = one['anyOf'] ?? one['oneOf'];
  if (some) return fc.oneof(...some.map(valid));
  if (Array.isArray(one['type'])) return fc.oneof(...one['type'].map((type) => valid({ ...one, type })));
  switch (one['type']) {
    case 'string':
      return validText(one);
    case 'integer':
      return fc.integer({ min: one['minimum'] ?? 0, max: one['maximum'] ?? 1000 });
    case 'number':
      return fc.integer();
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.uniqueArray(valid(one['items'] ?? {}), {
        minLength: one['minItems'] ?? 0,
        maxLength: Math.min(one['maxItems'] ?? 3, 3),
        selector: (item) => JSON.stringify(item),
      });
    case 'object':
      return validObject(one);
    default:
      return fc.jsonValue({ maxDepth: 1 }).filter((value) => !JSON.stringify(value).includes('\\u'));
  }
}

function validText(one: Schema): fc.Arbitrary<string> {
  if (one['format'] === 'date-time') {
    const soon = {
      min: new Date(Date.now() + 60_000),
      max: new Date(Date.now() + 3_600_000),
      noInvalidDate: true,
    };
    return fc.date(soon).map((date) => date.toISOString());
  }
  // Anchors aside, fast-check makes what a pattern allows.
  if (one['pattern'])
    return fc.stringMatching(new RegExp(one['pattern'])).filter((text) => text.length <= 200);
  return fc.string({
    minLength: Math.max(1, one['minLength'] ?? 1),
    maxLength: Math.min(one['maxLength'] ?? 50, 50),
  });
}

function validObject(one: Schema): fc.Arbitrary<unknown> {
  const { properties = {}, required = [] } = one as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  const names = Object.keys(properties);
  if (names.length === 0 && typeof one['additionalProperties'] === 'object') {
    const key = one['propertyNames']
      ? valid(one['propertyNames'])
      : fc.string({ minLength: 1, maxLength: 10 });
    return fc.dictionary(key as fc.Arbitrary<string>, valid(one['additionalProperties'] as Schema), {
      maxKeys: 3,
    });
  }
  const fields = Object.fromEntries(names.map((name) => [name, valid(properties[name] ?? {})]));
  return fc.record(fields, { requiredKeys: required });
}

/** What a body breaks when one thing about it is changed. */
const mutations: readonly ((body: any) => unknown)[] = [
  (body) => ({ ...body, unknownField: 1 }),
  (body) => [body],
  (body) => JSON.stringify(body),
  ...[
    'title',
    'body',
    'ids',
    'upTo',
    'level',
    'users',
    'type',
    'to',
    'inbox',
    'blocked',
    'activity',
    'topics',
  ].flatMap((name) => [
    (body: any) => (name in body ? { ...body, [name]: 7 } : undefined),
    (body: any) => (name in body ? { ...body, [name]: {} } : undefined),
    (body: any) => (name in body ? { ...body, [name]: '' } : undefined),
    (body: any) => (Array.isArray(body[name]) ? { ...body, [name]: [null] } : undefined),
  ]),
];

const withBody = operations.filter(({ body }) => body !== undefined && body !== 'Nothing');
const runs = { numRuns: 25, seed };

/** What no schema says: rules between fields, and ids that must be of something. */
function isBeyondSchema({ id }: Operation, body: any): boolean {
  const draft = id === 'explain' ? body.activity : body;
  if (id === 'publish' || id === 'explain') {
    const hasPeople = (draft.to?.length ?? 0) > 0 || (draft.topics?.length ?? 0) > 0;
    const isLate = draft.expiresAt != null && draft.expiresAt <= (draft.at ?? new Date().toISOString());
    return !hasPeople || isLate || draft.type === 'NEW_COMMENT_ON_REPORT' || !isUrl(draft.url);
  }
  if (id.startsWith('changeActivity')) return Object.keys(body).length === 0 || !isUrl(body.url);
  if (id === 'changeReport') return Object.keys(body).length === 0;
  // Either of the two; and a cursor is of this very log.
  return id === 'readMany'
    ? body.ids === undefined || body.upTo !== undefined
    : id === 'seeMany' || body.asOf !== undefined;
}

function isUrl(url: string | null | undefined): boolean {
  return url == null || /^\/[a-z]*$/.test(url);
}

test(`what the document allows is never refused as wrong, and what it does not allow is refused (seed ${seed})`, async () => {
  const server = await startServer({
    environment: { PUBLISH_TOKENS: `shop:${publisher}`, PUBLISHES_PER_MINUTE: '1000000' },
  });
  const { json: report } = await server.ask('ann', 'POST', '/reports', { title: 'Reading list' });
  const { json: comment } = await server.ask('ann', 'POST', `/reports/${report.id}/comments`, { body: 'Hi' });
  const names: Readonly<Record<string, string>> = {
    reportId: report.id,
    commentId: comment.id,
    topic: 'team:ops',
    activityId: comment.id,
    notificationId: comment.id,
  };
  const user = await server.token('ann');
  const send = ({ method, path, access }: Operation, body: unknown) =>
    ask(
      server.url + path.replaceAll(/\{(\w+)\}/g, (_, name: string) => names[name] ?? 'x'),
      method.toUpperCase(),
      body,
      { authorization: `Bearer ${access === 'user' ? user : publisher}` },
    );
  for (const operation of withBody) {
    const name = operation.body ?? '';
    const validate = ajv.compile({ $ref: `carillon#/components/schemas/${name}` });
    const bodies = valid({ $ref: `#/components/schemas/${name}` }).filter(
      (body) => !isBeyondSchema(operation, body),
    );
    if (operation.id === 'seeMany') continue; // Its cursor is of this very log: the examples have one.
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        expect(validate(body), JSON.stringify(validate.errors)).toBe(true);
        const { status, json } = await send(operation, JSON.stringify(body));
        expect([operation.id, status, json], JSON.stringify(body)).not.toEqual([operation.id, 400, json]);
      }),
      runs,
    );
    await fc.assert(
      fc.asyncProperty(bodies, fc.constantFrom(...mutations), async (body, mutate) => {
        const mutant = mutate(body);
        fc.pre(mutant !== undefined && !validate(mutant));
        const { status } = await send(operation, JSON.stringify(mutant));
        expect([operation.id, status >= 400 && status < 500], JSON.stringify(mutant)).toEqual([
          operation.id,
          true,
        ]);
      }),
      runs,
    );
  }
});
