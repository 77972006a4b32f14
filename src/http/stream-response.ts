import type { Socket } from 'node:net';
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
  res.writeHead(200, { ...headers, Connection: 'close' }).end(goodbyeFrame(reason, retryDelay(reason)));
}

/**
 * Answers with a stream, which is ready to be written to.
 *
 * Its bytes go to the socket as they are: without a length and without chunks, the end of the connection is the end of
 * the body (RFC 9112, section 6.3), which is what an event stream's end is anyway. Chunking would cost more than half of
 * the throughput, and every frame bytes of its own. The head goes the same way, because HTTP would want to end what it began.
 */
export function beginStream(res: Response, socket: Socket, connections: Connections): Sink {
  socket.setKeepAlive(true, 30_000);
  const all = { ...res.getHeaders(), ...headers, date: new Date().toUTCString(), connection: 'close' };
  const fields = Object.entries(all).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  socket.write(`HTTP/1.1 200 OK\r\n${fields.join('')}\r\n${encodeHead(retryDelay())}`);
  connections.becomeStream(socket, res);
  return new SocketSink(socket);
}

class SocketSink implements Sink {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  write(bytes: Buffer): boolean {
    return this.#socket.write(bytes);
  }

  end(last: string): void {
    this.#socket.end(last);
    this.#socket.setTimeout(lingerMs, () => this.#socket.destroy());
  }
}
