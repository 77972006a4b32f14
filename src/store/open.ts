import type { Store, StoreParts } from '../domain/store.ts';
import { openInThread } from './sqlite/thread-store.ts';
import { withoutPassword } from './url.ts';

/** Where the store's data is. The only place that knows which dialects there are. */
export type DatabaseLocation =
  | {
      readonly dialect: 'sqlite';
      /** The file's path, absolute. */
      readonly path: string;
    }
  | {
      readonly dialect: 'postgres';
      /** `postgres://…`, perhaps with a password: not to be shown as it is. */
      readonly url: string;
    };

/**
 * Opens the store, made and migrated as needed.
 * @throws StartError with one line that says what is wrong.
 */
export async function openStore(location: DatabaseLocation, parts: StoreParts): Promise<Store> {
  if (location.dialect === 'sqlite') return openInThread(location.path, parts);
  // Loaded only where it is used: whoever has a SQLite file waits neither for the driver nor for what it needs.
  const { openPostgres } = await import('./postgres/open-postgres.ts');
  return openPostgres(location.url, parts);
}

/** Where the database is, as it may be shown. */
export function shownLocation(location: DatabaseLocation): string {
  return location.dialect === 'sqlite' ? location.path : withoutPassword(location.url);
}
