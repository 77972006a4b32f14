import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port that is free, and that no connection of any program takes by chance: those begin at 32768. */
export async function freePort(): Promise<number> {
  for (let attempt = 1; attempt <= 100; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      server.close();
      await once(server, 'close');
      return port;
    } catch {
      // Taken; another one will be free.
    }
  }
  throw new Error('There is no free port.');
}
