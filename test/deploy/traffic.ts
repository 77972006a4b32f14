import { onTestFinished } from 'vitest';
import { ask } from '../chaos/ask.ts';
import { check } from '../chaos/checker.ts';
import { Clock } from '../chaos/clock.ts';
import { type Head, headOf } from '../chaos/final-state.ts';
import type { Finding } from '../chaos/findings.ts';
import type { FinalState } from '../chaos/history.ts';
import { Readers } from '../chaos/readers/readers.ts';
import { secret, Tokens } from '../chaos/tokens.ts';
import { temporaryFolder } from '../support/server.ts';
import { until } from '../support/wait.ts';
import { Posters } from './posters.ts';

const owners = ['ann', 'ben', 'cat'];
const author = 'bob';
/** Generous: nothing is judged by how long it takes. */
const limitMs = 60_000;

/** What each process gets, beside its port and its database. */
export const environment = {
  JWT_SECRET: secret,
  NODE_ENV: 'production',
  TRUST_PROXY: '1',
  // A reader that hears nothing for 5 s thinks that its connection is dead.
  HEARTBEAT_SECONDS: '1',
};

/** People who post, and people who follow their streams, while somebody deploys. */
export interface Traffic {
  /** Every answer to a post, and how often it came. */
  readonly answers: ReadonlyMap<number | 'broken', number>;
  /** Waits until so many more comments were acknowledged. */
  more(count: number): Promise<void>;
  /** Waits until every reader has come back at least so many times. */
  backAgain(times: number): Promise<void>;
  /** Stops posting, and lets everybody read to the end. @param url of a process. */
  settle(url: string): Promise<ReadonlyMap<string, Head>>;
  /** What is wrong with what everybody saw. @param crashes ends of processes that did not go as they should. */
  judge(store: FinalState, crashes: readonly string[]): readonly Finding[];
}

/**
 * Starts it, through a proxy; it ends with the test.
 * @param url of a process.
 * @param run says how many processes were started by now.
 */
export async function startTraffic(proxyUrl: string, url: string, run: () => number): Promise<Traffic> {
  const tokens = new Tokens(new Clock(temporaryFolder()));
  const addReport = async (owner: string) => {
    const question = { method: 'POST', token: await tokens.lasting(owner), body: { title: 'Reading list' } };
    return (await ask(`${url}/reports`, question as Parameters<typeof ask>[1])).json.id as string;
  };
  const reportIds = await Promise.all(owners.map(addReport));
  const readers = new Readers({ tokens, serverRun: run });
  onTestFinished(() => readers.close());
  for (const user of owners) {
    readers.openEventSource({ user, url: proxyUrl });
    readers.openFetch({ user, url: proxyUrl });
  }
  const isBack = (times: number) => readers.open.every(({ journal }) => journal.syncs > times);
  await until('the readers', () => isBack(0), limitMs);
  const posters = new Posters({ url: proxyUrl, tokens, author, reportIds });
  onTestFinished(() => void posters.stop());
  return {
    answers: posters.answers,
    async more(count) {
      const enough = posters.acknowledged + count;
      await until('comments', () => posters.acknowledged >= enough, limitMs);
    },
    backAgain: (times) => until('the readers to be back', () => isBack(times), limitMs),
    async settle(at) {
      await posters.stop();
      const heads = owners.map(async (user) => [user, await headOf(at, await tokens.lasting(user))] as const);
      const told = new Map(await Promise.all(heads));
      await readers.readToEnd(new Map([...told].map(([user, { seq }]) => [user, seq])), limitMs);
      readers.close();
      return told;
    },
    judge: (store, crashes) =>
      check({
        writes: posters.writes,
        publications: [],
        readers: readers.logs,
        store,
        resources: [],
        crashes,
      }),
  };
}
