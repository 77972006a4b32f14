import { Worker } from 'node:worker_threads';
import type { Actor } from '../../domain/actor.ts';
import type { NewComment } from '../../domain/comment.ts';
import { AppError } from '../../domain/errors.ts';
import type { NotificationAction, NotificationStatus, Selection } from '../../domain/notification.ts';
import type { PageRequest } from '../../domain/page.ts';
import type { NewReport } from '../../domain/report.ts';
import type { IdempotencyKey, Store, StoreParts, Ticket } from '../../domain/store.ts';
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
  const worker = new Worker(new URL('thread-main.ts', import.meta.url), { workerData: { path } });
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error("The store's thread ended before it said anything.")));
    worker.once('message', ([first]: readonly News[]) => {
      worker.off('error', reject);
      if (first?.type === 'opened') resolve(new ThreadStore(first.epoch, worker, parts));
      else reject(first?.type === 'refused' ? errorOf(first.error) : new Error('The store did not open.'));
    });
  });
}

/** The store contract, done by another thread. */
class ThreadStore implements Store {
  readonly epoch: string;
  readonly #worker: Worker;
  readonly #parts: StoreParts;
  readonly #waiting = new Map<number, Waiting>();
  #unsent: Call[] = [];
  #lastId = 0;
  /** Why nothing can be asked any more. */
  #ended: AppError | undefined;

  constructor(epoch: string, worker: Worker, parts: StoreParts) {
    this.epoch = epoch;
    this.#worker = worker;
    this.#parts = parts;
    worker.on('message', (news: readonly News[]) => {
      for (const one of news) this.#hear(one);
    });
    worker.on('error', (error) => {
      this.#parts.onFailure(error);
    });
    worker.on('exit', () => this.#end());
  }

  addReport(actor: Actor, input: NewReport, once?: IdempotencyKey) {
    return this.#call('addReport', actor, input, once);
  }
  reports(page: PageRequest) {
    return this.#call('reports', page);
  }
  report(id: string) {
    return this.#call('report', id);
  }
  addComment(actor: Actor, reportId: string, input: NewComment, once?: IdempotencyKey) {
    return this.#call('addComment', actor, reportId, input, once);
  }
  comments(reportId: string, page: PageRequest) {
    return this.#call('comments', reportId, page);
  }
  comment(reportId: string, id: string) {
    return this.#call('comment', reportId, id);
  }
  inbox(userId: string) {
    return this.#call('inbox', userId);
  }
  notifications(userId: string, status: NotificationStatus, page: PageRequest) {
    return this.#call('notifications', userId, status, page);
  }
  act(userId: string, id: string, action: NotificationAction) {
    return this.#call('act', userId, id, action);
  }
  markRead(userId: string, selection: Selection) {
    return this.#call('markRead', userId, selection);
  }
  markSeen(userId: string, upTo: number) {
    return this.#call('markSeen', userId, upTo);
  }
  log(userId: string, after: number | undefined, limit: number) {
    return this.#call('log', userId, after, limit);
  }
  heads(userIds: readonly string[]) {
    return this.#call('heads', userIds);
  }
  revoke(userId: string) {
    return this.#call('revoke', userId);
  }
  noteEarlyToken(issuedAt: number) {
    return this.#call('noteEarlyToken', issuedAt);
  }
  revocations(after: number) {
    return this.#call('revocations', after);
  }
  addTicket(ticket: Ticket) {
    return this.#call('addTicket', ticket);
  }
  takeTicket(hash: string) {
    return this.#call('takeTicket', hash);
  }
  prune(before: number, from?: string) {
    return this.#call('prune', before, from);
  }
  probe() {
    return this.#call('probe');
  }
  async close() {
    if (this.#ended !== undefined) return;
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    await this.#call('close');
    this.#ended = stopping();
    await exited;
  }

  #call<M extends Method>(method: M, ...args: Parameters<Store[M]>): ReturnType<Store[M]> {
    const answered = new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended);
        return;
      }
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      // At once: while the thread commits, the next ones gather there and share the commit after it.
      if (this.#unsent.push({ id, method, args }) === 1) queueMicrotask(() => this.#send());
    });
    // The thread answers with what the contract's own method returned.
    return answered as ReturnType<Store[M]>;
  }

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
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}

function stopping(): AppError {
  return new AppError('unavailable', 'The server is stopping.');
}
