import { connect, type Socket } from 'node:net';
import { createParser } from 'eventsource-parser';
import { expect, onTestFinished } from 'vitest';
import { faultsOfFrame } from './conformance.ts';
import { until } from './wait.ts';

/** One event as it stood on the wire; `data` is parsed. */
export interface WireEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: any;
}

/** A client of the stream on a bare socket, which sees every byte. */
export interface RawStream {
  readonly socket: Socket;
  /** Everything that has arrived so far. */
  readonly text: string;
  /** The response's head, once it is there. */
  readonly head: string;
  readonly events: readonly WireEvent[];
  /** The `retry:` fields so far, in milliseconds. */
  readonly retries: readonly number[];
  readonly ended: boolean;
  /** Waits for the first event of this name (`nth`: 1), or for a later one. */
  waitFor(event: string, nth?: number): Promise<WireEvent>;
  waitForEnd(): Promise<void>;
}

export interface RawStreamOptions {
  readonly token?: string;
  readonly lastEventId?: string;
  /** Appended to the path, such as `?lastEventId=…`. */
  readonly query?: string;
  readonly headers?: readonly string[];
  readonly method?: string;
}

/** Opens a stream on a bare socket, which is cut with the test. */
export function openRawStream(url: string, options: RawStreamOptions = {}): RawStream {
  const { hostname, port, host } = new URL(url);
  const { token, lastEventId, query = '', headers = [], method = 'GET' } = options;
  const socket = connect(Number(port), hostname);
  const request = [
    `${method} /notifications/stream${query} HTTP/1.1`,
    `Host: ${host}`,
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    ...(lastEventId === undefined ? [] : [`Last-Event-ID: ${lastEventId}`]),
    ...headers,
  ];
  socket.write(`${request.join('\r\n')}\r\n\r\n`);
  onTestFinished(() => void socket.destroy());
  return readRawStream(socket);
}

/** Follows the answer that comes on `socket`. */
export function readRawStream(socket: Socket): RawStream {
  const events: WireEvent[] = [];
  const retries: number[] = [];
  /** What was not as /openapi.json says. */
  const faults: string[] = [];
  onTestFinished(() => expect(faults).toEqual([]));
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      const parsed: unknown = JSON.parse(data);
      events.push({ id, event, data: parsed });
      faults.push(...faultsOfFrame(event ?? '', id, parsed));
    },
    onRetry: (retry) => retries.push(retry),
  });
  const decoder = new TextDecoder();
  let text = '';
  let head = '';
  let ended = false;
  socket.on('data', (bytes: Buffer) => {
    const part = decoder.decode(bytes, { stream: true });
    text += part;
    if (head !== '') {
      parser.feed(part);
      return;
    }
    const end = text.indexOf('\r\n\r\n');
    if (end === -1) return;
    head = text.slice(0, end);
    parser.feed(text.slice(end + 4));
  });
  socket.on('error', () => (ended = true));
  socket.on('close', () => (ended = true));
  return {
    socket,
    events,
    retries,
    get text() {
      return text;
    },
    get head() {
      return head;
    },
    get ended() {
      return ended;
    },
    waitFor: async (name, nth = 1) => {
      const found = () => events.filter(({ event }) => event === name)[nth - 1];
      const what = () => `event ${name} (${nth}) among ${JSON.stringify(events).slice(0, 500)}`;
      await until(what, () => found() !== undefined || ended);
      const event = found();
      if (event === undefined)
        throw new Error(`The stream ended without ${name} (${nth}): ${text.slice(0, 2000)}`);
      return event;
    },
    waitForEnd: () => until('the end of the stream', () => ended),
  };
}
