import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../domain/errors.ts';
import type { Store, StoreParts } from '../../domain/store.ts';
import { type Call, type Calls, errorOf, type Method, type News, type Reply } from './thread-protocol.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Opens the SQLite database at `path` in a thread of its own: a disk that takes its time for a commit then holds up
 * those who wait for that commit, and not the streams.
 * @throws StartError with one line that says what is wrong with it.
 */
export function openInThread(path: string, parts: StoreParts): Promise<Store> {
  // The compiler rewrites the paths of imports, and not this one.
  const extension = extname(import.meta.url);
  const worker = new Worker(new URL(`thread-main${extension}`, import.meta.url), {
    workerData: { path, groupComments: parts.groupComments },
  });
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error("The store's thread ended before it said anything.")));
    worker.once('message', ([first]: readonly News[]) => {
      worker.off('error', reject);
      if (first?.type === 'opened')
        resolve(threadStore(first.epoch, first.methods, new Thread(worker, parts)));
      else reject(first?.type === 'refused' ? errorOf(first.error) : new Error('The store did not open.'));
    });
  });
}

/** The store contract: each of its methods is done by the thread. */
function threadStore(epoch: string, methods: readonly Method[], thread: Thread): Store {
  const calls = methods.map((method) => [method, (...args: readonly unknown[]) => thread.call(method, args)]);
  // The thread has named every method of the store that it opened.
  return { ...(Object.fromEntries(calls) as Omit<Store, 'epoch'>), epoch, close: () => thread.close() };
}

/** The thread that has the store. */
class Thread {
  readonly #worker: Worker;
  readonly #parts: StoreParts;
  readonly #waiting = new Map<number, Waiting>();
  #unsent: Call[] = [];
  #lastId = 0;
  /** Why nothing can be asked any more. */
  #ended: AppError | undefined;

  constructor(worker: Worker, parts: StoreParts) {
    this.#worker = worker;
    this.#parts = parts;
    worker.on('message', (news: readonly News[]) => {
      for (const one of news) this.#hear(one);
    });
    // An uncaught error has ended the thread, and nobody knows what it has committed.
    worker.on('error', (error) => {
      this.#parts.onFailure(error);
    });
    worker.on('exit', () => this.#end());
  }

  call(method: Method, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended);
        return;
      }
      const id = ++this.#lastId;
      const cause = this.#parts.cause?.();
      this.#waiting.set(id, { resolve, reject });
      // At once: while the thread commits, the next ones gather there and share the commit after it.
      const call = { id, method, args, ...(cause !== undefined && { cause }) };
      if (this.#unsent.push(call) === 1) queueMicrotask(() => this.#send());
    });
  }

  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    await this.call('close', []);
    this.#ended = stopping();
    await exited;
  }

  /** One message for all calls of this turn: each message costs a copy and a wake-up of the other thread. */
  #send(): void {
    const calls: Calls = { calls: this.#unsent, now: this.#parts.now() };
    this.#unsent = [];
    this.#worker.postMessage(calls);
  }

  #hear(news: News): void {
    switch (news.type) {
      case 'commit': {
        const { committedAt, ...commit } = news.commit;
        this.#parts.onCommit({ ...commit, committedAt: committedAt - performance.timeOrigin });
        break;
      }
      case 'reply':
        this.#settle(news.reply);
        break;
      case 'failure':
        this.#parts.onFailure(errorOf(news.error));
        break;
      case 'opened':
      case 'refused':
        break; // Heard before there was a store.
    }
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply) waiting?.reject(errorOf(reply.error));
    else waiting?.resolve(reply.value);
  }

  #end(): void {
    this.#ended ??= stopping();
    // The thread is gone and answers none of the calls that wait.
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}

function stopping(): AppError {
  return new AppError('unavailable', 'The server is stopping.');
}
