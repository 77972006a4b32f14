import { join } from 'node:path';
import { openSqlite } from '../../src/store/sqlite/open-sqlite.ts';
import { storeContract } from '../contract/store.ts';
import { temporaryFolder } from '../support/server.ts';

storeContract('SQLite in this thread', async (parts) => {
  const path = join(temporaryFolder(), 'carillon.db');
  return { store: openSqlite(path, parts), reopen: async (again) => openSqlite(path, again) };
});
