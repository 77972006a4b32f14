import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { certificate } from './certificate.ts';

/** A page of an application, at an origin of its own, that follows the stream at `url`; it goes away with the test. */
export async function startPage(url: string): Promise<{ origin: string }> {
  const html = `<!doctype html><meta charset="utf-8"><script>
    const seen = { errors: 0, syncs: 0, notifications: 0 };
    const source = new EventSource(${JSON.stringify(url)}, { withCredentials: true });
    source.onerror = () => seen.errors++;
    source.addEventListener('sync', () => seen.syncs++);
    source.addEventListener('notification', () => seen.notifications++);
  </script>`;
  const { certificatePath, keyPath } = certificate();
  const files = { cert: readFileSync(certificatePath), key: readFileSync(keyPath) };
  const web = createServer(files, (_req, res) => {
    res.writeHead(200, { 'content-type': 'text/html' }).end(html);
  });
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  onTestFinished(() => {
    web.close();
    web.closeAllConnections();
  });
  // A TCP server's address is never a string.
  return { origin: `https://localhost:${(web.address() as AddressInfo).port}` };
}
