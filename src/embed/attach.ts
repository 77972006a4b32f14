import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Connections } from '../http/connections.ts';
import { Pipeline } from '../http/pipeline.ts';
import { keepStreams } from '../http/server.ts';

/** A server that the protections were given to already. */
const attached = new WeakSet<Server>();

/**
 * Gives the protections of streams to an application's own server. Node does not know that a connection has become a
 * stream: it would write the answer to a further request into it, and take it for idle when the server closes. Time
 * limits stay as the application set them.
 */
export function attachTo(server: Server, connections: Connections): void {
  if (attached.has(server)) return;
  attached.add(server);
  const pipeline = new Pipeline(connections);
  for (const event of ['request', 'checkContinue'] as const) {
    const listeners = server.listeners(event) as RequestListener[];
    if (listeners.length === 0) continue;
    server.removeAllListeners(event);
    const handle = pipeline.inTurn((req, res) => {
      for (const listener of listeners) listener.call(server, req, res);
    });
    server.on(event, handle);
  }
  keepStreams(server, connections);
  const others = server.listeners('clientError') as ((error: Error, socket: Socket) => void)[];
  server.removeAllListeners('clientError');
  server.on('clientError', (error: Error, socket: Socket) => {
    if (connections.isStream(socket)) socket.destroy();
    else if (others.length > 0) for (const listener of others) listener.call(server, error, socket);
    // What Node does where nobody listens.
    else if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
}
