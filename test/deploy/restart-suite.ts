import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ask } from '../chaos/ask.ts';
import { check } from '../chaos/checker.ts';
import { Clock } from '../chaos/clock.ts';
import { headOf, readFinalState } from '../chaos/final-state.ts';
import { Readers } from '../chaos/readers/readers.ts';
import { secret, Tokens } from '../chaos/tokens.ts';
import { freePort } from '../support/free-port.ts';
import { spawnServer } from '../support/process.ts';
import { temporaryFolder } from '../support/server.ts';
import { until } from '../support/wait.ts';
import { Posters } from './posters.ts';
import type { ProxyKind } from './proxy.ts';

const owners = ['ann', 'ben', 'cat'];
const author = 'bob';
const limitMs = 60_000;

/** What a deploy of one process on SQLite is to those who use it meanwhile. */
export function testRestart(kind: ProxyKind): void {
  test('one process is restarted behind the proxy: nothing is lost or doubled', async () => {
    const folder = temporaryFolder();
    const tokens = new Tokens(new Clock(folder));
    const port = await freePort();
    const environment = {
      PORT: String(port),
      JWT_SECRET: secret,
      NODE_ENV: 'production',
      TRUST_PROXY: '1',
      HEARTBEAT_SECONDS: '1',
    };
    let run = 1;
    let server = await spawnServer(folder, environment);
    const proxy = await kind.start([port]);
    const reports = owners.map(async (owner) => {
      const token = await tokens.lasting(owner);
      const body = { title: 'Reading list' };
      return (await ask(`${server.url}/reports`, { method: 'POST', token, body })).json.id as string;
    });
    const reportIds = await Promise.all(reports);
    const readers = new Readers({ tokens, serverRun: () => run });
    onTestFinished(() => readers.close());
    for (const user of owners) {
      readers.openEventSource({ user, url: proxy.url });
      readers.openFetch({ user, url: proxy.url });
    }
    const inSync = (times: number) => readers.open.every(({ journal }) => journal.syncs >= times);
    await until('the readers', () => inSync(1), limitMs);
    const posters = new Posters({ url: proxy.url, tokens, author, reportIds });
    const more = async (count: number) => {
      const enough = posters.acknowledged + count;
      await until('comments', () => posters.acknowledged >= enough, limitMs);
    };

    await more(100);
    server.child.kill('SIGTERM');
    const code = await server.exited;
    run++;
    server = await spawnServer(folder, environment);
    await more(100);
    await proxy.reload([port]);
    await more(100);
    await until('the readers to be back', () => inSync(2), limitMs);
    await posters.stop();

    const heads = await Promise.all(
      owners.map(async (user) => [user, await headOf(server.url, await tokens.lasting(user))] as const),
    );
    await readers.readToEnd(new Map(heads.map(([user, { seq }]) => [user, seq])), limitMs);
    readers.close();
    server.child.kill('SIGTERM');
    const crashes = [code, await server.exited].filter((one) => one !== 0).map(String);
    const store = readFinalState(join(folder, 'carillon.db'), new Map(heads));
    expect(check({ writes: posters.writes, readers: readers.logs, store, resources: [], crashes })).toEqual(
      [],
    );
    // A patient proxy lets nobody know; another says 503 while there is no process. Nobody hears anything else.
    const answers = kind.isPatient ? [201] : [201, 503];
    expect([...posters.answers.keys()].filter((status) => !answers.includes(Number(status)))).toEqual([]);
  });
}
