/** How large and how long the scenarios are. Rounds are how often each server has its turn. */
export const full = {
  owners: 15_000,
  writers: 32,
  idle: { streams: 15_000, rounds: 2 },
  fanOut: { streams: 15_000, events: 5, bursts: 4, rounds: 2 },
  delivery: { streams: 10_000, rate: 1_000, seconds: 8, warmUpSeconds: 2, rounds: 2 },
  post: { warmUpMs: 1_500, durationMs: 4_000, hearers: 5, rounds: 2 },
  replay: { streams: 10_000, missed: 10, rounds: 1 },
  growth: {
    streams: [1_000, 5_000, 15_000],
    databaseStreams: 1_000,
    notifications: [10_000, 1_000_000],
    rate: 1_000,
    seconds: 4,
    warmUpSeconds: 1,
    rounds: 2,
  },
  stuck: { healthy: 1_000, stuck: 100, events: 10_000, rate: 1_000, rounds: 2 },
  watchers: { streams: 10_000, others: 1_000, many: 100_000, rate: 200, seconds: 5, rounds: 2 },
  fleet: {
    streams: 6_000,
    idleSeconds: 15,
    warmUpMs: 2_000,
    durationMs: 6_000,
    rate: 300,
    seconds: 8,
    rounds: 2,
  },
};
export type Settings = typeof full;

/** A small form that shows in a minute whether everything works; its figures mean nothing. */
export const quick: Settings = {
  owners: 1_500,
  writers: 32,
  idle: { streams: 1_500, rounds: 1 },
  fanOut: { streams: 1_500, events: 5, bursts: 2, rounds: 1 },
  delivery: { streams: 1_000, rate: 500, seconds: 2, warmUpSeconds: 1, rounds: 1 },
  post: { warmUpMs: 500, durationMs: 1_000, hearers: 5, rounds: 1 },
  replay: { streams: 500, missed: 10, rounds: 1 },
  growth: {
    streams: [100, 500, 1_500],
    databaseStreams: 100,
    notifications: [1_000, 20_000],
    rate: 500,
    seconds: 2,
    warmUpSeconds: 1,
    rounds: 1,
  },
  stuck: { healthy: 100, stuck: 10, events: 1_000, rate: 500, rounds: 1 },
  watchers: { streams: 1_000, others: 100, many: 5_000, rate: 100, seconds: 2, rounds: 1 },
  fleet: {
    streams: 600,
    idleSeconds: 3,
    warmUpMs: 500,
    durationMs: 1_000,
    rate: 100,
    seconds: 2,
    rounds: 1,
  },
};
