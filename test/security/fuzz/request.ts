import type { Random } from '../../support/random.ts';
import { headerNames, headerValues, hostileJson, hostileText, methods, queryNames } from './words.ts';

/** A request before it is written down; one character is one byte. */
interface Draft {
  method: string;
  path: string;
  query: string[];
  version: string;
  headers: [string, string][];
  body: string | undefined;
  lineEnd: string;
  /** How the body's end is told. */
  framing: 'length' | 'chunks' | 'nothing';
}

/** What the requests are about. */
export interface Known {
  readonly tokens: readonly string[];
  readonly ids: readonly string[];
  readonly cursors: readonly string[];
  readonly tickets: readonly string[];
}

const templates: readonly [string, string, string?][] = [
  ...['/', '/healthz', '/readyz', '/metrics', '/carillon-bell.js', '/live-page.js', '/nowhere'].map(
    (path): [string, string] => ['GET', path],
  ),
  ...['/reports', '/reports/:id', '/reports/:id/comments', '/reports/:id/comments/:id'].map(
    (path): [string, string] => ['GET', path],
  ),
  ...['/notifications', '/notifications/counts'].map((path): [string, string] => ['GET', path]),
  // The stream most often: it has a parser of its own for each of its inputs.
  ...Array<[string, string]>(5).fill(['GET', '/notifications/stream']),
  ['POST', '/reports', '{"title":"x","body":"y"}'],
  ['POST', '/reports/:id/comments', '{"body":"x"}'],
  ['POST', '/reports/:id/comments', '{"body":"x","parentId":":id"}'],
  ['POST', '/notifications/read', '{"ids":[":id"]}'],
  ['POST', '/notifications/read', '{"upTo":":cursor"}'],
  ['POST', '/notifications/seen', '{"upTo":":cursor"}'],
  ...['read', 'unread', 'archive', 'unarchive'].map((action): [string, string] => [
    'POST',
    `/notifications/:id/${action}`,
  ]),
  ['POST', '/notifications/stream/tickets'],
  ['POST', '/session'],
  ['DELETE', '/session'],
  ['POST', '/live-page/identities'],
];

/** A request that is nearly valid, as bytes. */
export function makeRequest(random: Random, known: Known): Buffer {
  const draft = validRequest(random, known);
  for (let changes = random.whole(0, 4); changes > 0; changes--)
    random.pick(changesOfDraft)(random, draft, known);
  let text = write(random, draft);
  for (let changes = random.chance(0.2) ? random.whole(1, 4) : 0; changes > 0; changes--) {
    text = random.pick(changesOfText)(random, text);
  }
  if (random.chance(0.1)) text += makeRequest(random, known).toString('latin1');
  return Buffer.from(text, 'latin1');
}

function validRequest(random: Random, known: Known): Draft {
  const [method, path, body] = random.pick(templates);
  const filled = (text: string) =>
    text.replace(/:id/g, () => random.pick(known.ids)).replace(/:cursor/g, () => random.pick(known.cursors));
  const token = random.pick(known.tokens);
  const headers: [string, string][] = [['Host', 'localhost']];
  if (random.chance(0.7)) headers.push(['Authorization', `Bearer ${token}`]);
  else if (random.chance(0.5))
    headers.push(['Cookie', `theme=dark; carillon_session=${token}`], ['Sec-Fetch-Site', 'same-origin']);
  if (body !== undefined) headers.push(['Content-Type', 'application/json']);
  const query: string[] = [];
  if (path.endsWith('/stream')) {
    if (random.chance(0.5)) headers.push(['Last-Event-ID', random.pick(known.cursors)]);
    if (random.chance(0.3)) query.push(`lastEventId=${random.pick(known.cursors)}`);
    if (random.chance(0.3)) query.push(`ticket=${random.pick(known.tickets)}`);
  }
  const framing = random.chance(0.2) ? 'chunks' : 'length';
  return {
    method,
    path: filled(path),
    query,
    version: 'HTTP/1.1',
    headers,
    body: body === undefined ? undefined : filled(body),
    lineEnd: '\r\n',
    framing,
  };
}

type Change = (random: Random, draft: Draft, known: Known) => void;

