import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, vi } from 'vitest';
import { StartError } from '../../src/domain/errors.ts';
import type { Commit, Store, StoreParts } from '../../src/domain/store.ts';
import { openSqlite } from '../../src/store/sqlite/open-sqlite.ts';
import { temporaryFolder } from '../support/server.ts';

/** What a store told, and the parts that it told it to. */
export interface Told {
  readonly parts: StoreParts;
  readonly commits: readonly Commit[];
  readonly failures: readonly unknown[];
  readonly clock: { now: number };
}

export function createTold(): Told {
  const commits: Commit[] = [];
  const failures: unknown[] = [];
  const clock = { now: Date.parse('2026-11-05T12:00:00.000Z') };
  return {
    parts: {
      onCommit: (commit) => commits.push(commit),
      onFailure: (cause) => failures.push(cause),
      now: () => clock.now,
    },
    commits,
    failures,
    clock,
  };
}

/** Where a database can be made; the folder goes away with the test. */
export function temporaryPath(): string {
  return join(temporaryFolder(), 'carillon.db');
}

export interface OpenedAt extends Told {
  readonly store: Store;
  /** The store's own connection; to be looked at only. */
  readonly connection: Database.Database;
}

/** Opens a store, which is closed with the test. */
export async function openStoreAt(path: string): Promise<OpenedAt> {
  const told = createTold();
  // A store keeps its connection to itself, but cannot hide on whom it sets the pragmas.
  const isOwn = (context: unknown) => context instanceof Database && context.name === path;
  const pragma = vi.spyOn(Database.prototype, 'pragma');
  try {
    const store = openSqlite(path, told.parts);
    onTestFinished(() => store.close());
    const connection = pragma.mock.contexts.find(isOwn) as Database.Database | undefined;
    if (connection === undefined) throw new Error('The store opened without a pragma.');
    return { ...told, store, connection };
  } finally {
    pragma.mockRestore();
  }
}

/** What is said when the database at `path` cannot be opened: one line that names it. */
export function refusalOf(path: string): string {
  try {
    openSqlite(path, createTold().parts);
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    const { message } = error as StartError;
    expect(message).toContain(`DATABASE_URL names ${path}`);
    expect(message).toMatch(/\.$/);
    expect(message).not.toContain('\n');
    return message;
  }
  return expect.unreachable(`${path} was opened`);
}

/** Another handle on the file, which is closed with the test. */
export function openHandle(path: string, options: Database.Options = {}): Database.Database {
  const handle = new Database(path, { timeout: 0, ...options });
  onTestFinished(() => void handle.close());
  return handle;
}
