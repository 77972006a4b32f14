import { openStore } from '../../../src/store/open.ts';
import { storeContract } from '../../contract/store.ts';
import { temporaryDatabase } from '../../support/postgres.ts';

storeContract('PostgreSQL', async (parts) => {
  const location = { dialect: 'postgres', url: await temporaryDatabase() } as const;
  return { store: await openStore(location, parts), reopen: (again) => openStore(location, again) };
});