const changesOfDraft: readonly Change[] = [
  (random, draft) => (draft.method = random.pick(methods)),
  (random, draft) => (draft.path = inserted(random, draft.path, random.pick(hostileText))),
  (random, draft) => (draft.path += `/${random.pick(hostileText)}`),
  (random, draft) =>
    (draft.path = random.pick(['*', 'http://x', 'http://[::1', '//evil.example', 'x', '/', '?', '/%'])),
  (random, draft) => void draft.query.push(`${random.pick(queryNames)}=${random.pick(hostileText)}`),
  (random, draft) => void draft.query.push(`${random.pick(queryNames)}[]=${random.pick(hostileText)}`),
  (random, draft) => void draft.query.push(...draft.query, random.pick(hostileText)),
  (random, draft, { tickets }) => void draft.query.push(`ticket=${random.pick(tickets)}`),
  (random, draft) =>
    (draft.version = random.pick([
      'HTTP/1.0',
      'HTTP/1.2',
      'HTTP/2.0',
      'HTTP/0.9',
      'http/1.1',
      '',
      'RTSP/1.0',
    ])),
  ...Array<Change>(4).fill((random, draft) => {
    const value = random.pick(random.chance(0.5) ? headerValues : hostileText);
    draft.headers.splice(random.whole(0, draft.headers.length), 0, [random.pick(headerNames), value]);
  }),
  (random, draft) => {
    const header = random.pick(draft.headers);
    header[1] = inserted(random, header[1], random.pick(hostileText));
  },
  (random, draft) => void draft.headers.push([...random.pick(draft.headers)]),
  (random, draft) => void draft.headers.splice(random.whole(1, draft.headers.length), 1), // Never the first.
  (random, draft) => {
    for (let i = random.whole(1, 1_500); i > 0; i--) draft.headers.push(['a', 'b']);
  },
  (random, draft) => {
    draft.body = random.pick(hostileJson);
    draft.headers.push(['Content-Type', 'application/json']);
  },
  (random, draft) => (draft.body = inserted(random, draft.body ?? '', random.pick(hostileText))),
  (random, draft) => (draft.framing = random.pick(['length', 'chunks', 'nothing'])),
  (random, draft) => (draft.lineEnd = random.pick(['\n', '\r', '\r\r\n', '\r\n '])),
];

const changesOfText: readonly ((random: Random, text: string) => string)[] = [
  (random, text) => inserted(random, text, random.pick(hostileText)),
  (random, text) => inserted(random, text, String.fromCharCode(random.whole(0, 255))),
  (random, text) => text.slice(0, random.whole(0, text.length)),
  (random, text) => text.slice(random.whole(0, Math.min(20, text.length))),
  (random, text) => {
    const at = random.whole(0, text.length);
    return text.slice(0, at) + text.slice(at + random.whole(1, 30));
  },
  (random, text) => {
    const at = random.whole(0, Math.max(0, text.length - 1));
    return text.slice(0, at) + String.fromCharCode(random.whole(0, 255)) + text.slice(at + 1);
  },
  (random, text) => text + text.slice(random.whole(0, text.length)),
];

function inserted(random: Random, text: string, piece: string): string {
  const at = random.whole(0, text.length);
  return text.slice(0, at) + piece + text.slice(at);
}

function write(random: Random, draft: Draft): string {
  const { method, path, query, version, headers, body, lineEnd, framing } = draft;
  const target = query.length === 0 ? path : `${path}?${query.join('&')}`;
  const all = [...headers];
  if (body !== undefined && framing === 'length') all.push(['Content-Length', String(body.length)]);
  if (body !== undefined && framing === 'chunks') all.push(['Transfer-Encoding', 'chunked']);
  const head = [`${method} ${target} ${version}`, ...all.map(([name, value]) => `${name}: ${value}`)];
  const content = body === undefined ? '' : framing === 'chunks' ? inChunks(random, body) : body;
  return `${head.join(lineEnd)}${lineEnd}${lineEnd}${content}`;
}

function inChunks(random: Random, body: string): string {
  let text = '';
  for (let at = 0; at < body.length;) {
    const size = random.whole(1, 1_000);
    const part = body.slice(at, at + size);
    const extension = random.chance(0.1) ? `;${random.pick(hostileText)}` : '';
    text += `${part.length.toString(16)}${extension}\r\n${part}\r\n`;
    at += size;
  }
  return `${text}0\r\n${random.chance(0.1) ? 'X-Trailer: x\r\n' : ''}\r\n`;
}
