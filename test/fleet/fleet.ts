import { onTestFinished } from 'vitest';
import { ask } from '../chaos/ask.ts';
import { check } from '../chaos/checker.ts';
import { Clock } from '../chaos/clock.ts';
import { headOf } from '../chaos/final-state.ts';
import type { Finding } from '../chaos/findings.ts';
import type { Publication, Write } from '../chaos/history.ts';
import { Markers } from '../chaos/markers.ts';
import { readFinalPostgres, workLeftAt } from '../chaos/postgres-final-state.ts';
import { crowd, Publishers } from '../chaos/publishers.ts';
import { Readers } from '../chaos/readers/readers.ts';
import { Tokens } from '../chaos/tokens.ts';
import { Writers } from '../chaos/writers.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import type { PostgresServer } from '../support/postgres-server.ts';
import { ownPostgres } from '../support/postgres.ts';
import { TestRedis } from '../support/redis.ts';
import { temporaryFolder } from '../support/server.ts';
import { until } from '../support/wait.ts';
import { Member } from './member.ts';

const owners = ['ann', 'ben', 'cat'];
const authors = [...owners, 'dan'];
/** Generous: but for the readers' catching up nothing is judged by how long it takes. */
const limitMs = 60_000;
/** The longest time between two looks at the heads of the inboxes (docs/several-processes.md). */
const headCheckMs = 30_000;
/** For everything else that catching up takes, on a slow machine. */
const slackMs = 20_000;

/** Some processes on one PostgreSQL and one Redis, people who post by way of each, and people who follow on each. */
export class Fleet {
  readonly postgres: PostgresServer;
  readonly redis: TestRedis;
  /** Between the last process and Redis. */
  readonly proxy: FaultyProxy;
  readonly members: readonly Member[];
  /** How long it took each time until every reader had what was committed last, in milliseconds. */
  readonly recoveries: number[] = [];
  readonly #tokens: Tokens;
  readonly #readers: Readers;
  readonly #writes: Write[] = [];
  readonly #writers: Writers;
  readonly #publications: Publication[] = [];
  readonly #publishers: Publishers;
  readonly #markers: Markers;

