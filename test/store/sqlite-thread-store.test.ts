import { join } from 'node:path';
import { openStore } from '../../src/store/open.ts';
import { storeContract } from '../contract/store.ts';
import { temporaryFolder } from '../support/server.ts';

storeContract('SQLite, as it is opened, in a thread of its own', async (parts) => {
  const location = { dialect: 'sqlite', path: join(temporaryFolder(), 'carillon.db') } as const;
  return { store: await openStore(location, parts), reopen: (again) => openStore(location, again) };
});
