import { expect, test } from 'vitest';
import { faultNames, scheduleOf } from './schedule.ts';

test('a schedule follows from its seed', () => {
  expect(scheduleOf(7, 60, faultNames)).toEqual(scheduleOf(7, 60, faultNames));
  expect(scheduleOf(8, 60, faultNames)).not.toEqual(scheduleOf(7, 60, faultNames));
});

test('a minute is enough for every fault, and nothing begins after its end', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { server, clients } = scheduleOf(seed, 60, faultNames);
    const turns = [...server, ...clients];
    expect(new Set(turns.map(({ fault }) => fault))).toEqual(new Set(faultNames));
    expect(Math.max(...turns.map(({ atMs }) => atMs))).toBeLessThan(60_000);
  }
});

test('kill alone means about thirty restarts a minute', () => {
  const { server, clients } = scheduleOf(1, 60, ['kill']);
  expect(server.length).toBeGreaterThanOrEqual(30);
  expect(clients).toEqual([]);
});
