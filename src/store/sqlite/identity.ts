import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';

export const migrationsFolder = fileURLToPath(new URL('../../../migrations/sqlite', import.meta.url));

/** Whose a database is: nobody's yet, this version's to use, a newer version's, or another application's. */
export type Identity = 'empty' | 'ours' | 'newer' | 'foreign';

const Journal = z.object({ entries: z.array(z.object({ when: z.number() })) });

export function identityOf(database: Database): Identity {
  const tables = database
    .prepare<[], string>(`SELECT name FROM sqlite_master WHERE type = 'table'`)
    .pluck()
    .all();
  // The migrator makes its own table first; a first start that was cut off leaves that one alone.
  if (tables.every((name) => name === '__drizzle_migrations')) return 'empty';
  if (!tables.includes('__drizzle_migrations') || !tables.includes('inbox_events')) return 'foreign';
  const journal: unknown = JSON.parse(readFileSync(`${migrationsFolder}/meta/_journal.json`, 'utf8'));
  const known = Math.max(...Journal.parse(journal).entries.map(({ when }) => when));
  const newest = database
    .prepare<[], number | null>('SELECT max(created_at) FROM __drizzle_migrations')
    .pluck()
    .get();
  return (newest ?? 0) > known ? 'newer' : 'ours';
}
