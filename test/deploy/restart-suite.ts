import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readFinalState } from '../chaos/final-state.ts';
import { freePort } from '../support/free-port.ts';
import { spawnServer } from '../support/process.ts';
import { temporaryFolder } from '../support/server.ts';
import type { ProxyKind } from './proxy.ts';
import { environment, startTraffic } from './traffic.ts';

/** What a deploy of one process on SQLite is to those who use it meanwhile. */
export function testRestart(kind: ProxyKind): void {
  test('one process is restarted behind the proxy: nothing is lost or doubled', async () => {
    const folder = temporaryFolder();
    const port = await freePort();
    const start = () => spawnServer(folder, { ...environment, PORT: String(port) });
    let run = 1;
    const first = await start();
    const proxy = await kind.start([port]);
    const traffic = await startTraffic(proxy.url, first.url, () => run);
    await traffic.more(100);
    first.child.kill('SIGTERM');
    const ends = [await first.exited];
    run++;
    const second = await start();
    await traffic.more(100);
    await proxy.reload([port]);
    await traffic.more(100);
    await traffic.backAgain(1);

    const told = await traffic.settle(second.url);
    second.child.kill('SIGTERM');
    ends.push(await second.exited);
    const crashes = ends.filter((code) => code !== 0).map(String);
    expect(traffic.judge(readFinalState(join(folder, 'carillon.db'), told), crashes)).toEqual([]);
    // A patient proxy lets nobody know; another says 503 while there is no process. Nobody hears anything else.
    const due = kind.isPatient ? [201] : [201, 503];
    expect([...traffic.answers.keys()].filter((status) => !due.includes(Number(status)))).toEqual([]);
  });
}
