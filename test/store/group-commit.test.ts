import Database, { SqliteError } from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import type { InboxEvent } from '../../src/domain/inbox.ts';
import { GroupCommit } from '../../src/store/sqlite/group-commit.ts';
import { codeOf, codesOf, numbersTo } from '../contract/store/bench.ts';
import { createTold, openHandle, temporaryPath, type Told } from './handles.ts';

let told: Told;
let path: string;
let database: Database.Database;
let group: GroupCommit;

beforeEach(() => {
  told = createTold();
  path = temporaryPath();
  database = openHandle(path);
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT');
  group = new GroupCommit(database, told.parts.onCommit, told.parts.onFailure);
});

/** Asks for one row and one event, and then for `more`. */
function write(id: number, body = 'x', more: () => void = () => undefined): Promise<number> {
  return group.run((events: InboxEvent[]) => {
    database.prepare('INSERT INTO notes VALUES (?, ?)').run(id, body);
    events.push({ userId: 'ann', seq: id, type: 'notification', data: '{}' });
    more();
    return id;
  });
}

/** The ids in the file, as another connection sees them. */
function kept(): number[] {
  return openHandle(path).prepare<[], number>('SELECT id FROM notes ORDER BY id').pluck().all();
}

const fail = (error: unknown) => () => {
  throw error;
};
const toldIds = () => told.commits.flatMap(({ events }) => events.map(({ seq }) => seq));
const tooLong = 'x'.repeat(1_000_000);

describe('one commit for many', () => {
  test('requests that arrive together share one commit, and each gets its own answer', async () => {
    expect(await Promise.all(numbersTo(100).map((id) => write(id)))).toEqual(numbersTo(100));
    expect(told.commits).toHaveLength(1);
    expect(told.commits[0]?.rows).toBe(100);
    expect(toldIds()).toEqual(numbersTo(100));
    expect(kept()).toEqual(numbersTo(100));
  });

  test('a crowd takes several commits, in the order in which it came', async () => {
    await Promise.all(numbersTo(1000).map((id) => write(id)));
    expect(told.commits.length).toBeGreaterThan(3);
    for (const { events } of told.commits) expect(events.length).toBeLessThanOrEqual(128);
    expect(toldIds()).toEqual(numbersTo(1000));
  });

  test('requests that come one after the other wait for nobody', async () => {
    for (const id of numbersTo(3)) await write(id);
    expect(told.commits.map(({ events }) => events.length)).toEqual([1, 1, 1]);
  });

  test('nobody is answered before the commit, nor before it was told', async () => {
    const seen: unknown[] = [];
    await write(1).then(() => seen.push(toldIds(), kept()));
    expect(seen).toEqual([[1], [1]]);
  });

  test('one that fails does not fail the others, and leaves and tells nothing', async () => {
    const answers = [
      write(1),
      write(2, 'x', fail(new Error('No.'))),
      write(3),
      write(3, 'the id is taken'),
      write(4),
    ];
    const outcomes = await Promise.allSettled(answers);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    await expect(answers[1]).rejects.toThrow('No.');
    expect(told.commits).toHaveLength(1);
    expect(toldIds()).toEqual([1, 3, 4]);
    expect(kept()).toEqual([1, 3, 4]);
  });

  test('what is written while a commit is told goes into the next one', async () => {
    let later: Promise<number> | undefined;
    group = new GroupCommit(
      database,
      (commit) => {
        told.parts.onCommit(commit);
        later ??= write(2);
      },
      told.parts.onFailure,
    );
    await write(1);
    await later;
    expect(told.commits.map(({ rows }) => rows)).toEqual([1, 1]);
  });
});

