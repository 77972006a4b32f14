import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { openApi } from '../../src/http/openapi/document.ts';
import { frames } from '../../src/http/openapi/frames.ts';
import { operations } from '../../src/http/openapi/operations.ts';

/*
 * Holds every answer and every frame that a test sees against the document that Carillon publishes. What the document does
 * not say must not be answered.
 */

interface Response {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}

const document = openApi();
let ajv: Ajv2020 | undefined;
const validators = new Map<string, ValidateFunction>();

/** What checks a place in the document, made when it is first needed. */
function validatorAt(pointer: string): ValidateFunction {
  if (ajv === undefined) {
    ajv = new Ajv2020({ strict: false, allErrors: true });
    formats.default(ajv);
    ajv.addSchema({ $id: 'carillon', ...document });
  }
  const known = validators.get(pointer) ?? ajv.compile({ $ref: `carillon#${pointer}` });
  validators.set(pointer, known);
  return known;
}

const matchers = operations.map((operation) => ({
  operation,
  pattern: new RegExp(`^${operation.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  isExact: !operation.path.includes('{'),
}));

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/**
 * @param path without the query.
 * @returns what the document says that is not so; empty when all is well, or the path is none of the contract
 */
export function faultsOfAnswer(
  method: string,
  path: string,
  status: number,
  headers: Headers,
  json: unknown,
): string[] {
  const lower = method === 'HEAD' ? 'get' : method.toLowerCase();
  const fitting = matchers.filter(
    ({ operation, pattern }) => operation.method === lower && pattern.test(path),
  );
  const { operation } = fitting.find(({ isExact }) => isExact) ?? fitting[0] ?? {};
  if (operation === undefined || status === 304) return [];
  const { responses } = (document['paths'] as any)[operation.path][operation.method] as {
    responses: Record<string, Response>;
  };
  const where = `${method} ${path}`;
  const own = responses[status];
  if (own === undefined) return [`${where}: the document knows no ${status}`];
  const [, shared] = /^#\/components\/responses\/(\w+)$/.exec(own.$ref ?? '') ?? [];
  const response: Response = shared === undefined ? own : (document['components'] as any).responses[shared];
  const faults: string[] = [];
  for (const name of Object.keys(response.headers ?? {})) {
    const isOptional = ['Link', 'Idempotent-Replayed', 'Carillon-User', 'Retry-After', 'Location'].includes(
      name,
    );
    if (!isOptional && !headers.has(name)) faults.push(`${where}: ${status} lacks the header ${name}`);
  }
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  const content = response.content ?? {};
  if (method === 'HEAD' || (type === '' && Object.keys(content).length === 0)) return faults;
  if (content[type] === undefined) return [...faults, `${where}: ${status} has the type ${type || 'none'}`];
  if (!type.endsWith('json') || json === undefined) return faults;
  const place =
    shared === undefined
      ? ['paths', operation.path, operation.method, 'responses', String(status)]
      : ['components', 'responses', shared];
  const pointer = [...place, 'content', type, 'schema'];
  const validate = validatorAt(`/${pointer.map(escaped).join('/')}`);
  if (!validate(json)) {
    for (const { instancePath, message } of validate.errors ?? []) {
      faults.push(`${where}: ${status}: ${instancePath} ${message ?? ''}`);
    }
  }
  return faults;
}

/** @returns what the document says of an event of the stream that is not so */
export function faultsOfFrame(event: string, id: string | undefined, data: unknown): string[] {
  const kind = frames.find((one) => one.event === event);
  if (kind === undefined) return [`The document knows no event ${event}.`];
  const faults = kind.hasId === (id !== undefined) ? [] : [`${event}: id ${String(id)}`];
  const validate = validatorAt(`/components/schemas/${kind.data}`);
  if (!validate(data)) {
    for (const { instancePath, message } of validate.errors ?? []) {
      faults.push(`${event}: ${instancePath} ${message ?? ''}`);
    }
  }
  return faults;
}
