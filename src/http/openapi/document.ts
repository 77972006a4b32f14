import { z } from 'zod';
import type { ErrorCode } from '../../domain/errors.ts';
import { statusOf } from '../problem.ts';
import { type FrameKind, frames } from './frames.ts';
import { type Access, type Operation, operations } from './operations.ts';
import { parameters, responseHeaders } from './parameters.ts';
import { inputs, outputs } from './schemas.ts';

/** A document of OpenAPI, as JSON. */
export type OpenApi = Readonly<Record<string, unknown>>;

const security: Readonly<Record<Access, readonly object[]>> = {
  user: [{ bearer: [] }, { cookie: [] }],
  stream: [{ bearer: [] }, { cookie: [] }, { ticket: [] }],
  publisher: [{ publisher: [] }],
  reader: [{ publisher: [] }, { operator: [] }],
  operator: [{ operator: [] }],
  everybody: [],
};

/** The HTTP contract, OpenAPI 3.2.0. Made from the schemas that check the requests. @param version of OpenAPI */
export function openApi(version: '3.2.0' | '3.1.1' = '3.2.0'): OpenApi {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    paths[operation.path] = {
      ...(paths[operation.path] ?? { parameters: pathParameters(operation.path) }),
      [operation.method]: operationOf(operation, version),
    };
  }
  return {
    openapi: version,
    info: {
      title: 'Carillon',
      version: '0.1.0',
      summary: 'A self-hosted notification server.',
      description: 'Times are RFC 3339 in UTC. A body with an unknown field is refused. Errors are RFC 9457.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { ...schemasOf(inputs, 'input'), ...schemasOf(outputs, 'output') },
      responses: Object.fromEntries(
        Array.from(allCodes, ([status, codes]) => [`Problem${status}`, problemAnswer(status, codes)]),
      ),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: "A user's token." },
        cookie: { type: 'apiKey', in: 'cookie', name: 'carillon_session', description: 'Made by `signIn`.' },
        ticket: { type: 'apiKey', in: 'query', name: 'ticket', description: 'Made by `makeTicket`.' },
        publisher: { type: 'http', scheme: 'bearer', description: 'One of `PUBLISH_TOKENS`.' },
        operator: { type: 'http', scheme: 'bearer', description: 'The `OPERATOR_TOKEN`.' },
      },
    },
  };
}

function operationOf(operation: Operation, version: string): object {
  const { id, summary, access, body, isBodyOptional, query = [], headers = [], answers } = operation;
  const [tag = ''] = operation.path.split('/').filter(Boolean);
  const example = operation.example?.body;
  return {
    operationId: id,
    tags: [tag.replace(/\.json$/, '')],
    summary,
    security: security[access],
    parameters: [...query, ...headers].map((name) => parameters[name]),
    ...(body && {
      requestBody: {
        required: isBodyOptional !== true,
        content: {
          'application/json': {
            schema: ref(body),
            ...(example && { examples: { one: { value: example } } }),
          },
        },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, name]) => [status, answerOf(operation, name, version)]),
      ),
      ...problemsOf(operation),
    },
  };
}

function answerOf(operation: Operation, name: string | undefined, version: string): object {
  const { type, answerHeaders = [], access } = operation;
  const names = access === 'user' ? ['Carillon-User', ...answerHeaders] : answerHeaders;
  const headers = Object.fromEntries(names.map((one) => [one, responseHeaders[one]]));
  const stream =
    version === '3.2.0' ? { itemSchema: { oneOf: frames.map(frameSchema) } } : { schema: { type: 'string' } };
  const content =
    type === 'text/event-stream'
      ? { [type]: stream }
      : type !== undefined
        ? { [type]: { schema: type === 'application/json' ? { type: 'object' } : { type: 'string' } } }
        : name !== undefined && { 'application/json': { schema: ref(name) } };
  return { description: operation.summary, headers, ...(content && { content }) };
}

/** An event of the stream as OpenAPI 3.2 sees it: its fields as strings, its data as JSON inside of one. */
function frameSchema({ event, data, hasId, summary }: FrameKind): object {
  return {
    type: 'object',
    description: summary,
    required: ['event', 'data', ...(hasId ? ['id'] : [])],
    properties: {
      event: { const: event },
      ...(hasId && { id: { type: 'string', pattern: '^[0-9a-z]{8}\\.(0|[1-9][0-9]{0,14})$' } }),
      data: { type: 'string', contentMediaType: 'application/json', contentSchema: ref(data) },
    },
  };
}

const always: readonly ErrorCode[] = [
  'internal',
  'unavailable',
  'request_timeout',
  'headers_too_large',
  'expectation_failed',
];
const ofBody: readonly ErrorCode[] = ['payload_too_large', 'unsupported_media_type', 'storage_full'];

/** The codes of the problems that an operation may answer with. */
export function codesOf({ access, method, problems = [] }: Operation): ReadonlySet<ErrorCode> {
  const isAuthenticated = access !== 'everybody';
  const changes = method !== 'get';
  return new Set<ErrorCode>([
    'invalid_input',
    ...always,
    ...(isAuthenticated ? (['unauthenticated', 'forbidden', 'rate_limited'] as const) : []),
    ...(changes ? ofBody : []),
    // Without an operator token there are no such routes.
    ...(access === 'operator' ? (['not_found'] as const) : []),
    ...problems,
  ]);
}

function problemsOf(operation: Operation): Record<string, object> {
  return Object.fromEntries(
    Array.from(byStatus(codesOf(operation)), ([status, codes]) => {
      // Where an operation answers with only some of the codes of a status, it says which.
      const isWhole = codes.length === allCodes.get(status)?.length;
      return [
        status,
        isWhole ? { $ref: `#/components/responses/Problem${status}` } : problemAnswer(status, codes),
      ];
    }),
  );
}

function problemAnswer(status: number, codes: readonly ErrorCode[]): object {
  const schema = { properties: { status: { const: status }, code: { enum: codes } } };
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    headers: {
      ...(status === 401 && { 'WWW-Authenticate': responseHeaders['WWW-Authenticate'] }),
      ...(status === 429 && { 'Retry-After': responseHeaders['Retry-After'] }),
    },
    content: { 'application/problem+json': { schema: { allOf: [ref('Problem'), schema] } } },
  };
}

function byStatus(codes: Iterable<ErrorCode>): ReadonlyMap<number, readonly ErrorCode[]> {
  return Map.groupBy(codes, (code) => statusOf[code]);
}

const allCodes = byStatus(new Set(operations.flatMap((operation) => [...codesOf(operation)])));

function pathParameters(path: string): readonly object[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function ref(name: string): object {
  return { $ref: `#/components/schemas/${name}` };
}

/** The schemas by their names, which refer to each other. */
function schemasOf(
  schemas: Readonly<Record<string, z.ZodType>>,
  io: 'input' | 'output',
): Record<string, object> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const { schemas: made } = z.toJSONSchema(registry, {
    io,
    unrepresentable: 'any',
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => {
      // Generators take a field with a default for one that must be sent.
      delete jsonSchema.default;
    },
  });
  const all = Object.entries(made as Readonly<Record<string, z.core.JSONSchema.BaseSchema>>);
  const named = all
    .filter(([id]) => id !== '__shared')
    .map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]);
  // What refers to itself (any JSON) has no name of its own in there, and generators do not get along with it.
  if (all.length > named.length) named.push(['Json', { description: 'Any JSON.' }]);
  const text = JSON.stringify(Object.fromEntries(named)).replaceAll('__shared#/$defs/schema0', 'Json');
  return JSON.parse(text) as Record<string, object>;
}
