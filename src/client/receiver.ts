import type { EventContents } from '../domain/inbox.ts';
import type { Counts } from '../domain/notification.ts';
import type { ClientEvents, Frame } from './client.ts';
import type { Emitter } from './emitter.ts';
import type { ListEvent } from './items.ts';
import type { List } from './list.ts';
import { judge, seqOf, type Verdict } from './numbers.ts';

type EventType = keyof EventContents;

const told = {
  notification: 'notification',
  'notification.updated': 'updated',
  'notification.removed': 'removed',
  'notifications.read': 'read',
  'notifications.seen': 'seen',
} as const satisfies Record<EventType, keyof ClientEvents>;

/**
 * What this client has received, wherever it came from: takes each event once and in order, and tells what it means. A
 * frame that is not the next is not taken.
 */
export class Receiver {
  counts: Counts | undefined;
  /** The last event that was taken. */
  cursor: string | undefined;
  readonly #emitter: Emitter;
  readonly #list: List;
  #isOtherUser = false;

  constructor(emitter: Emitter, list: List) {
    this.#emitter = emitter;
    this.#list = list;
  }

  /** Begins behind `cursor`, when nothing was received yet. */
  begin(cursor: string, counts: Counts): void {
    this.cursor = cursor;
    this.#list.begin(cursor);
    if (this.#isOtherUser) this.#reset({ reason: 'user', seq: seqOf(cursor), counts });
    this.count(counts);
  }

  take(frame: Frame): Verdict {
    const verdict = judge(this.cursor, frame);
    if (verdict === 'repeat' || verdict === 'hole') return verdict;
    this.#emitter.emit('frame', frame);
    if (verdict === 'none' || frame.id === undefined) return verdict;

    const data = JSON.parse(frame.data) as { counts: Counts };
    if (verdict === 'begins') this.begin(frame.id, data.counts);
    this.cursor = frame.id;
    if (frame.event === 'reset') {
      this.#isOtherUser = false;
      this.#reset(data as ClientEvents['reset']);
    } else if (frame.event === 'sync') {
      this.#list.catchUp();
      this.#emitter.emit('sync', data as ClientEvents['sync']);
    } else {
      const type = frame.event as EventType;
      this.#list.take({ type, ...data } as unknown as ListEvent);
      this.#emitter.emit(told[type], data as never);
    }
    this.count(data.counts);
    return verdict;
  }

  /** Takes the counts; they are told when they differ. */
  count(counts: Counts): void {
    const { unread, unseen } = this.counts ?? {};
    if (unread === counts.unread && unseen === counts.unseen) return;
    this.counts = counts;
    this.#emitter.emit('counts', counts);
  }

  /** Another user is signed in: what is known is somebody else's. */
  forget(): void {
    this.cursor = undefined;
    this.counts = undefined;
    this.#isOtherUser = true;
    this.#list.clear();
  }

  #reset(reset: ClientEvents['reset']): void {
    this.#isOtherUser = false;
    this.#list.refresh();
    this.#emitter.emit('reset', reset);
  }
}
