import Database, { SqliteError } from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import type { StoreParts } from '../../src/domain/store.ts';
import { GroupCommit } from '../../src/store/group-commit.ts';
import { SqliteCommitter } from '../../src/store/sqlite/committer.ts';
import { openSqlite } from '../../src/store/sqlite/open-sqlite.ts';
import { prepareStatements } from '../../src/store/sqlite/statements.ts';
import { codeOf, codesOf, numbersTo } from '../contract/store/bench.ts';
import { createTold, openHandle, temporaryPath, type Told } from './handles.ts';

let told: Told;
let path: string;
let database: Database.Database;
let group: GroupCommit;

beforeEach(async () => {
  told = createTold();
  path = temporaryPath();
  await openSqlite(path, told.parts).close();
  database = openHandle(path);
  group = openGroup(database, told.parts);
});

function openGroup(on: Database.Database, parts: Pick<StoreParts, 'onCommit' | 'onFailure'>): GroupCommit {
  return new GroupCommit(
    new SqliteCommitter({
      database: on,
      statements: prepareStatements(on),
      files: { assertSame: () => undefined },
      now: told.parts.now,
    }),
    parts,
  );
}

/** Asks for one row and one event, and then for `more`. */
function write(id: number, body = 'x', more: () => void = () => undefined): Promise<number> {
  return group.run(async (tx) => {
    tx.insert('meta', { key: String(id), value: body });
    tx.tell({ userId: 'ann', seq: id, type: 'notification', data: '{}' });
    more();
    return id;
  });
}

/** The ids in the file, as another connection sees them. */
function kept(): number[] {
  const keys = openHandle(path)
    .prepare<[], string>(`SELECT key FROM meta WHERE key <> 'epoch'`)
    .pluck()
    .all();
  return keys.map(Number).sort((a, b) => a - b);
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
    expect(toldIds()).toEqual([1, 3, 4]);
    expect(kept()).toEqual([1, 3, 4]);
  });

  test('one that is refused before it writes leaves the commit of the others as it is', async () => {
    const refused = group.run(async () => {
      throw new AppError('not_found', 'No.');
    });
    const outcomes = await Promise.allSettled([write(1), refused, write(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(told.commits.map(({ rows }) => rows)).toEqual([2]);
  });

  test('a refusal after the first write is a fault of the code, and keeps nothing of it', async () => {
    const late = write(1, 'x', fail(new AppError('not_found', 'No.')));
    await expect(late).rejects.toThrow('A use case threw an AppError after it had written.');
    expect(kept()).toEqual([]);
  });

  test('a commit takes a bounded number of rows: what comes behind a large one waits for the next', async () => {
    const large = group.run(async (tx) => {
      for (const id of numbersTo(1500)) tx.insert('meta', { key: String(id), value: 'x' });
    });
    await Promise.all([large, write(2001), write(2002)]);
    expect(told.commits.map(({ rows }) => rows)).toEqual([1500, 2]);
  });

  test('what is written while a commit is told goes into the next one', async () => {
    let later: Promise<number> | undefined;
    group = openGroup(database, {
      ...told.parts,
      onCommit: (commit) => {
        told.parts.onCommit(commit);
        later ??= write(2);
      },
    });
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
      database.prepare(`INSERT OR ROLLBACK INTO meta VALUES ('1', ?)`).run('the id is taken');
    };
    await write(1);
    const outcomes = await Promise.allSettled([write(2), write(3, 'x', rollBack), write(4)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(database.inTransaction).toBe(false);
    expect(kept()).toEqual([1, 2, 4]);
    expect(toldIds()).toEqual([1, 2, 4]);
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
    const prepare = broken.prepare.bind(broken);
    broken.prepare = ((sql: string) => {
      const statement = prepare(sql);
      return sql === 'COMMIT' ? Object.assign(statement, { run: fail(lost) }) : statement;
    }) as typeof prepare;
    group = openGroup(broken, told.parts);
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
    group = openGroup(database, { ...told.parts, onFailure: () => void group.close() });
    const outcomes = [write(1, 'x', fail(corrupt)), ...numbersTo(200).map((id) => write(id + 1))];
    expect(await codesOf(outcomes)).toEqual(['unavailable']);
    expect(kept()).toEqual([]);
    expect(told.commits).toEqual([]);
  });
});

describe('closing', () => {
  test('commits what waits before it returns, and refuses what comes then', async () => {
    const waiting = numbersTo(300).map((id) => write(id));
    await group.close();
    expect(kept()).toEqual(numbersTo(300));
    expect(await codeOf(write(301))).toBe('unavailable');
    expect(await Promise.all(waiting)).toEqual(numbersTo(300));
    expect(toldIds()).toEqual(numbersTo(300));
  });
});
