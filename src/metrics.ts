import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { PubSubObserver } from './bus/redis-pub-sub.ts';
import type { Bus } from './domain/bus.ts';
import type { Commit } from './domain/store.ts';
import type { HeadCheckObserver } from './stream/head-check.ts';
import type { Hub, HubObserver } from './stream/hub.ts';

/** What is measured. */
export interface Metrics {
  readonly registry: Registry;
  /** Counts what hub and streams do; `failed` is for the log and not counted here. */
  readonly streams: Omit<HubObserver, 'failed'>;
  /** Counts what goes to other processes. */
  readonly bus: PubSubObserver;
  /** Counts the looks at heads; `failed` is for the log. */
  readonly headChecks: Omit<HeadCheckObserver, 'failed'>;
  committed(commit: Commit): void;
  /** Asks the hub whenever the metrics are read. */
  watch(hub: Pick<Hub, 'size' | 'bufferedBytes'>): void;
  /** Asks the bus whenever the metrics are read; for one between processes. */
  watchBus(bus: Pick<Bus, 'isHeard'>): void;
  /** Asks the log whenever the metrics are read. */
  watchLog(droppedLines: () => number): void;
}

const delaySeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const rowCounts = [1, 5, 10, 25, 50, 100, 250, 500, 1000];

/** Makes the metrics of one server, apart from those of any other in this process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  watchEventLoop(registry);

  const opens = new Counter({
    name: 'carillon_stream_opens_total',
    help: 'Streams that were opened',
    registers,
  });
  const closes = new Counter({
    name: 'carillon_stream_closes_total',
    help: 'Streams that ended, by reason',
    labelNames: ['reason'],
    registers,
  });
  const delivery = new Histogram({
    name: 'carillon_delivery_seconds',
    help: 'From the commit of an event to its handing over to the sockets of its user',
    buckets: delaySeconds,
    registers,
  });
  const replayed = new Counter({
    name: 'carillon_replayed_events_total',
    help: 'Events that were sent from the store and not live',
    registers,
  });
  const pulls = new Counter({
    name: 'carillon_pulls_total',
    help: 'Times that a stream began to read from the store: it opened, an offer did not fit, its socket was full, its inbox had gone on unheard',
    labelNames: ['reason'],
    registers,
  });
  const commits = new Counter({ name: 'carillon_commits_total', help: 'Commits of the store', registers });
  const messages = new Counter({
    name: 'carillon_bus_messages_total',
    help: 'Messages to other processes: those that Redis took, and those that were dropped because it did not',
    labelNames: ['outcome'],
    registers,
  });
  const roundTrip = new Histogram({
    name: 'carillon_bus_round_trip_seconds',
    help: 'From this process to Redis and back, measured every second',
    buckets: delaySeconds,
    registers,
  });
  const headChecks = new Counter({
    name: 'carillon_head_checks_total',
    help: 'Times that the heads of inboxes were looked at, in case the bus has lost something',
    registers,
  });
  const rows = new Histogram({
    name: 'carillon_commit_rows',
    help: 'Rows written by one commit',
    buckets: rowCounts,
    registers,
  });

  return {
    registry,
    streams: {
      opened: () => opens.inc(),
      closed: (reason) => closes.inc({ reason }),
      delivered: (seconds) => delivery.observe(seconds),
      replayed: (events) => replayed.inc(events),
      pulled: (reason) => pulls.inc({ reason }),
    },
    bus: {
      published: () => messages.inc({ outcome: 'published' }),
      dropped: () => messages.inc({ outcome: 'dropped' }),
      roundTrip: (seconds) => roundTrip.observe(seconds),
    },
    headChecks: { checked: () => headChecks.inc() },
    committed: (commit) => {
      commits.inc();
      rows.observe(commit.rows);
    },
    watch: (hub) => watchHub(registers, hub),
    watchBus: (bus) => watchBus(registers, bus),
    watchLog: (droppedLines) => watchLog(registers, droppedLines),
  };
}

function watchHub(registers: Registry[], hub: Pick<Hub, 'size' | 'bufferedBytes'>): void {
  new Gauge({
    name: 'carillon_streams_open',
    help: 'Streams that are open',
    registers,
    collect() {
      this.set(hub.size);
    },
  });
  new Gauge({
    name: 'carillon_buffered_bytes',
    help: 'Bytes that wait in this process for sockets that are full',
    registers,
    collect() {
      this.set(hub.bufferedBytes);
    },
  });
}

function watchBus(registers: Registry[], bus: Pick<Bus, 'isHeard'>): void {
  new Gauge({
    name: 'carillon_bus_heard',
    help: 'Whether what other processes announce is heard (1), or only found by looking for it every second (0)',
    registers,
    collect() {
      this.set(bus.isHeard ? 1 : 0);
    },
  });
}

function watchLog(registers: Registry[], droppedLines: () => number): void {
  new Counter({
    name: 'carillon_log_lines_dropped_total',
    help: 'Lines of the log that were dropped because nobody read standard output',
    registers,
    collect() {
      this.reset();
      this.inc(droppedLines());
    },
  });
}

/** Quantiles since the last time that somebody asked. */
function watchEventLoop(registry: Registry): void {
  const resolutionMs = 10;
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  new Gauge({
    name: 'carillon_event_loop_delay_seconds',
    help: 'How late the event loop was since the metrics were last read, by quantile',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      for (const quantile of [0.5, 0.9, 0.99, 1]) {
        const nanoseconds = quantile === 1 ? delay.max : delay.percentile(quantile * 100);
        // It measures from timer to timer, which without any delay is the resolution.
        this.set({ quantile }, Math.max(0, nanoseconds / 1e9 - resolutionMs / 1e3));
      }
      delay.reset();
    },
  });
}
