import { join } from 'node:path';
import { standInToken, streamHead } from '../load/browser.ts';
import { bodyOf } from '../load/comment.ts';
import type { Dialect, StreamRequest } from '../load/listener.ts';
import { upgradeRequest } from '../load/socket-io.ts';
import { countComments } from './database.ts';
import { startNode } from './process.ts';
import type { ServerKind } from './server.ts';

interface Peer {
  readonly name: string;
  readonly label: string;
  readonly file: string;
  readonly dialect: Dialect;
  readonly oneStreamPerUser?: boolean;
  readonly hasDatabase?: boolean;
}

/** A peer that is a program in `peers/`. */
function peer({
  name,
  label,
  file,
  dialect,
  oneStreamPerUser = false,
  hasDatabase = false,
}: Peer): ServerKind {
  return {
    name,
    label,
    start: async (folder, { owners }) => {
      const database = join(folder, `${name}.db`);
      const main = new URL(`../peers/${file}`, import.meta.url);
      const server = await startNode(main, folder, { DATABASE: database, OWNERS: String(owners) });
      const host = `127.0.0.1:${server.port}`;
      return {
        place: { host: '127.0.0.1', port: server.port },
        pids: [server.pid],
        ask: server.ask,
        stream: (owner) => streamRequest(host, owner, dialect),
        path: (owner) => `/reports/r${owner}/comments`,
        pathToAll: '/reports/all/comments',
        writer: (index) => `Host: ${host}\r\nX-User: w${index}`,
        oneStreamPerUser,
        watched: (count) =>
          Promise.resolve({
            tell: (number) => ({
              method: 'POST',
              path: `/reports/r0/comments?watchers=${count}`,
              head: `Host: ${host}\r\nX-User: w0`,
              body: JSON.stringify({ body: bodyOf(number) }),
            }),
          }),
        ...(hasDatabase && { comments: () => countComments(database) }),
        stop: server.stop,
      };
    },
  };
}

function streamRequest(host: string, owner: number, dialect: Dialect): StreamRequest {
  const head =
    dialect === 'socket.io'
      ? upgradeRequest(host)
      : streamHead(`/notifications/stream?user=u${owner}`, host, standInToken);
  return { owner, head, dialect };
}

export const nest = peer({
  name: 'nest',
  label: 'NestJS, socket.io',
  file: 'nest.ts',
  dialect: 'socket.io',
  oneStreamPerUser: true,
  hasDatabase: true,
});
export const betterSse = peer({
  name: 'better-sse',
  label: 'Express, better-sse',
  file: 'better-sse.ts',
  dialect: 'sse',
  hasDatabase: true,
});
export const ceiling = peer({ name: 'ceiling', label: 'bare node:http', file: 'ceiling.ts', dialect: 'sse' });
export const expressPost = peer({
  name: 'express',
  label: 'Express, empty POST',
  file: 'express-post.ts',
  dialect: 'sse',
});
