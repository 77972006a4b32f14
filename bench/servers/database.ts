import Database from 'better-sqlite3';

/** How many comments the SQLite file at `path` holds. */
export function countComments(path: string): number {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare<[], number>('SELECT count(*) FROM comments').pluck().get() ?? 0;
  } finally {
    database.close();
  }
}

/** Brings everything into the file itself, so that it alone can be copied; nobody else may have it open. */
export function settleDatabase(path: string): void {
  const database = new Database(path);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}
