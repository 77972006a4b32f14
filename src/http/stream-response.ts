import type { Socket } from 'node:net';
import type { Response } from 'express';
import { type GoodbyeReason, goodbyeFrame, retryDelay } from '../stream/frames.ts';
import { encodeHead } from '../stream/sse.ts';
import type { Sink } from '../stream/stream.ts';

const headers = {
  'Content-Type': 'text/event-stream',
  // no-transform: a compressing proxy would hold events back.
  'Cache-Control': 'no-cache, no-store, no-transform',
  'X-Accel-Buffering': 'no',
};

/** How long a client may take to read a stream's end before its socket is cut. */
const lingerMs = 5_000;

const streaming = new WeakSet<Socket>();

/** Whether a stream runs on `socket`; then no answer to anything else may be written to it. */
export function isStreaming(socket: Socket): boolean {
  return streaming.has(socket);
}

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
 * the throughput, and every frame bytes of its own.
 */
export function beginStream(res: Response, socket: Socket): Sink {
  streaming.add(socket);
  socket.setKeepAlive(true, 30_000);
  socket.cork();
  res.removeHeader('Transfer-Encoding');
  res.writeHead(200, { ...headers, Connection: 'close' }).flushHeaders();
  socket.write(encodeHead(retryDelay()));
  socket.uncork();
  return {
    write: (bytes) => socket.write(bytes),
    end: (last) => {
      socket.end(last);
      socket.setTimeout(lingerMs, () => socket.destroy());
    },
    get bufferedBytes() {
      return socket.writableLength;
    },
  };
}
