import { storeContract } from '../../contract/store.ts';
import { temporaryDatabase } from '../../support/postgres.ts';
import { openAt } from './stores.ts';

storeContract('PostgreSQL', async (parts) => openAt(await temporaryDatabase())(parts));
