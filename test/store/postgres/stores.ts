import type { Store } from '../../../src/domain/store.ts';
import { openStore } from '../../../src/store/open.ts';
import type { OpenStore } from '../../contract/store/bench.ts';
import { until } from '../../support/wait.ts';

/** Opens a store on the database at `url`: as many on one database as there are processes in a fleet. */
export function openAt(url: string): OpenStore {
  const location = { dialect: 'postgres', url } as const;
  return async (parts) => ({
    store: await openStore(location, parts),
    reopen: (again) => openStore(location, again),
  });
}

/** Waits until the store can write, which it could not a moment ago. */
export function untilItWrites(store: Store): Promise<void> {
  return until('the database to be there again', () =>
    store.probe().then(
      () => true,
      () => false,
    ),
  );
}
