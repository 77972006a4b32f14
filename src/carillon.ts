import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import { openBus } from './bus/open.ts';
import type { Config } from './config.ts';
import { sampleIdentities } from './development.ts';
import type { Announcement, Bus } from './domain/bus.ts';
import { StartError } from './domain/errors.ts';
import type { Revocation } from './domain/revocation.ts';
import type { Commit, Store } from './domain/store.ts';
import type { Authenticate } from './http/authenticate.ts';
import { Connections } from './http/connections.ts';
import { earlyTokenNotes } from './http/early-tokens.ts';
import { RevocationWatch } from './http/revocation-watch.ts';
import { Revocations } from './http/revocations.ts';
import { createHttpServer } from './http/server.ts';
import { createVerifier, noTokens, type TokenRules } from './http/token.ts';
import { createMetrics } from './metrics.ts';
import { startFanOut } from './fan-out.ts';
import { startRetention } from './retention.ts';
import { openStore } from './store/open.ts';
import { HeadCheck, type HeadCheckParts } from './stream/head-check.ts';
import { Hub } from './stream/hub.ts';
import { createTracing } from './tracing.ts';

/** Most events that an opening stream replays. */
const replayLimit = 5_000;
/** Longest time over which the ends of the open streams are spread. */
const maxDrainMs = 5_000;
/** What a stream adds to that time: a few streams need not wait for seconds. */
const drainMsPerStream = 5;
/**
 * How long a server behind a proxy goes on as ever after it was told to stop, while /readyz says so: the proxy looks
 * twice a second, and must not send anybody to where nobody listens any more.
 */
const noticeMs = 1_500;
/** How long running requests may take to finish after that. */
const graceMs = 3_000;

/** The events of store and bus, for the parts that are made after them. */
interface Said {
  commit: [Commit];
  offer: [Announcement];
  learn: [Revocation];
  missed: [readonly string[] | undefined];
}

/** How users are known: by their tokens, or by the sign-in of the application that Carillon runs in. */
type SignIn = { readonly tokenRules: TokenRules } | { readonly authenticate: Authenticate };

export type CarillonParts = SignIn & {
  readonly log: Logger;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Called when the database has failed for good: the server must be closed. */
  readonly onFailure: (cause: unknown) => void;
  /** How many lines of the log were dropped so far; 0 unless given. */
  readonly droppedLogLines?: () => number;
};

/** Everything but a port. */
export interface Engine {
  readonly app: ReturnType<typeof createApp>;
  readonly store: Store;
  readonly hub: Hub;
  readonly connections: Connections;
  /** Adds what `close` does first. */
  readonly closeFirst: (closer: () => Promise<void>) => void;
  /** Closes what was opened, last first. Called again it waits for the same end. */
  readonly close: () => Promise<void>;
}

/** A running server. */
export interface Carillon {
  /** Where it can be reached, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly store: Store;
  /**
   * Gives a proxy notice, if there is one; then stops accepting, ends the streams one after the other, lets running
   * requests finish, and closes the store. That takes at the most 10 s, unless the disk does not answer. Called again it
   * waits for the same end.
   */
  close(): Promise<void>;
}

/**
 * Opens Carillon and listens.
 * @throws StartError with one line that says what is wrong.
 */
