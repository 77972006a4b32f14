import { freePort } from '../support/free-port.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { connectHttp2, type Http2Connection } from './http2.ts';
import type { Proxy, ProxyKind } from './proxy.ts';

/** Carillon behind a proxy. */
export interface Front {
  readonly server: TestServer;
  readonly proxy: Proxy;
  readonly connection: Http2Connection;
  /** Of ann, who has a report, and bob, who comments on it. */
  readonly tokens: { readonly ann: string; readonly bob: string };
  /** Path of the comments to ann's report. */
  readonly path: string;
}

export async function startFront(
  kind: ProxyKind,
  environment: Readonly<Record<string, string>> = {},
): Promise<Front> {
  const port = await freePort();
  const server = await startServer({ environment: { PORT: String(port), ...environment } });
  // The second process is not there: one that is down must not matter.
  const proxy = await kind.start([port, await freePort()]);
  const connection = await connectHttp2(proxy.url);
  const tokens = { ann: await server.token('ann'), bob: await server.token('bob') };
  const { text } = await connection.ask('/reports', { token: tokens.ann, body: { title: 'Reading list' } });
  const { id } = JSON.parse(text) as { id: string };
  return { server, proxy, connection, tokens, path: `/reports/${id}/comments` };
}
