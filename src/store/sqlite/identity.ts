import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';

export const migrationsFolder = fileURLToPath(new URL('../../../migrations/sqlite', import.meta.url));

/**
 * Whose a database is: nobody's yet, this version's to use, a newer version's that this one cannot live with, or another
 * application's.
 */
export type Identity = 'empty' | 'ours' | 'newer' | 'foreign';

const Journal = z.object({ entries: z.array(z.object({ when: z.number() })) });

/**
 * Who goes back to the version before finds a database that was migrated further. So what counts is not the newest
 * migration that was made, but the newest that one must know: `needs` in the table `meta`, which only a migration moves
 * that the version before cannot live with.
 */
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
  // A database whose first migration went wrong does not have it.
  if (!tables.includes('meta')) return 'ours';
  const needs = database.prepare<[], string>(`SELECT value FROM meta WHERE key = 'needs'`).pluck().get();
  return Number(needs ?? 0) > known ? 'newer' : 'ours';
}
