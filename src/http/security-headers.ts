import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** For an API: nothing that it answers is a page, so a browser must not treat it as one. */
const helmetForApi = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
  },
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'deny' },
});

/**
 * Sets helmet's headers. They are the same for every answer, so helmet is asked for them once and not by a dozen handlers
 * each time, which a comment would feel.
 */
export const securityHeaders: RequestHandler = (_req, res, next) => {
  res.setHeaders(headers);
  next();
};

const headers = headersSetBy(helmetForApi);

function headersSetBy(handler: typeof helmetForApi): Map<string, string> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  handler(request, response, () => undefined);
  return new Map(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]));
}