describe('when everything is rolled back', () => {
  test('a full disk rejects the whole group as storage_full, and there is no trace of it', async () => {
    await write(1);
    const pages = Number(database.pragma('page_count', { simple: true }));
    database.pragma(`max_page_count = ${pages + 10}`);

    const outcomes = [write(2), write(3, tooLong), write(4)];

    expect(await codesOf(outcomes)).toEqual(['storage_full']);
    expect(toldIds()).toEqual([1]);
    expect(told.commits).toHaveLength(1);
    expect(kept()).toEqual([1]);
    expect(told.failures).toEqual([]);
  });

  test('after a full disk what fits is written, and everything once there is room', async () => {
    await write(1);
    const pages = Number(database.pragma('page_count', { simple: true }));
    database.pragma(`max_page_count = ${pages + 10}`);
    expect(await codeOf(write(2, tooLong))).toBe('storage_full');
    await write(3);
    database.pragma('max_page_count = 1000000');
    await write(4, tooLong);
    expect(toldIds()).toEqual([1, 3, 4]);
    expect(kept()).toEqual([1, 3, 4]);
  });

  test('an error that ends the transaction under way lets nobody write outside of one', async () => {
    const rollBack = () => {
      database.prepare('INSERT OR ROLLBACK INTO notes VALUES (1, ?)').run('the id is taken');
    };
    await write(1);
    const outcomes = [write(2), write(3, 'x', rollBack), write(4)];
    const reasons = (await Promise.allSettled(outcomes)).map(
      (outcome) => 'reason' in outcome && outcome.reason,
    );
    for (const reason of reasons) expect(String(reason)).toMatch(/UNIQUE/);
    expect(database.inTransaction).toBe(false);
    expect(kept()).toEqual([1]);
    expect(toldIds()).toEqual([1]);
    await write(5);
    expect(kept()).toEqual([1, 5]);
  });

  test('while another connection holds the write lock it is unavailable, and works again afterwards', async () => {
    const other = openHandle(path);
    other.exec('BEGIN IMMEDIATE');
    expect(await codesOf([write(1), write(2)])).toEqual(['unavailable']);
    other.exec('COMMIT');
    await write(3);
    expect(kept()).toEqual([3]);
    expect(told.failures).toEqual([]);
  });
});

describe('a failure for good', () => {
  const lost = new SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC');

  /** From now on every commit ends as when fsync fails. */
  function breakCommits(): void {
    const broken = openHandle(path);
    const transaction = broken.transaction.bind(broken);
    broken.transaction = ((work: () => unknown) => {
      const real = transaction(work);
      return Object.assign(() => real(), { immediate: fail(lost) });
    }) as unknown as typeof transaction;
    group = new GroupCommit(broken, told.parts.onCommit, told.parts.onFailure);
  }

  test('is told once, rejects all that wait, and nothing is written any more', async () => {
    breakCommits();
    const outcomes = numbersTo(300).map((id) => write(id));
    expect(await codesOf(outcomes)).toEqual(['unavailable']);
    expect(await codeOf(write(301))).toBe('unavailable');
    expect(told.failures).toEqual([lost]);
    expect(told.commits).toEqual([]);
  });

  test('is one as well when it shows before the commit: of such a group nothing is kept', async () => {
    const corrupt = new SqliteError('database disk image is malformed', 'SQLITE_CORRUPT');
    const outcomes = [write(1), write(2, 'x', fail(corrupt)), write(3)];
    expect(await codesOf(outcomes)).toEqual(['unavailable']);
    expect(await codeOf(write(4))).toBe('unavailable');
    expect(told.failures).toEqual([corrupt]);
    expect(kept()).toEqual([]);
  });

  test('whoever closes the store on hearing of it causes no further attempt to write', async () => {
    const corrupt = new SqliteError('database disk image is malformed', 'SQLITE_CORRUPT');
    group = new GroupCommit(database, told.parts.onCommit, () => group.close());
    const outcomes = [write(1, 'x', fail(corrupt)), ...numbersTo(200).map((id) => write(id + 1))];
    expect(await codesOf(outcomes)).toEqual(['unavailable']);
    expect(kept()).toEqual([]);
    expect(told.commits).toEqual([]);
  });
});

describe('closing', () => {
  test('commits what waits before it returns, and refuses what comes then', async () => {
    const waiting = numbersTo(300).map((id) => write(id));
    group.close();
    expect(kept()).toEqual(numbersTo(300));
    expect(await codeOf(write(301))).toBe('unavailable');
    expect(await Promise.all(waiting)).toEqual(numbersTo(300));
    expect(toldIds()).toEqual(numbersTo(300));
  });
});
