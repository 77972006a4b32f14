import { expect, test } from 'vitest';
import { readFinalPostgres } from '../chaos/postgres-final-state.ts';
import { freePort } from '../support/free-port.ts';
import { temporaryDatabase } from '../support/postgres.ts';
import { type ServerProcess, spawnServer } from '../support/process.ts';
import { TestRedis } from '../support/redis.ts';
import { temporaryFolder } from '../support/server.ts';
import { caddy } from './caddy.ts';
import { makeNextVersion } from './next-version.ts';
import { nginx } from './nginx.ts';
import { environment, startTraffic } from './traffic.ts';

test.each([nginx, caddy])(
  'two processes get the next version one after the other behind $name, and go back: nobody hears of it',
  async (kind) => {
    const database = await temporaryDatabase();
    const redis = await TestRedis.run();
    const more = { ...environment, DATABASE_URL: database, REDIS_URL: redis.url };
    const ports = [await freePort(), await freePort()];
    const start = (port: number, main: string) =>
      spawnServer(temporaryFolder(), { ...more, PORT: String(port) }, [process.execPath, main]);
    const [present, next] = ['src/main.ts', makeNextVersion()];
    const servers = new Map<number, ServerProcess>();
    // Both at once, on a database that one of them has to prepare.
    await Promise.all(ports.map(async (port) => servers.set(port, await start(port, present))));
    let run = 2;
    const urlOf = (port = 0) => `http://127.0.0.1:${port}`;
    const proxy = await kind.start(ports);
    const traffic = await startTraffic(proxy.url, urlOf(ports[0]), () => run);
    await traffic.more(100);

    const ends: (number | string | undefined)[] = [];
    const stop = async (port: number) => {
      servers.get(port)?.child.kill('SIGTERM');
      ends.push(await servers.get(port)?.exited);
    };
    const deploy = async (port = 0, main: string) => {
      // As docs/deploy.md says, "Each deploy".
      await proxy.takeOut(port);
      await stop(port);
      run++;
      servers.set(port, await start(port, main));
      await proxy.putBack(port);
      await traffic.more(100);
    };
    await deploy(ports[0], next);
    await deploy(ports[1], next);
    // It was the wrong thing to do; but the database has been migrated.
    await deploy(ports[0], present);
    await traffic.backAgain(1);

    expect(Object.fromEntries(traffic.answers)).toEqual({ 201: expect.any(Number) as number });
    const told = await traffic.settle(urlOf(ports[0]));
    const store = await readFinalPostgres(database, told);
    await Promise.all(ports.map(stop));
    const crashes = ends.filter((code) => code !== 0).map(String);
    expect(traffic.judge(store, crashes)).toEqual([]);
  },
  180_000,
);
