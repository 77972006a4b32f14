import { AsyncLocalStorage } from 'node:async_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import type { Store, StoreParts } from '../../domain/store.ts';
import { openSqlite } from './open-sqlite.ts';
import { type Call, type Calls, messageOf, type Method, type News } from './thread-protocol.ts';

/*
 * The main file of the store's thread, and so the one file besides main.ts that has effects at import: it opens the
 * database that `ThreadStore` names and does what it is asked to.
 */

const { path, groupComments } = workerData as { path: string } & Pick<StoreParts, 'groupComments'>;

let now = Date.now();
/** The cause of the call that is being done. */
const causes = new AsyncLocalStorage<string>();
const unsent: News[] = [];

/** Says it together with everything else of this turn of the event loop. */
function tell(news: News): void {
  if (unsent.push(news) === 1) setImmediate(() => parentPort?.postMessage(unsent.splice(0)));
}

function open(): Store | undefined {
  try {
    const store = openSqlite(path, {
      onCommit: ({ committedAt, ...commit }) => {
        // The threads count their milliseconds from different moments.
        tell({ type: 'commit', commit: { ...commit, committedAt: performance.timeOrigin + committedAt } });
      },
      onFailure: (cause) => tell({ type: 'failure', error: messageOf(cause) }),
      now: () => now,
      cause: () => causes.getStore(),
      ...(groupComments && { groupComments }),
    });
    const methods = Object.keys(store).filter((name): name is Method => name !== 'epoch');
    tell({ type: 'opened', epoch: store.epoch, methods });
    return store;
  } catch (error) {
    tell({ type: 'refused', error: messageOf(error) });
    return undefined;
  }
}

async function answer(store: Store, { id, method, args }: Call): Promise<void> {
  try {
    // The main thread calls nothing but the contract, with what the contract takes.
    const act = store[method].bind(store) as (...args: readonly unknown[]) => Promise<unknown>;
    tell({ type: 'reply', reply: { id, value: await act(...args) } });
  } catch (error) {
    tell({ type: 'reply', reply: { id, error: messageOf(error) } });
  }
  if (method === 'close') setImmediate(() => parentPort?.close());
}

const store = open();
if (store === undefined) setImmediate(() => parentPort?.close());
parentPort?.on('message', ({ calls, now: time }: Calls) => {
  now = time;
  if (store === undefined) return;
  for (const call of calls) {
    if (call.cause === undefined) void answer(store, call);
    else void causes.run(call.cause, () => answer(store, call));
  }
});
