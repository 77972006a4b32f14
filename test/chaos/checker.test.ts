import { describe, expect, test } from 'vitest';
import { check } from './checker.ts';
import type { FindingKind } from './findings.ts';
import {
  cleanHistory,
  eventOf,
  forge,
  inboxOf,
  readerOf,
  syncOf,
  writeOf,
  type Forgery,
} from './forged-history.ts';

/** The kinds of what the checker finds in a clean history that was forged in this way. */
function foundIn(forgery: Forgery): FindingKind[] {
  return check(forge(forgery)).map(({ kind }) => kind);
}

describe('nothing is found', () => {
  test('in a history in which all went well', () => {
    expect(check(cleanHistory())).toEqual([]);
  });

  test('in one of a reader that resumed, with the events it had missed', () => {
    const found = foundIn((history) => {
      readerOf(history).entries.splice(3, 0, { kind: 'connect', cursor: 'k3f9x0qa.1', at: 0 });
      readerOf(history).entries.push(syncOf(1, 3));
    });
    expect(found).toEqual([]);
  });

  test('when a comment is there of which nobody knows whether it was taken', () => {
    expect(foundIn((history) => (writeOf(history, 'w2').outcome = 'unknown'))).toEqual([]);
  });

  test('when an own comment notifies nobody', () => {
    const found = foundIn(({ writes, store }) => {
      const write = { key: 'own', author: 'ann', reportId: 'r-ann', begun: 0 };
      writes.push({ ...write, outcome: 'ok', commentId: 'c-own' });
      store.comments.push({ id: 'c-own', reportId: 'r-ann', author: 'ann', key: 'own' });
    });
    expect(found).toEqual([]);
  });

  test('when a cursor that was pruned is reset', () => {
    const found = foundIn((history) => {
      const inbox = inboxOf(history, 'ann');
      inbox.floor = 2;
      inbox.events = inbox.events.slice(2);
      readerOf(history).entries = [
        { kind: 'connect', cursor: 'k3f9x0qa.1', at: 0 },
        resetTo(2, 'expired'),
        syncOf(2, 2),
        eventOf(3),
      ];
    });
    expect(found).toEqual([]);
  });

  test('when a reader that was stopped before the end lacks the end', () => {
    const found = foundIn((history) => {
      readerOf(history).isComplete = false;
      readerOf(history).entries.pop();
    });
    expect(found).toEqual([]);
  });
});

