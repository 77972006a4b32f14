import { once } from 'node:events';
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createParser } from 'eventsource-parser';
import { onTestFinished } from 'vitest';
import type { WireEvent } from '../support/raw-stream.ts';
import { until } from '../support/wait.ts';

/** One HTTP/2 connection, as a browser has it with all of its tabs. */
export interface Http2Connection {
  readonly session: ClientHttp2Session;
  readonly isHttp2: boolean;
  ask(path: string, options: Asking): Promise<Http2Answer>;
  /** Opens a stream; resolves with its response's head. */
  openStream(options: Asking): Promise<Http2Stream>;
}

export interface Asking {
  readonly token: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** With one of these, it is a POST: of this as JSON, or of JSON as it is. */
  readonly body?: unknown;
  readonly text?: string;
}

export interface Http2Answer {
  readonly headers: IncomingHttpHeaders;
  readonly status: number;
  readonly text: string;
}

export interface Http2Stream {
  readonly headers: IncomingHttpHeaders;
  readonly events: readonly WireEvent[];
  readonly hasEnded: boolean;
  waitFor(event: string, nth?: number): Promise<WireEvent>;
  close(): void;
}

/** Connects, from `localAddress` if one is given; the connection ends with the test. */
export async function connectHttp2(url: string, localAddress?: string): Promise<Http2Connection> {
  const { hostname, port } = new URL(url);
  const plain = connectTcp({ host: '127.0.0.1', port: Number(port), localAddress });
  const socket = connectTls({ socket: plain, servername: hostname, ALPNProtocols: ['h2', 'http/1.1'] });
  const session = connect(url, { createConnection: () => socket });
  onTestFinished(() => session.destroy());
  session.on('error', () => undefined);
  await once(session, 'connect');
  const headersFor = (path: string, method: string, { token, headers }: Asking) => ({
    ':path': path,
    ':method': method,
    authorization: `Bearer ${token}`,
    ...headers,
  });
  return {
    session,
    isHttp2: socket.alpnProtocol === 'h2',
    async ask(path, asking) {
      const sent = asking.text ?? (asking.body === undefined ? undefined : JSON.stringify(asking.body));
      const method = sent === undefined ? 'GET' : 'POST';
      const type = sent === undefined ? {} : { 'content-type': 'application/json' };
      const request = session.request({ ...headersFor(path, method, asking), ...type });
      request.end(sent);
      const [headers] = (await once(request, 'response')) as [IncomingHttpHeaders];
      let text = '';
      for await (const part of request.setEncoding('utf8')) text += part as string;
      return { headers, status: Number(headers[':status']), text };
    },
    async openStream(asking) {
      const request = session.request(headersFor('/notifications/stream', 'GET', asking));
      const events: WireEvent[] = [];
      const parser = createParser({
        onEvent: ({ id, event, data }) => events.push({ id, event, data: JSON.parse(data) as unknown }),
      });
      let hasEnded = false;
      request.on('error', () => undefined).on('close', () => (hasEnded = true));
      const [headers] = (await once(request, 'response')) as [IncomingHttpHeaders];
      request.setEncoding('utf8').on('data', (part: string) => parser.feed(part));
      return {
        headers,
        events,
        get hasEnded() {
          return hasEnded;
        },
        async waitFor(name, nth = 1) {
          const found = () => events.filter(({ event }) => event === name)[nth - 1];
          await until(`event ${name} (${nth})`, () => found() !== undefined);
          const event = found();
          if (event === undefined) throw new Error('It was waited for, and is not there.');
          return event;
        },
        close: () => request.close(),
      };
    },
  };
}
