import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Where a connection is cut: before PostgreSQL gets to see the commit, or when it has answered it. */
export type Cut = 'before commit' | 'after commit';

export interface CuttingProxy {
  /** The database's URL, through the proxy. */
  readonly url: string;
  /** Cuts the connection that commits next. */
  cut(where: Cut): void;
  /** Refuses new connections from now on, or takes them again. */
  refuse(isRefusing: boolean): void;
  /** How many were cut. */
  readonly cuts: number;
}

/** A way to the database at `target` on which a commit gets lost; it ends with the test. */
export async function startCuttingProxy(target: string, refuseAfterCut = false): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let next: Cut | undefined;
  let isRefusing = false;
  let cuts = 0;
  const server = createServer((client) => {
    sockets.add(client.on('error', () => undefined));
    if (isRefusing) {
      client.destroy();
      return;
    }
    const database = connect(Number(port), hostname).on('error', () => undefined);
    sockets.add(database);
    let isLosing = false;
    const end = () => {
      client.destroy();
      database.destroy();
      cuts++;
      isRefusing ||= refuseAfterCut;
    };
    client
      .on('close', () => database.destroy())
      .on('data', (bytes: Buffer) => {
        if (next === undefined || !bytes.includes('COMMIT')) {
          database.write(bytes);
          return;
        }
        const where = next;
        next = undefined;
        if (where === 'before commit') {
          end();
          return;
        }
        isLosing = true;
        database.write(bytes);
      });
    database
      .on('close', () => client.destroy())
      .on('data', (bytes: Buffer) => {
        if (!isLosing) client.write(bytes);
        else if (bytes.includes('COMMIT\0')) end(); // The tag of a commit that is done.
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut: (where) => (next = where),
    refuse: (refusing) => (isRefusing = refusing),
    get cuts() {
      return cuts;
    },
  };
}
