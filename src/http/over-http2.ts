import { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { RequestListener } from 'node:http';
import type { Express } from 'express';

/** What Node's HTTP/1 responses have, and those of HTTP/2 lack. */
class Response extends Http2ServerResponse {
  setHeaders(headers: ReadonlyMap<string, string>): this {
    for (const [name, value] of headers) this.setHeader(name, value);
    return this;
  }
}

/**
 * The same app for requests that come over HTTP/2. Express gives every request and response its own prototypes, which
 * build on those of HTTP/1: without their own getters Node's HTTP/2 requests have neither a method nor a URL.
 */
export function overHttp2(app: Express): RequestListener {
  const derived = Object.create(app, {
    request: { value: rebased(app.request, Http2ServerRequest.prototype) },
    response: { value: rebased(app.response, Response.prototype) },
  }) as { handle: RequestListener };
  return (req, res) => {
    translateHeaders(req as unknown as Http2ServerRequest);
    derived.handle(req, res);
  };
}

/** What Express adds in two steps (`res.json` for all apps, `app` for this one), on top of another prototype. */
function rebased(prototype: object, base: object): object {
  const shared = Object.getPrototypeOf(prototype) as object;
  const onBase = Object.create(base, Object.getOwnPropertyDescriptors(shared)) as object;
  return Object.create(onBase, Object.getOwnPropertyDescriptors(prototype)) as object;
}

/** As a proxy to HTTP/1 does: HTTP/2 has no Host, and says in its frames that a body follows. */
function translateHeaders(req: Http2ServerRequest): void {
  const { headers, stream } = req;
  headers.host ??= headers[':authority'];
  const hasBody = !stream.endAfterHeaders && headers['content-length'] === undefined;
  if (hasBody) headers['transfer-encoding'] = 'chunked';
}
