import type { Store, StoreParts } from '../domain/store.ts';
import { openInThread } from './sqlite/thread-store.ts';

/** Where the store's data is. The only place that knows which dialects there are. */
export interface DatabaseLocation {
  readonly dialect: 'sqlite';
  /** The file's path, absolute. */
  readonly path: string;
}

/**
 * Opens the store, made and migrated as needed.
 * @throws StartError with one line that says what is wrong.
 */
export async function openStore(location: DatabaseLocation, parts: StoreParts): Promise<Store> {
  return openInThread(location.path, parts);
}
