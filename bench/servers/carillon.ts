import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { streamHead } from '../load/browser.ts';
import { countComments } from './database.ts';
import { type CarillonSeed, environment } from './carillon-seed.ts';
import { startNode } from './process.ts';
import type { ServerKind } from './server.ts';
import { letHear, watchedIn } from './watched.ts';

/** Carillon itself: `src/main.ts` as it is, every comment durable. */
export function carillonKind(seedOnce: () => Promise<CarillonSeed>, name = 'carillon'): ServerKind {
  return {
    name,
    label: 'Carillon',
    start: async (folder, { database }) => {
      const seed = await seedOnce();
      const path = database ?? join(folder, 'carillon.db');
      if (database === undefined) copyFileSync(seed.database, path);
      const before = countComments(path);
      const server = await startNode(seed.main, folder, environment(path));
      const host = `127.0.0.1:${server.port}`;
      const place = { host: '127.0.0.1', port: server.port };
      return {
        place,
        pids: [server.pid],
        ask: server.ask,
        stream: (owner) => ({
          owner,
          head: streamHead('/notifications/stream', host, seed.ownerTokens[owner] ?? ''),
          dialect: 'carillon',
        }),
        path: (owner) => `/reports/${seed.reportIds[owner] ?? ''}/comments`,
        pathToAll: `/reports/${seed.reportIds[0] ?? ''}/comments`,
        writer: (index) => `Host: ${host}\r\nAuthorization: Bearer ${seed.writerTokens[index] ?? ''}`,
        oneStreamPerUser: false,
        letHear: (count) => letHear(place, seed.reportIds, count),
        watched: (count) => watchedIn(place, seed.reportIds[0] ?? '', count, seed.ownerTokens.length),
        comments: () => countComments(path) - before,
        stop: server.stop,
      };
    },
  };
}
