import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import helmet from 'helmet';
import { expect, onTestFinished, test } from 'vitest';
import { apiPageHeaders, pageHeaders, securityHeaders } from '../../src/http/security-headers.ts';

/** The headers of an answer to which these were applied. */
async function headersBy(...handlers: RequestHandler[]): Promise<Record<string, string>> {
  const app = express().disable('x-powered-by');
  app.use(...handlers, (_req, res) => res.end());
  const server = createServer(app).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { ...Object.fromEntries(headers), date: 'whenever' };
}

const common = { referrerPolicy: { policy: 'no-referrer' }, xFrameOptions: { action: 'deny' } } as const;
const none = ["'none'"];
const self = ["'self'"];

const helmetForApi = helmet({
  ...common,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { 'default-src': none, 'frame-ancestors': none },
  },
});

const helmetForPages = (images: string[]) =>
  helmet({
    ...common,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': none,
        'script-src': self,
        'style-src': self,
        'img-src': images,
        'connect-src': self,
        'base-uri': none,
        'form-action': none,
        'frame-ancestors': none,
        'require-trusted-types-for': ["'script'"],
        'trusted-types': none,
      },
    },
  });

const ofItsUser = { 'cache-control': 'no-store' };

test('an answer has the headers that helmet would set, and is not stored', async () => {
  expect(await headersBy(securityHeaders)).toEqual({ ...(await headersBy(helmetForApi)), ...ofItsUser });
});

test.each([
  ['a page', pageHeaders, self],
  ['the page of the API, with pictures in its style sheet,', apiPageHeaders, [...self, 'data:']],
])('%s has the headers that helmet would set', async (_, headers, images) => {
  const expected = { ...(await headersBy(helmetForPages(images))), ...ofItsUser };
  expect(await headersBy(securityHeaders, headers)).toEqual(expected);
});
