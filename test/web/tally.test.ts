import { expect, test } from 'vitest';
import { Missed } from '../../src/web/tally.ts';

test('what the server accepted while the connection was away is missed, then delivered', () => {
  const missed = new Missed();
  missed.accepted();
  missed.accepted();
  expect(missed.tally).toEqual({ missed: 2, delivered: 0, lost: 0, isWaiting: true });
  missed.replayed();
  expect(missed.tally).toEqual({ missed: 2, delivered: 1, lost: 0, isWaiting: true });
  missed.replayed();
  missed.synced(2);
  expect(missed.tally).toEqual({ missed: 2, delivered: 2, lost: 0, isWaiting: false });
});

test('what this page did not know of counts as well, by the server’s number', () => {
  const missed = new Missed();
  missed.accepted();
  for (let i = 0; i < 4; i++) missed.replayed();
  missed.synced(4);
  expect(missed.tally).toEqual({ missed: 4, delivered: 4, lost: 0, isWaiting: false });
});

test('what the server says was missed and what never came is lost, and stays so', () => {
  const missed = new Missed();
  missed.replayed();
  missed.synced(3);
  missed.synced(0);
  expect(missed.tally).toEqual({ missed: 3, delivered: 1, lost: 2, isWaiting: false });
});
