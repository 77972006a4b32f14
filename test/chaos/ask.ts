import { type Agent, request } from 'node:http';

export interface Question {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Goes out as JSON. */
  readonly body?: unknown;
  /** Whose connections are used; one of its own unless given. */
  readonly agent?: Agent;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The text, parsed. */
  readonly json: any;
}

/** For every answer; a server that was stopped, or a black hole, never gives one. */
const limitMs = 5_000;

/** Asks once. Rejects when there is no whole answer in time: whatever was asked may have been done. */
export async function ask(url: string, question: Question = {}): Promise<Answer> {
  const { method = 'GET', token, headers = {}, body, agent } = question;
  const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method,
      agent: agent ?? false,
      signal: AbortSignal.timeout(limitMs),
      headers: {
        // A connection that is kept for the next question looks like one that was forgotten.
        ...(agent === undefined && { connection: 'close' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(sent !== undefined && { 'content-type': 'application/json', 'content-length': sent.length }),
        ...headers,
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const text = Buffer.concat(parts).toString();
        resolve({ status: incoming.statusCode ?? 0, text, json: parsed(text) });
      });
    });
    outgoing.end(sent);
  });
}

function parsed(text: string): any {
  return text.startsWith('{') ? JSON.parse(text) : undefined;
}
