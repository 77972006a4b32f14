import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { streamHead } from '../load/browser.ts';
import type { Place } from '../load/listener.ts';
import { addReports, type CarillonSeed, environmentAt } from './carillon-seed.ts';
import { type AskProbe, type ServerProcess, startNode } from './process.ts';
import type { Server, ServerKind } from './server.ts';
import { type Services, whyNoServices } from './services.ts';
import { letHear, watchedIn } from './watched.ts';

/** The services of a fleet, and a database in which each user has a report. */
export interface FleetSeed {
  readonly services: Services;
  readonly template: string;
  readonly reportIds: readonly string[];
}

/** Fills a database, through the API as for SQLite. */
export async function makeFleetSeed(
  folder: string,
  { main, ownerTokens, writerTokens }: CarillonSeed,
  services: Services,
  template = 'seed',
): Promise<FleetSeed> {
  await services.createDatabase(template);
  const environment = environmentAt(services.databaseUrl(template));
  const own = join(folder, `fleet-${template}`);
  mkdirSync(own);
  const reportIds = await addReports(main, own, environment, ownerTokens, writerTokens);
  return { services, template, reportIds };
}

/** Carillon in so many processes on PostgreSQL, and with more than one on Redis. */
export function fleetKind(
  count: number,
  seedOnce: () => Promise<CarillonSeed>,
  fleetOnce: () => Promise<FleetSeed>,
  name = count === 1 ? 'carillon-postgres' : `carillon-fleet-${count}`,
): ServerKind {
  let made = 0;
  return {
    name,
    label: count === 1 ? '1 process, PostgreSQL' : `${count} processes, PostgreSQL, Redis`,
    missing: whyNoServices,
    start: async (folder) => {
      const seed = await seedOnce();
      const { services, template, reportIds } = await fleetOnce();
      const database = `${name.replaceAll('-', '_')}_${++made}`;
      await services.createDatabase(database, template);
      const environment = {
        ...environmentAt(services.databaseUrl(database)),
        ...(count > 1 && { REDIS_URL: services.redisUrl }),
      };
      const processes = await Promise.all(
        Array.from({ length: count }, (_, i) => startOne(seed.main, join(folder, String(i)), environment)),
      );
      const [place, ...others] = processes.map(({ port }): Place => ({ host: '127.0.0.1', port }));
      if (place === undefined) throw new RangeError('A fleet has at least one process.');
      const host = `127.0.0.1:${place.port}`;
      return {
        place,
        places: [place, ...others],
        pids: processes.map(({ pid }) => pid),
        ask: askAll(processes),
        counters: () => services.counters(),
        stream: (owner) => ({
          owner,
          head: streamHead('/notifications/stream', host, seed.ownerTokens[owner] ?? ''),
          dialect: 'carillon',
        }),
        path: (owner) => `/reports/${reportIds[owner] ?? ''}/comments`,
        pathToAll: `/reports/${reportIds[0] ?? ''}/comments`,
        writer: (index) => `Host: ${host}\r\nAuthorization: Bearer ${seed.writerTokens[index] ?? ''}`,
        oneStreamPerUser: false,
        letHear: (count) => letHear(place, reportIds, count),
        watched: (count) => watchedIn(place, reportIds[0] ?? '', count, seed.ownerTokens.length),
        stop: async () => {
          await Promise.all(processes.map(({ stop }) => stop()));
          await services.dropDatabase(database);
        },
      } satisfies Server;
    },
  };
}

function startOne(main: URL, folder: string, environment: Record<string, string>): Promise<ServerProcess> {
  mkdirSync(folder, { recursive: true });
  return startNode(main, folder, environment);
}

/** Asks the probes of all processes. @returns what the first answers */
function askAll(processes: readonly ServerProcess[]): AskProbe {
  return async (method, ...argument) => {
    const [first] = await Promise.all(processes.map(({ ask }) => ask(method, ...argument)));
    // There is at least one process.
    return first as NonNullable<typeof first>;
  };
}
