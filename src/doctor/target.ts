import { type ClientRequest, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestEncrypted } from 'node:https';
import { connect } from 'node:tls';
import { createParser } from '../client/parser.ts';
import { NotExaminable } from './finding.ts';

/** The address that is examined: each request has a connection of its own, and none goes anywhere else. */
export interface Patient {
  /** Where Carillon is, without a slash at its end. */
  readonly url: URL;
  readonly token: string;
  readonly ask: (path: string, asking?: Asking) => Promise<Answer>;
  /** Opens a stream. Resolves with its head, or with undefined when none came in time. */
  readonly openStream: (headers?: Readonly<Record<string, string>>) => Promise<OpenedStream | undefined>;
  /** What the server speaks that is at this address, such as `h2`; false when it did not say. */
  readonly protocol: () => Promise<string | false>;
}

export interface Asking {
  readonly method?: string;
  /** In place of the bearer token; null for none. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** The fields of the body, when it is a JSON object. */
  readonly json: Fields;
}

export interface HeardFrame {
  readonly event: string;
  readonly data: Fields;
  /** Unix milliseconds. */
  readonly at: number;
}

export interface OpenedStream extends Pick<Answer, 'status' | 'headers'> {
  /** What has come so far. */
  readonly frames: readonly HeardFrame[];
  readonly hasEnded: boolean;
  /** Waits for a frame. @returns undefined when the stream ends before, or the time is over */
  waitFor(isMeant: (frame: HeardFrame) => boolean, limitMs: number): Promise<HeardFrame | undefined>;
  close(): void;
}

/** What a server may take to answer, in milliseconds. */
const answerMs = 10_000;
/** After this time a stream that was opened has said something; on a good line it does at once. */
export const promptMs = 4_000;

export function patientAt(url: URL, token: string): Patient {
  const base = url.href.replace(/\/$/, '');
  const send = (path: string, { method = 'GET', token: own = token, headers = {}, body }: Asking) => {
    const request = url.protocol === 'https:' ? requestEncrypted : requestPlain;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent = request(`${base}${path}`, {
      method,
      agent: false,
      headers: {
        ...(own !== null && { authorization: `Bearer ${own}` }),
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    sent.end(text);
    return sent;
  };

  return {
    url,
    token,
    ask: async (path, asking = {}) => {
      const sent = send(path, asking);
      sent.setTimeout(answerMs, () => sent.destroy(new Error(`no answer within ${answerMs / 1000} s`)));
      return answerOf(await responseTo(sent));
    },
    openStream: async (headers = {}) => {
      const sent = send('/notifications/stream', { headers: { accept: 'text/event-stream', ...headers } });
      const late = setTimeout(() => sent.destroy(), promptMs);
      try {
        return heard(sent, await responseTo(sent));
      } catch (error) {
        if (sent.destroyed) return undefined;
        throw error;
      } finally {
        clearTimeout(late);
      }
    },
    protocol: () =>
      new Promise((resolve) => {
        const port = Number(url.port === '' ? 443 : url.port);
        const options = { host: url.hostname, port, servername: url.hostname };
        const socket = connect({ ...options, ALPNProtocols: ['h2', 'http/1.1'] });
        const settle = (answer: string | false) => {
          socket.destroy();
          resolve(answer);
        };
        socket.setTimeout(answerMs, () => settle(false));
        socket.once('error', () => settle(false));
        socket.once('secureConnect', () => settle(socket.alpnProtocol ?? false));
      }),
  };
}

function responseTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    // After the response, too: a connection that breaks then is seen by whoever reads it.
    sent.on('error', reject);
  });
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  let text = '';
  response.setEncoding('utf8');
  for await (const piece of response) text += String(piece);
  return { status: response.statusCode ?? 0, headers: headersOf(response), text, json: fieldsOf(text) };
}

function fieldsOf(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : {};
  } catch {
    return {};
  }
}

function headersOf({ headers }: IncomingMessage): Answer['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function heard(sent: ClientRequest, response: IncomingMessage): OpenedStream {
  const parse = createParser();
  const frames: HeardFrame[] = [];
  const waiting = new Set<() => void>();
  let hasEnded = false;
  const wake = () => waiting.forEach((look) => look());
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    for (const { event, data } of parse(text).frames) {
      frames.push({ event, data: fieldsOf(data), at: Date.now() });
    }
    wake();
  });
  const end = () => {
    hasEnded = true;
    wake();
  };
  response.on('close', end).on('error', end);

  return {
    status: response.statusCode ?? 0,
    headers: headersOf(response),
    frames,
    get hasEnded() {
      return hasEnded;
    },
    waitFor: (isMeant, limitMs) =>
      new Promise((resolve) => {
        const settle = (frame: HeardFrame | undefined) => {
          waiting.delete(look);
          clearTimeout(late);
          resolve(frame);
        };
        const late = setTimeout(() => settle(undefined), limitMs);
        const look = () => {
          const found = frames.find(isMeant);
          if (found !== undefined || hasEnded) settle(found);
        };
        waiting.add(look);
        look();
      }),
    close: () => void sent.destroy(),
  };
}

/** What an answer of Carillon says that is a problem (RFC 9457); undefined when it is none of Carillon's. */
export function problemIn({ headers, json }: Answer): string | undefined {
  const isProblem = headers['content-type']?.startsWith('application/problem+json') === true;
  return isProblem && String(json['instance']).startsWith('urn:uuid:') ? String(json['detail']) : undefined;
}

/** @throws NotExaminable */
export async function orNotExaminable<T>(url: URL, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    const { message, code } = cause as NodeJS.ErrnoException;
    const isCertificate = code !== undefined && /CERT|SIGNATURE|SELF_SIGNED|ERR_TLS/.test(code);
    const hint = isCertificate ? ' A certificate of your own: NODE_EXTRA_CA_CERTS=<its file>.' : '';
    throw new NotExaminable(`${url.href} does not answer: ${message || String(code)}.${hint}`, { cause });
  }
}
