import type { Request } from 'express';
import { isForwarded } from './forwarded.ts';

/**
 * Whether a program on this machine asks, for this machine. Behind a proxy on this machine everybody comes from
 * loopback, so what a proxy adds says that it is not. And a browser here asks for a page from elsewhere whose name was
 * turned to our address (DNS rebinding): then `Host` holds that name.
 */
export function isFromLoopback(req: Request): boolean {
  return (
    isLoopback(req.socket.remoteAddress ?? '') && isLoopbackName(req.headers.host ?? '') && !isForwarded(req)
  );
}

function isLoopback(address: string): boolean {
  return /^(?:127\.|::1$|::ffff:127\.)/.test(address);
}

/** `localhost` and what ends with it are always this machine (RFC 6761, section 6.3). */
function isLoopbackName(host: string): boolean {
  const name = URL.parse(`http://${host}`)?.hostname ?? '';
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(?:\.\d+){3}$/.test(name)
  );
}
