import { expect, test } from 'vitest';
import { connectionNotice } from '../../../src/client/bell/connection-notice.ts';

const since = 1_000_000;
const after = (seconds: number) => since + seconds * 1000;

test('a good connection, or nobody’s, is not worth a word', () => {
  const silent = { notice: { kind: 'none' }, changesInMs: undefined };
  expect(connectionNotice({ status: 'live', since }, 0, after(100))).toEqual(silent);
  expect(connectionNotice({ status: 'signedOut', code: 401, detail: '' }, 0, after(100))).toEqual(silent);
  expect(connectionNotice({ status: 'closed' }, 0, after(100))).toEqual(silent);
});

test('a lost one is told after 3 s, and after 20 s since when it is lost', () => {
  const lost = { status: 'reconnecting', since } as const;
  expect(connectionNotice(lost, 0, after(1))).toEqual({ notice: { kind: 'none' }, changesInMs: 2_000 });
  expect(connectionNotice(lost, 0, after(3))).toEqual({
    notice: { kind: 'reconnecting' },
    changesInMs: 17_000,
  });
  expect(connectionNotice(lost, 0, after(20))).toEqual({
    notice: { kind: 'offline', since },
    changesInMs: undefined,
  });
});

test('without a network there is nothing to reconnect to', () => {
  const offline = { status: 'offline', since } as const;
  expect(connectionNotice(offline, 0, after(2)).notice).toEqual({ kind: 'none' });
  expect(connectionNotice(offline, 0, after(3)).notice).toEqual({ kind: 'offline', since });
});

test('one that never was counts from when the bell was put up', () => {
  expect(connectionNotice({ status: 'connecting' }, since, after(2)).notice).toEqual({ kind: 'none' });
  expect(connectionNotice({ status: 'connecting' }, since, after(4)).notice).toEqual({
    kind: 'reconnecting',
  });
});
