import { Socket } from 'node:net';
import type { Response } from 'express';
import { type GoodbyeReason, goodbyeFrame, retryDelay } from '../stream/frames.ts';
import { encodeHead } from '../stream/sse.ts';
import type { Sink } from '../stream/stream.ts';
import type { Connections } from './connections.ts';

const headers = {
  'content-type': 'text/event-stream',
  // no-transform: a compressing proxy would hold events back.
  'cache-control': 'no-cache, no-store, no-transform',
  'x-accel-buffering': 'no',
};

/**
 * How long a client may take to read a stream's end before its socket is cut. Shorter than what a server that stops waits
 * for running requests: until then it keeps idle connections open.
 */
const lingerMs = 2_000;

/** Answers `HEAD`: the headers of a stream and its end. */
export function answerHead(res: Response): void {
  res.writeHead(200, headers).end();
}

/**
 * Answers with a stream that ends at once. Status 200, because with any other a browser's EventSource gives up for
 * good, and `retry`, because it would come back too soon.
 */
export function refuseStream(res: Response, reason: GoodbyeReason): void {
  res.shouldKeepAlive = false;
  res.writeHead(200, headers).end(goodbyeFrame(reason, retryDelay(reason)));
}

/** Whether the client has gone before it was answered: its `close` event is over, and nothing would end a stream. */
export function isGone(res: Response): boolean {
  // Over HTTP/2 a request that is over has none, not even null.
  const socket = res.socket as Socket | null | undefined;
  return res.destroyed || socket === undefined || socket?.destroyed === true;
}

/** A stream that has begun: where its bytes go, and what emits `drain` and `close`. */
export interface Begun {
  readonly sink: Sink;
  readonly connection: Socket | Response;
}

/** Answers with a stream, which is ready to be written to. */
export function beginStream(res: Response, connections: Connections): Begun {
  const socket = rawSocketOf(res);
  if (socket !== undefined) {
    takeOver(res, socket, connections);
    return { sink: new WritableSink(socket), connection: socket };
  }
  res.writeHead(200, headers);
  res.write(encodeHead(retryDelay()));
  return { sink: new WritableSink(res), connection: res };
}

/** The connection, when it has this answer alone: not over HTTP/2, nor where something stands in for it. */
function rawSocketOf({ socket, req }: Response): Socket | undefined {
  return req.httpVersionMajor === 1 && socket instanceof Socket ? socket : undefined;
}

/**
 * The bytes go to the socket as they are: without a length and without chunks, the end of the connection is the end of
 * the body (RFC 9112, section 6.3), which is what an event stream's end is anyway. Chunking would cost more than half of
 * the throughput, and every frame bytes of its own. The head goes the same way, because HTTP would want to end what it began.
 */
function takeOver(res: Response, socket: Socket, connections: Connections): void {
  socket.setKeepAlive(true, 30_000);
  const all = { ...res.getHeaders(), ...headers, date: new Date().toUTCString(), connection: 'close' };
  const fields = Object.entries(all).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  socket.write(`HTTP/1.1 200 OK\r\n${fields.join('')}\r\n${encodeHead(retryDelay())}`);
  connections.becomeStream(socket, res);
}

/** Over a connection of its own; or over a response that shares one, which is slower, and good everywhere. */
class WritableSink implements Sink {
  readonly #out: Socket | Response;

  constructor(out: Socket | Response) {
    this.#out = out;
  }

  get bufferedBytes(): number {
    return this.#out.writableLength;
  }

  write(bytes: Buffer): boolean {
    return this.#out.write(bytes);
  }

  end(last: string): void {
    this.#out.end(last);
    this.#out.setTimeout(lingerMs, () => this.#out.destroy());
  }
}
