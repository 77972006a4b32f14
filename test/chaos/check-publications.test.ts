import { describe, expect, test } from 'vitest';
import { check } from './checker.ts';
import type { FindingKind } from './findings.ts';
import {
  cleanHistory,
  eventOf,
  type ForgedHistory,
  type ForgedPublication,
  inboxOf,
  readerOf,
  syncOf,
} from './forged-history.ts';

/**
 * As the clean history; then a backend publishes `kept` to ann and eve, which it changes, and `gone` to ann, which it
 * takes back. Ann's events are 4: kept, 5: gone, 6: kept was changed, 7: gone was taken back.
 */
function published(): ForgedHistory {
  const history = cleanHistory();
  const { publications, store } = history;
  const base = { outcome: 'ok', reason: 'direct', expires: false, gone: 'no' } as const;
  publications.push(
    {
      ...base,
      key: 'kept',
      users: ['ann', 'eve'],
      texts: ['kept 2'],
      activityId: 'a-kept',
      reason: 'direct',
    },
    {
      ...base,
      key: 'gone',
      users: ['ann'],
      texts: ['gone 1'],
      activityId: 'a-gone',
      gone: 'done',
      goneAt: 50,
    },
  );
  store.activities.push(
    { id: 'a-kept', key: 'kept', text: 'kept 2', isRetracted: false },
    { id: 'a-gone', key: 'gone', text: '', isRetracted: true },
  );
  const inbox = inboxOf(history, 'ann');
  inbox.seq = 7;
  for (let seq = 4; seq <= 7; seq++) inbox.events.push({ seq, digest: `d${seq}` });
  inbox.notifications.push({ seq: 4, activityId: 'a-kept', reason: 'direct' });
  const eve = inboxOf(history, 'eve');
  eve.seq = 2;
  eve.events.push({ seq: 2, digest: 'd2' });
  eve.notifications.push({ seq: 2, activityId: 'a-kept', reason: 'direct' });
  inbox.counts = inbox.told = inbox.counted = { unread: 4, unseen: 4 };
  const counts = { unread: 4, unseen: 4 };
  const shown = (seq: number, type: string, notificationId: string, text?: string) => ({
    ...eventOf(seq),
    type,
    notificationId,
    text,
    counts,
  });
  readerOf(history).entries.push(
    shown(4, 'notification', 'a-kept', 'kept 1'),
    shown(5, 'notification', 'a-gone', 'gone 1'),
    shown(6, 'notification.updated', 'a-kept', 'kept 2'),
    shown(7, 'notification.removed', 'a-gone'),
  );
  return history;
}

function foundIn(forgery: (history: ForgedHistory) => unknown): FindingKind[] {
  const history = published();
  forgery(history);
  return check(history).map(({ kind }) => kind);
}

function publicationOf({ publications }: ForgedHistory, key: string): ForgedPublication {
  const found = publications.find((publication) => publication.key === key);
  if (found === undefined) throw new Error(`Nobody published ${key}.`);
  return found;
}

function storedOf({ store }: ForgedHistory, key: string) {
  const found = store.activities.find((activity) => activity.key === key);
  if (found === undefined) throw new Error(`The store has no ${key}.`);
  return found;
}

describe('nothing is found', () => {
  test('when all went well', () => {
    expect(check(published())).toEqual([]);
  });

  test('when nobody knows whether it was taken back, and it was not', () => {
    const found = foundIn((history) => (publicationOf(history, 'kept').gone = 'asked'));
    expect(found).toEqual([]);
  });

  test('when nobody knows whether it was changed', () => {
    const found = foundIn((history) => publicationOf(history, 'kept').texts.push('kept 3'));
    expect(found).toEqual([]);
  });

  test('when what was taken back comes on a stream that was there before', () => {
    const found = foundIn((history) => (publicationOf(history, 'gone').goneAt = 0));
    expect(found).toEqual([]);
  });

  test('when it was refused, and is not there', () => {
    const found = foundIn(({ publications }) =>
      publications.push({
        key: 'refused',
        users: ['ann'],
        reason: 'direct',
        texts: ['refused 1'],
        expires: true,
        outcome: 'refused',
        gone: 'asked',
      }),
    );
    expect(found).toEqual([]);
  });
});

const forgeries: readonly [FindingKind, string, (history: ForgedHistory) => unknown][] = [
  ['lost', 'what was acknowledged is not there', ({ store }) => store.activities.splice(0, 1)],
  ['lost', 'it is there under another id', (history) => (storedOf(history, 'kept').id = 'other')],
  [
    'lost',
    'one of those concerned was not notified',
    (history) => inboxOf(history, 'eve').notifications.pop(),
  ],
  [
    'lost',
    'it was taken back by nobody',
    (history) => {
      Object.assign(storedOf(history, 'kept'), { isRetracted: true, text: '' });
    },
  ],
  [
    'lost',
    'a reader was told that it is gone, and it is not',
    (history) =>
      (readerOf(history).entries[7] = { ...eventOf(6), text: undefined, notificationId: 'a-kept' }),
  ],
  [
    'doubled',
    'one is notified twice',
    (history) =>
      inboxOf(history, 'ann').notifications.push({ seq: 6, activityId: 'a-kept', reason: 'direct' }),
  ],
  [
    'doubled',
    'one key, two activities',
    ({ store }) => store.activities.push({ id: 'a-kept-2', key: 'kept', text: 'kept 2', isRetracted: false }),
  ],
  [
    'phantom',
    'nobody published it',
    ({ store }) => store.activities.push({ id: 'a9', key: 'other', text: '', isRetracted: true }),
  ],
  [
    'phantom',
    'it was refused, and is there',
    (history) => (publicationOf(history, 'kept').outcome = 'refused'),
  ],
  [
    'leak',
    'somebody has it whom it does not concern',
    (history) => publicationOf(history, 'kept').users.pop(),
  ],
  [
    'leak',
    'a reader sees what does not concern them',
    (history) => publicationOf(history, 'kept').users.shift(),
  ],
  [
    'undead',
    'it was taken back, and is there',
    (history) => Object.assign(storedOf(history, 'gone'), { isRetracted: false, text: 'gone 1' }),
  ],
  [
    'wrong reason',
    'somebody has it for another reason',
    (history) => (publicationOf(history, 'kept').reason = 'team'),
  ],
  ['undead', 'its text is still there', (history) => (storedOf(history, 'gone').text = 'gone 1')],
  [
    'undead',
    'somebody still has a notification of it',
    (history) =>
      inboxOf(history, 'ann').notifications.push({ seq: 5, activityId: 'a-gone', reason: 'direct' }),
  ],
  [
    'undead',
    'a stream that began afterwards shows it',
    (history) => {
      readerOf(history).entries.splice(6, 0, { kind: 'connect', cursor: 'k3f9x0qa.4', at: 51 }, syncOf(4, 4));
    },
  ],
  [
    'undead',
    'a reader was never told that it is gone',
    (history) => (readerOf(history).entries[8] = { ...eventOf(7), notificationId: undefined }),
  ],
  ['stale', 'it is as it was before the change', (history) => (storedOf(history, 'kept').text = 'kept 1')],
  [
    'stale',
    'a reader was never told of the change',
    (history) => (readerOf(history).entries[7] = { ...eventOf(6), notificationId: undefined }),
  ],
];

test.each(forgeries)('%s: %s', (kind, _what, forgery) => {
  expect(foundIn(forgery)).toContain(kind);
});
