import type { IncomingMessage, ServerResponse } from 'node:http';
import { maxBodyBytes } from './input.ts';
import { keepPaused, replaceLastClose } from './node-internals.ts';

/** How long a client may take to read the answer before its connection is cut. */
const lingerMs = 1_000;

/**
 * Ends the connection after the answer, unless the whole body has been read by then, if that body is longer than any
 * that a route reads. HTTP would read it to its end, or for 30 s.
 */
export function closeOnUnreadBody(req: IncomingMessage, res: ServerResponse): void {
  if (!mayBeLong(req)) return;
  const { socket } = req;
  const { shouldKeepAlive } = res;
  res.shouldKeepAlive = false;
  const restore = replaceLastClose(socket, () => {
    keepPaused(socket, () => true);
    socket.pause();
    socket.end();
    setTimeout(() => socket.destroy(), lingerMs).unref();
  });
  req.once('end', () => {
    restore();
    res.shouldKeepAlive = shouldKeepAlive;
  });
}

/** The length of a body in chunks is not known. */
function mayBeLong({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > maxBodyBytes;
}
