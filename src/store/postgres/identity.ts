import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Client } from './drizzle.ts';

export const migrationsFolder = fileURLToPath(new URL('../../../migrations/postgres', import.meta.url));
/** The schema of all our tables, and the one of them in which the migrator keeps what it did. */
export const migrationsSchema = 'carillon';
export const migrationsTable = 'migrations';

/**
 * Whose a database is: nobody's yet, this version's to use, a newer version's that this one cannot live with, or another
 * application's.
 */
export type Identity = 'empty' | 'ours' | 'newer' | 'foreign';

/** What there is in a database. */
export interface DatabaseState {
  readonly identity: Identity;
  /** Whether every migration that this version knows was made. */
  readonly isMigrated: boolean;
  /** undefined until it was made. */
  readonly epoch: string | undefined;
}

const Journal = z.object({ entries: z.array(z.object({ when: z.number() })) });

/**
 * A newer version that is being rolled out has migrated already, while processes of this one run and start on. So what
 * counts is not the newest migration that was made, but the newest that one must know: `needs` in the table `meta`,
 * which only a migration moves that the version before cannot live with.
 */
export async function stateOf(client: Client): Promise<DatabaseState> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = '${migrationsSchema}'`,
  );
  const tables = rows.map(({ name }) => name);
  const nothing = { isMigrated: false, epoch: undefined };
  // The migrator makes its own table first; a first start that was cut off leaves that one alone.
  if (tables.every((name) => name === migrationsTable)) return { identity: 'empty', ...nothing };
  if (!tables.includes(migrationsTable) || !tables.includes('inbox_events'))
    return { identity: 'foreign', ...nothing };

  const journal: unknown = JSON.parse(readFileSync(`${migrationsFolder}/meta/_journal.json`, 'utf8'));
  const known = Math.max(...Journal.parse(journal).entries.map(({ when }) => when));
  const { rows: made } = await client.query<{ newest: string | null; needs: string; epoch: string | null }>(
    `SELECT (SELECT max(created_at) FROM carillon.${migrationsTable}) AS newest,
      (SELECT value FROM carillon.meta WHERE key = 'needs') AS needs,
      (SELECT value FROM carillon.meta WHERE key = 'epoch') AS epoch`,
  );
  return {
    identity: Number(made[0]?.needs ?? 0) > known ? 'newer' : 'ours',
    isMigrated: Number(made[0]?.newest ?? 0) >= known,
    epoch: made[0]?.epoch ?? undefined,
  };
}
