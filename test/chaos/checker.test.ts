import { describe, expect, test } from 'vitest';
import { check } from './checker.ts';
import type { FindingKind } from './findings.ts';
import {
  cleanHistory,
  commentOf,
  eventOf,
  forge,
  inboxOf,
  readerOf,
  syncOf,
  writeOf,
  type Forgery,
  type ForgedHistory,
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
    const found = foundIn((history) => {
      const { writes, store } = history;
      writes.push({ ...writeOf(history, 'w1'), ...saidBy('ann', 'own'), begun: 0 });
      store.comments.push(commentOf('own', { author: 'ann' }));
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
    (history) => history.writes.push({ ...writeOf(history, 'w1'), ...saidBy('bob', 'w9') }),
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
  ['doubled', 'one key, two comments', ({ store }) => store.comments.push(commentOf('w1', { id: 'c1b' }))],
  [
    'doubled',
    'two notifications of one comment',
    (history) => inboxOf(history, 'ann').notifications.push({ seq: 4, activityId: 'c1', reason: 'owner' }),
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
  ['phantom', 'a comment that nobody wrote', ({ store }) => store.comments.push(commentOf('w9'))],
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
    (history) => inboxOf(history, 'ann').notifications.push({ seq: 4, activityId: 'c9', reason: 'owner' }),
  ],
  [
    'lost',
    'a comment of which somebody who had commented before has no notification',
    (history) => {
      const { writes, store } = history;
      writes.push({ ...writeOf(history, 'w1'), ...saidBy('cleo', 'w4'), begun: 10, ended: 11 });
      store.comments.push(commentOf('w4', { author: 'cleo' }));
      store.inboxes.get('ann')?.notifications.push({ seq: 4, activityId: 'c-w4', reason: 'owner' });
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
    (history) => inboxOf(history, 'ann').notifications.push({ seq: 4, activityId: 'c-eve', reason: 'owner' }),
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

const conversations: readonly [expected: FindingKind | undefined, what: string, Forgery][] = [
  [
    undefined,
    'somebody is spoken to who has nothing to do with the report, and hears of it',
    (history) => speakTo(history, 'eve', 'mention'),
  ],
  ['wrong reason', 'who is spoken to hears of it for less', (history) => speakTo(history, 'eve', 'owner')],
  ['lost', 'who is spoken to hears of nothing', (history) => writeOf(history, 'w2').mentions.push('eve')],
  [
    'wrong reason',
    'the owner hears of it as somebody who had commented',
    (history) => ((inboxOf(history, 'ann').notifications[1] ?? fail()).reason = 'commented'),
  ],
  [undefined, 'a comment is deleted, and nothing is left of it', (history) => deleteLast(history)],
  [
    'lost',
    'a comment is gone that nobody deleted',
    (history) => {
      deleteLast(history);
      writeOf(history, 'w3').gone = 'no';
    },
  ],
  ['undead', 'a comment was deleted, and is there', (history) => (writeOf(history, 'w3').gone = 'done')],
  [
    'undead',
    'a comment was deleted, and its text is there',
    (history) => {
      deleteLast(history);
      (history.store.comments[2] ?? fail()).text = 'w3 as posted';
    },
  ],
  [
    'undead',
    'a comment was deleted, and its notification is there',
    (history) => {
      deleteLast(history);
      inboxOf(history, 'ann').notifications.push({ seq: 3, activityId: 'c3', reason: 'owner' });
    },
  ],
  [
    'undead',
    'a reader was never told that a comment is gone',
    (history) => {
      deleteLast(history);
      readerOf(history).entries.splice(-1, 1, { ...eventOf(4), notificationId: undefined });
    },
  ],
  [
    'undead',
    'a stream that began after the deletion shows the comment',
    (history) => {
      deleteLast(history);
      const again = { kind: 'connect', cursor: 'k3f9x0qa.2', at: 2 } as const;
      readerOf(history).entries.splice(4, 0, again, syncOf(2, 2));
    },
  ],
  [undefined, 'a comment is changed, and everybody is shown that', (history) => changeLast(history)],
  [
    'stale',
    'a comment was changed, and is as it was',
    (history) => (writeOf(history, 'w3').texts = ['w3 as changed']),
  ],
  [
    'stale',
    'a comment was changed, and a reader was not told',
    (history) => {
      changeLast(history);
      readerOf(history).entries.splice(-1, 1, { ...eventOf(4), notificationId: undefined });
    },
  ],
];

test.each(conversations)('%s: %s', (kind, _what, forgery) => {
  if (kind === undefined) expect(check(forge(forgery))).toEqual([]);
  else expect(foundIn(forgery)).toContain(kind);
});

/** Comment 2 speaks to this user, who was not concerned, and has a notification of it for this reason. */
function speakTo(history: ForgedHistory, user: string, reason: string): void {
  writeOf(history, 'w2').mentions.push(user);
  const inbox = inboxOf(history, user);
  inbox.seq = 2;
  inbox.events.push({ seq: 2, digest: 'd2' });
  inbox.notifications.push({ seq: 2, activityId: 'c2', reason });
}

/** Comment 3 is deleted, of which event 4 tells. */
function deleteLast(history: ForgedHistory): void {
  Object.assign(writeOf(history, 'w3'), { gone: 'done', goneAt: 1 });
  Object.assign(history.store.comments[2] ?? fail(), { isDeleted: true, text: '' });
  inboxOf(history, 'ann').notifications.pop();
  tellLast(history, undefined);
}

/** Comment 3 is changed, of which event 4 tells. */
function changeLast(history: ForgedHistory): void {
  writeOf(history, 'w3').texts = ['w3 as changed'];
  (history.store.comments[2] ?? fail()).text = 'w3 as changed';
  tellLast(history, 'w3 as changed');
}

function tellLast(history: ForgedHistory, text: string | undefined): void {
  const inbox = inboxOf(history, 'ann');
  const counts = { unread: 3, unseen: 3 };
  inbox.seq = 4;
  inbox.events.push({ seq: 4, digest: 'd4' });
  const type = text === undefined ? 'notification.removed' : 'notification.updated';
  readerOf(history).entries.push({ ...eventOf(4), type, notificationId: 'c3', text, counts });
}

/** What differs in a write by somebody else under another key. */
function saidBy(author: string, key: string) {
  return { author, key, texts: [`${key} as posted`], commentId: `c-${key}` };
}

function fail(): never {
  throw new Error('The clean history has no such part.');
}

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
