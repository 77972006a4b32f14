import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Beating, Heartbeat } from '../../src/stream/heartbeat.ts';

const periodMs = 2_000;
/** How much too early, or how late for a ping, something may come: the wheel's slots are 50 ms. */
const slackMs = 100;

let heartbeat: Heartbeat;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval', 'Date'] });
  vi.advanceTimersByTime(37); // The timer does not tick when a slot begins.
  heartbeat = new Heartbeat(periodMs);
});

afterEach(() => {
  heartbeat.close();
  vi.useRealTimers();
});

/** A stream that ends after `lifeMs` and tells when it was pinged and when it ended. */
function addStream(lifeMs: number) {
  const bornAt = performance.now();
  const pings: number[] = [];
  const stream = {
    slot: 0,
    endsAt: bornAt + lifeMs,
    pings,
    expiredAt: undefined as number | undefined,
    ping: (): void => {
      pings.push(performance.now() - bornAt);
    },
    expire: () => {
      stream.expiredAt = performance.now() - bornAt;
      heartbeat.remove(stream);
    },
  };
  heartbeat.add(stream satisfies Beating);
  return stream;
}

test('each stream is pinged once in every period, first at a time of its own', () => {
  const streams = Array.from({ length: 200 }, () => addStream(Infinity));
  vi.advanceTimersByTime(10 * periodMs);
  for (const { pings } of streams) {
    expect(pings.length).toBeGreaterThanOrEqual(9);
    expect(pings[0]).toBeLessThanOrEqual(periodMs + slackMs);
    for (const [i, at] of pings.entries()) expect(at - (pings[0] ?? 0)).toBeCloseTo(i * periodMs, -2);
  }
  expect(new Set(streams.map(({ pings }) => pings[0])).size).toBeGreaterThan(20);
});

test.each([0, 30, 700, 1_999, 2_000, 2_001, 5_000, 61_234])(
  'a stream with %d ms to live ends in time, and is pinged until then',
  (lifeMs) => {
    // Wherever in the period they beat.
    const streams = Array.from({ length: 100 }, () => addStream(lifeMs));
    vi.advanceTimersByTime(lifeMs + slackMs);
    for (const { expiredAt, pings } of streams) {
      expect(expiredAt).toBeGreaterThanOrEqual(lifeMs - slackMs);
      // A life that is shorter than a slot cannot end within itself.
      expect(expiredAt).toBeLessThanOrEqual(Math.max(lifeMs, slackMs));
      for (const [i, at] of [...pings, lifeMs].entries()) {
        expect(at - (pings[i - 1] ?? 0)).toBeLessThanOrEqual(periodMs + slackMs);
      }
      const { length } = pings;
      vi.advanceTimersByTime(0);
      expect(pings).toHaveLength(length);
    }
  },
);

test('one that was removed is left alone', () => {
  const gone = addStream(500);
  const stays = addStream(Infinity);
  heartbeat.remove(gone);
  heartbeat.remove(gone);
  vi.advanceTimersByTime(2 * periodMs);
  expect(gone.pings).toHaveLength(0);
  expect(gone.expiredAt).toBeUndefined();
  expect(stays.pings.length).toBeGreaterThan(0);
});

test('one that leaves while its slot is visited does not disturb the others', () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const streams = Array.from({ length: 5 }, () => addStream(Infinity));
  vi.restoreAllMocks();
  for (const stream of streams.slice(0, 2)) stream.ping = () => heartbeat.remove(stream);
  vi.advanceTimersByTime(3 * periodMs);
  for (const { pings } of streams.slice(2)) expect(pings.length).toBeGreaterThanOrEqual(2);
});

test('after a time in which nothing ran, each is pinged once and not as often as was missed', () => {
  const streams = Array.from({ length: 50 }, () => addStream(Infinity));
  const late = addStream(4 * periodMs);
  const now = performance.now();
  vi.spyOn(performance, 'now').mockReturnValue(now + 5 * periodMs + 10);
  vi.advanceTimersByTime(50);
  for (const { pings } of streams) expect(pings).toHaveLength(1);
  expect(late.expiredAt).toBeDefined();
  expect(late.pings).toHaveLength(0);
  vi.restoreAllMocks();
});