const forgeries: readonly [expected: FindingKind, what: string, Forgery][] = [
  [
    'lost',
    'an acknowledged comment that the store does not have',
    (history) => history.writes.push({ ...writeOf(history, 'w1'), key: 'w9', commentId: 'c9' }),
  ],
  [
    'lost',
    'an acknowledged comment that is another in the store',
    (history) => (writeOf(history, 'w1').commentId = 'c2'),
  ],
  [
    'lost',
    'an acknowledged comment of which its recipient has no notification',
    (history) => inboxOf(history, 'ann').notifications.pop(),
  ],
  ['lost', 'a reader that never saw the last event', (history) => readerOf(history).entries.pop()],
  ['lost', 'a reader that never got anything', (history) => readerOf(history).entries.splice(0)],
  [
    'doubled',
    'one key, two comments',
    ({ store }) => store.comments.push({ id: 'c1b', reportId: 'r-ann', author: 'bob', key: 'w1' }),
  ],
  [
    'doubled',
    'two notifications of one comment',
    (history) => inboxOf(history, 'ann').notifications.push({ seq: 4, activityId: 'c1' }),
  ],
  [
    'doubled',
    'an event that a reader saw twice',
    (history) => readerOf(history).entries.splice(3, 0, eventOf(1)),
  ],
  [
    'doubled',
    'an event that comes again after a reconnect',
    (history) => readerOf(history).entries.push({ kind: 'connect', cursor: 'k3f9x0qa.3', at: 0 }, eventOf(3)),
  ],
  ['hole', 'an event that a reader missed', (history) => readerOf(history).entries.splice(2, 1)],
  [
    'hole',
    'events out of order',
    (history) => {
      const { entries } = readerOf(history);
      [entries[3], entries[4]] = [entries[4] ?? eventOf(3), entries[3] ?? eventOf(2)];
    },
  ],
  [
    'hole',
    'a reset without a cause',
    (history) => readerOf(history).entries.push(resetTo(3, 'unknown'), syncOf(3, 3)),
  ],
  [
    'hole',
    'a reset of a cursor that was not pruned',
    (history) => readerOf(history).entries.splice(2, 4, resetTo(3, 'expired')),
  ],
  [
    'hole',
    'a sync that says that more has come than did',
    (history) => readerOf(history).entries.splice(1, 1, syncOf(0, 1)),
  ],
  ['hole', 'a ping of another number', (history) => readerOf(history).entries.push({ kind: 'ping', seq: 2 })],
  [
    'hole',
    'an id that is not the number of its event',
    (history) => readerOf(history).entries.splice(4, 1, { ...eventOf(3), id: 'k3f9x0qa.4' }),
  ],
  ['hole', 'a gap in the log', (history) => inboxOf(history, 'ann').events.splice(1, 1)],
  ['hole', 'a log that ends before its inbox', (history) => inboxOf(history, 'ann').events.pop()],
  [
    'phantom',
    'a refused comment that is there all the same',
    (history) => (writeOf(history, 'w2').outcome = 'refused'),
  ],
  [
    'phantom',
    'a comment that nobody wrote',
    ({ store }) => store.comments.push({ id: 'c9', reportId: 'r-ann', author: 'bob', key: 'w9' }),
  ],
  [
    'phantom',
    'an event of a comment that the store does not have',
    (history) => readerOf(history).entries.splice(4, 1, { ...eventOf(3), notificationId: 'c9' }),
  ],
  [
    'phantom',
    'an event beyond the end of the log',
    (history) => readerOf(history).entries.push({ ...eventOf(4), notificationId: undefined }),
  ],
  [
    'phantom',
    'an event that says something else than the stored one',
    (history) => readerOf(history).entries.splice(4, 1, { ...eventOf(3), digest: 'other' }),
  ],
  [
    'phantom',
    'a notification of a comment that the store does not have',
    (history) => inboxOf(history, 'ann').notifications.push({ seq: 4, activityId: 'c9' }),
  ],
  [
    'lost',
    'a comment of which somebody who had commented before has no notification',
    ({ writes, store }) => {
      writes.push({
        key: 'w4',
        author: 'cleo',
        reportId: 'r-ann',
        begun: 10,
        ended: 11,
        outcome: 'ok',
        commentId: 'c4',
      });
      store.comments.push({ id: 'c4', reportId: 'r-ann', author: 'cleo', key: 'w4' });
      store.inboxes.get('ann')?.notifications.push({ seq: 4, activityId: 'c4' });
    },
  ],
  [
    'leak',
    "an event of somebody else's comment",
    (history) => readerOf(history).entries.splice(4, 1, { ...eventOf(3), notificationId: 'c-eve' }),
  ],
  [
    'leak',
    "a notification of somebody else's comment",
    (history) => inboxOf(history, 'ann').notifications.push({ seq: 4, activityId: 'c-eve' }),
  ],
  [
    'drift',
    'counts that a reader was told last and the store does not have',
    (history) => readerOf(history).entries.splice(4, 1, { ...eventOf(3), counts: { unread: 4, unseen: 3 } }),
  ],
  [
    'drift',
    'counts that the API does not say',
    (history) => (inboxOf(history, 'ann').told = { unread: 3, unseen: 2 }),
  ],
  [
    'drift',
    'counts that do not add up',
    (history) => (inboxOf(history, 'ann').counted = { unread: 2, unseen: 3 }),
  ],
  [
    'leaked resource',
    'sockets that stay open',
    ({ resources }) => resources.push({ name: 'sockets', before: 3, after: 6, allowance: 2 }),
  ],
  ['crash', 'a server that ended by itself', ({ crashes }) => crashes.push('run 2 ended by itself with 1')],
];

test.each(forgeries)('%s: %s', (kind, _what, forgery) => {
  expect(foundIn(forgery)).toContain(kind);
});

function resetTo(seq: number, reason: string) {
  return {
    kind: 'reset' as const,
    id: `k3f9x0qa.${seq}`,
    reason,
    seq,
    counts: { unread: seq, unseen: seq },
  };
}
