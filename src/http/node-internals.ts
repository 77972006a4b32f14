import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/*
 * Everything in Carillon that relies on how Node's HTTP server works inside, and not only on its documentation.
 * Checked on Node 22.18, 24, and 26.10. `test/http/node-internals.test.ts` fails on a Node that works otherwise.
 */

/** A socket as `lib/_http_server.js` has it: with the parser that reads requests from it. */
interface ServerSocket extends Socket {
  parser?: { onIncoming?: ((req: IncomingMessage, keepAlive: boolean) => number) | null } | null;
}

/** What `onIncoming` returns to end the parser's work on what has arrived: to llhttp this is an upgrade. */
const stopParsing = 2;

/**
 * Tells HTTP that it is done with a response whose connection goes on as something else. HTTP and everything that waits
 * for the end of the request release what they hold: half of what an idle stream would cost.
 */
export function releaseConnection(response: ServerResponse): void {
  response.emit('finish');
}

/**
 * Keeps a socket paused while `isHeld` says so. HTTP resumes a socket by itself, for example after each request that it
 * has parsed; that is undone here.
 */
export function keepPaused(socket: Socket, isHeld: () => boolean): void {
  socket.on('resume', () => {
    if (!isHeld()) return;
    // Paused between the call of `resume` and its event: then it reads although it is paused.
    if (socket.isPaused()) socket.emit('pause');
    else socket.pause();
  });
}

/**
 * Makes HTTP parse no further request that has arrived on `socket` once `isFull` says so. What stands behind that is
 * lost, so the connection must end with what was parsed before. Without this a client makes HTTP parse thousands of
 * requests at once, because they arrive in pieces of 64 KiB.
 */
export function limitParsing(socket: Socket, isFull: () => boolean): void {
  const { parser } = socket as ServerSocket;
  const onIncoming = parser?.onIncoming;
  if (!parser || !onIncoming) return;
  parser.onIncoming = (req, keepAlive) => (isFull() ? stopParsing : onIncoming(req, keepAlive));
}

/**
 * Lets `end` end the connection after the last answer on it. HTTP would close the socket at once, and a client that is
 * still sending then gets a reset, perhaps before it has read the answer (RFC 9112, section 9.6).
 * @returns what leaves the end to HTTP again
 */
export function replaceLastClose(socket: Socket, end: () => void): () => void {
  socket.destroySoon = end;
  return () => Reflect.deleteProperty(socket, 'destroySoon');
}
