import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** An application's own web server: what is in `pages` by path, and nothing else. */
export interface Application {
  readonly origin: string;
  readonly port: number;
  /** A text (a page, or a script where the path ends with `.js`), or what answers. */
  readonly pages: Map<string, string | ((res: ServerResponse) => void | Promise<void>)>;
}

export async function startApplication(): Promise<Application> {
  const pages: Application['pages'] = new Map();
  const web = createServer((req, res) => {
    const path = req.url ?? '';
    const page = pages.get(path);
    if (typeof page === 'function') {
      // A page that is still open may ask when the server behind this one has ended with its test.
      Promise.resolve(page(res)).catch((error: unknown) => res.writeHead(502).end(String(error)));
      return;
    }
    const type = path.endsWith('.js') ? 'text/javascript' : 'text/html';
    res.writeHead(page === undefined ? 404 : 200, { 'content-type': type }).end(page);
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    web.close();
    web.closeAllConnections();
  });
  const { port } = web.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, port, pages };
}