  private constructor(
    postgres: PostgresServer,
    redis: TestRedis,
    proxy: FaultyProxy,
    members: readonly Member[],
    reports: readonly string[],
    tokens: Tokens,
    clock: Clock,
  ) {
    this.postgres = postgres;
    this.redis = redis;
    this.proxy = proxy;
    this.members = members;
    this.#tokens = tokens;
    const runs = () => members.reduce((sum, { run }) => sum + run, 0);
    this.#readers = new Readers({ tokens, serverRun: runs });
    onTestFinished(() => this.#readers.close());
    const urls = members.map(({ url }) => url);
    for (const [i, user] of owners.entries()) {
      for (const [j, url] of urls.entries()) {
        // Everybody has a tab on every process, of another kind each.
        const opening = { user, url };
        if ((i + j) % 3 === 0) this.#readers.openEventSource(opening);
        else if ((i + j) % 3 === 1) this.#readers.openRaw(opening);
        else this.#readers.openFetch(opening);
      }
    }
    const seed = Date.now() % 1_000_000;
    this.#writers = new Writers({ seed, tokens, urls, authors, reports, log: this.#writes, pauseMs: 30 });
    this.#publishers = new Publishers({
      seed,
      clock,
      urls,
      people: authors,
      log: this.#publications,
      pauseMs: 30,
    });
    this.#markers = new Markers({ seed, tokens, url: urls[0] ?? '', users: owners });
  }

  /** Starts so many processes; everything ends with the test. */
  static async start(size: number): Promise<Fleet> {
    const postgres = await ownPostgres();
    const redis = await TestRedis.run();
    const proxy = await FaultyProxy.start(`http://127.0.0.1:${redis.port}`);
    onTestFinished(() => proxy.close());
    const clock = new Clock(temporaryFolder());
    const tokens = new Tokens(clock);
    const environment = { DATABASE_URL: `${postgres.url}/postgres`, REDIS_URL: redis.url };
    const throughProxy = { ...environment, REDIS_URL: proxy.url.replace('http:', 'redis:') };
    const members = await Promise.all(
      Array.from({ length: size }, (_, i) => Member.start(i === size - 1 ? throughProxy : environment)),
    );
    const reports: string[] = [];
    for (const owner of owners) {
      const token = await tokens.lasting(owner);
      const question = { method: 'POST', token, body: { title: 'Reading list' } } as const;
      const { json } = await ask(`${members[0]?.url}/reports`, question);
      reports.push(json.id as string);
    }
    const fleet = new Fleet(postgres, redis, proxy, members, reports, tokens, clock);
    await fleet.#publishers.gatherCrowd();
    await until(
      'all readers to be in sync',
      () => fleet.#readers.open.every(({ journal }) => journal.syncs > 0),
      limitMs,
    );
    await fleet.untilHeard();
    fleet.resume();
    return fleet;
  }

  get acknowledged(): number {
    return this.#writes.filter(({ outcome }) => outcome === 'ok').length;
  }

  get published(): number {
    return this.#publications.filter(({ outcome }) => outcome === 'ok').length;
  }

  get events(): number {
    return this.#readers.logs.reduce(
      (sum, { entries }) => sum + entries.filter(({ kind }) => kind === 'event').length,
      0,
    );
  }

  /** Posting goes on. */
  resume(): void {
    this.#writers.start();
    this.#publishers.start();
    this.#markers.start();
  }

  /** Waits until so many more comments were acknowledged. */
  async more(count: number): Promise<void> {
    const enough = this.acknowledged + count;
    await until('comments', () => this.acknowledged >= enough, limitMs);
  }

  /**
   * Nobody posts any more, so that what was committed last has nothing behind it that could tell of it; then waits until
   * every reader has it nevertheless. @throws Error when that takes longer than a head check
   */
  async settle(): Promise<void> {
    await Promise.all([this.#writers.settle(), this.#publishers.settle(), this.#markers.settle()]);
    const start = performance.now();
    const heads = await this.#heads();
    const lacking = () =>
      this.#readers.open
        .filter(({ journal: { log, seq } }) => seq < (heads.get(log.user)?.seq ?? 0))
        .map(({ journal: { log } }) => log.name);
    await until(
      () => `the readers to have everything; these lack something: ${lacking().join(', ')}`,
      () => lacking().length === 0,
      headCheckMs + slackMs,
    );
    this.recoveries.push(Math.round(performance.now() - start));
  }

  /** Waits until every process hears what the others announce. */
  async untilHeard(): Promise<void> {
    const isHeard = async (member: Member) => (await member.metrics()).get('carillon_bus_heard') === 1;
    await until(
      'the bus to be heard',
      async () => (await Promise.all(this.members.map(isHeard))).every(Boolean),
      limitMs,
    );
  }

  /** Waits until this process does not hear the others any more. */
  async untilDeaf(member: Member | undefined): Promise<void> {
    await until(
      'the bus to be missed',
      async () => (await member?.metrics())?.get('carillon_bus_heard') === 0,
      limitMs,
    );
  }

  /** What a counter comes to on all processes, as far as they have not ended meanwhile. */
  async count(name: string): Promise<number> {
    const all = await Promise.all(this.members.map((member) => member.metrics()));
    return all.reduce((sum, metrics) => sum + (metrics.get(name) ?? 0), 0);
  }

  /** Ends everything. @returns what is wrong with what everybody saw: nothing, when the promise was kept */
  async judge(): Promise<readonly Finding[]> {
    const database = `${this.postgres.url}/postgres`;
    const workLeft = () => workLeftAt(database);
    await Promise.all([this.#writers.stop(limitMs), this.#publishers.stop(workLeft, limitMs)]);
    await this.#markers.stop(limitMs);
    const told = await this.#heads();
    await this.#readers.readToEnd(new Map([...told].map(([user, { seq }]) => [user, seq])), limitMs);
    this.#readers.close();
    await Promise.all(this.members.map((member) => member.stop()));
    const store = await readFinalPostgres(database, told);
    return check({
      writes: this.#writes,
      publications: this.#publications,
      readers: this.#readers.logs,
      store,
      resources: [],
      crashes: this.members.flatMap(({ crashes }) => crashes),
    });
  }

  async #heads() {
    const url = this.members[0]?.url ?? '';
    return new Map(
      await Promise.all(
        [...authors, ...crowd].map(
          async (user) => [user, await headOf(url, await this.#tokens.lasting(user))] as const,
        ),
      ),
    );
  }
}