export async function startCarillon(config: Config, parts: CarillonParts): Promise<Carillon> {
  const { app, store, hub, connections, closeFirst, close } = await openEngine(config, parts);
  try {
    const server = createHttpServer(app, connections, parts.log);
    const url = await listen(server, config);
    closeFirst(async () => {
      if (config.trustProxy !== 0) await sleep(noticeMs);
      await closeServer(server, hub);
    });
    return { url, store, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Wires store, bus, hub, and app together.
 * @throws StartError with one line that says what is wrong.
 */
export async function openEngine(config: Config, parts: CarillonParts): Promise<Engine> {
  const { log, now } = parts;
  const closers: (() => Promise<void>)[] = [];
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= closeAll(closers, log));

  const metrics = createMetrics();
  const tracing = await createTracing();
  // An event that is emitted before it has a listener is dropped: there are no streams yet.
  const said = new EventEmitter<Said>();
  const store = await openStore(config.database, {
    onCommit: (commit) => said.emit('commit', commit),
    onFailure: parts.onFailure,
    now,
    cause: tracing.cause,
    groupComments: config.groupComments,
  });
  // A SQLite file is served by one process, a PostgreSQL database perhaps by many.
  const isAlone = config.database.dialect === 'sqlite';
  const bus = await openBus({
    redisUrl: config.redisUrl,
    isAlone,
    epoch: store.epoch,
    listener: {
      offer: (announcement) => said.emit('offer', announcement),
      learn: (revocation) => said.emit('learn', revocation),
      missed: (userIds) => said.emit('missed', userIds),
    },
    observer: metrics.bus,
    log,
    now,
  });
  // In this order: what is committed last is announced as well.
  closers.push(async () => {
    await store.close();
    await bus.close();
  });
  const hub = new Hub({
    store,
    bus,
    observer: { ...metrics.streams, failed: (error) => log.error({ err: error }, 'stream failed') },
    maxStreams: config.maxStreams,
    maxStreamsPerUser: config.maxStreamsPerUser,
    replayLimit,
    heartbeatMs: config.heartbeatSeconds * 1000,
    maxAgeMs: config.streamMaxAgeSeconds * 1000,
  });
  metrics.watch(hub);
  metrics.watchLog(parts.droppedLogLines ?? (() => 0));
  const revocations = new Revocations(store, (revocation) => hub.revoke(revocation));
  const hasNeighbours = !isAlone || config.redisUrl !== undefined;
  const headCheck = hasNeighbours ? startHeadCheck(config, { store, hub, bus, metrics, log }) : undefined;
  closers.push(async () => headCheck?.close());
  const revocationWatch = hasNeighbours ? new RevocationWatch(revocations, log) : undefined;
  closers.push(async () => revocationWatch?.close());
  const fanOut = startFanOut({ store, log, now });
  closers.push(() => fanOut.close());
  closers.push(startRetention({ store, days: config.retentionDays, log, now }));

  said.on('commit', (commit) => {
    metrics.committed(commit);
    bus.announce(commit);
    if (commit.hasWork) fanOut.wake();
  });
  said.on('offer', (announcement) => tracing.delivery(announcement, () => hub.offer(announcement)));
  said.on('learn', (revocation) => {
    // The store says whether it is true: a forged one ends nothing.
    if (!revocations.isKnown(revocation)) revocationWatch?.look();
  });
  said.on('missed', (userIds) => headCheck?.check(userIds));

  try {
    await revocations.refresh();
    const connections = new Connections();
    const tokenRules = 'tokenRules' in parts ? parts.tokenRules : undefined;
    const app = createApp({
      config,
      store,
      hub,
      bus,
      connections,
      verifyToken:
        tokenRules === undefined
          ? noTokens
          : createVerifier(tokenRules, now, { log, onEarlyToken: earlyTokenNotes(store) }),
      authenticate: 'authenticate' in parts ? parts.authenticate : undefined,
      revocations,
      metrics: metrics.registry,
      tracing,
      log,
      now,
      isStopping: () => closing !== undefined,
      sampleIdentities:
        config.isProduction || tokenRules === undefined ? undefined : sampleIdentities(tokenRules),
    });
    return { app, store, hub, connections, closeFirst: (closer) => void closers.push(closer), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface HeadCheckNeeds extends Pick<HeadCheckParts, 'store' | 'hub'> {
  readonly bus: Bus;
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly log: Logger;
}

/** Looks at the heads of the inboxes, which finds what other processes commit when their bus is not heard. */
function startHeadCheck({ redisUrl }: Config, { store, hub, bus, metrics, log }: HeadCheckNeeds): HeadCheck {
  if (redisUrl === undefined) {
    log.warn(
      'REDIS_URL is not set: what other processes commit is found by looking for it every second, which takes up to a second and one query',
    );
  }
  metrics.watchBus(bus);
  return new HeadCheck({
    store,
    hub,
    isHeard: () => bus.isHeard,
    observer: {
      ...metrics.headChecks,
      failed: (error) => log.warn({ err: error }, 'the heads of the inboxes could not be looked at'),
    },
  });
}

/** Closes what was opened last first; what cannot be closed does not keep the rest open. */
async function closeAll(closers: readonly (() => Promise<void>)[], log: Logger): Promise<void> {
  for (const close of closers.toReversed()) {
    try {
      await close();
    } catch (error) {
      log.error({ err: error }, 'something could not be closed');
    }
  }
}

/** Ends the streams one after the other; at the most within 5 s. */
export async function drainStreams(hub: Hub): Promise<void> {
  await hub.drain(Math.min(maxDrainMs, hub.size * drainMsPerStream));
}

async function closeServer(server: Server, hub: Hub): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // A connection whose last request finishes from now on stays open otherwise, in case there is another.
  const closeIdle = setInterval(() => server.closeIdleConnections(), 50);
  await drainStreams(hub);
  await Promise.race([closed, sleep(graceMs, undefined, { ref: false })]);
  clearInterval(closeIdle);
  server.closeAllConnections();
}

/** @returns where the server can be reached. */
async function listen(server: Server, { host, port }: Config): Promise<string> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`HOST and PORT name ${host}:${port}, where the server cannot listen: ${why}.`, {
      cause,
    });
  }
  // A TCP server's address is never a string.
  const { address, family, port: actual } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
}
