import type { Counts } from '../domain/notification.ts';
import type { Frame } from './client.ts';
import type { Emitter } from './emitter.ts';
import { isLogged, nameOf } from './frame.ts';
import type { ListEvent } from './items.ts';
import type { List } from './list.ts';
import { judge, seqOf, type Verdict } from './numbers.ts';

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

  take(frame: Frame): Verdict {
    const { event, id } = frame;
    const verdict = judge(this.cursor, frame);
    if (verdict === 'repeat' || verdict === 'hole') return verdict;
    this.#emitter.emit('frame', frame);
    const name = nameOf(event);
    if (name === undefined || id === undefined) return verdict;

    const data = JSON.parse(frame.data) as { counts: Counts };
    if (verdict === 'begins') this.begin(id, data.counts);
    this.cursor = id;
    if (isLogged(event)) this.#list.take({ type: event, ...data } as unknown as ListEvent);
    else if (event === 'reset') this.#list.refresh();
    else this.#list.catchUp();
    this.#emitter.emit(name, data as never);
    this.count(data.counts);
    return verdict;
  }

  /** Begins behind `cursor`. */
  begin(cursor: string, counts: Counts): void {
    this.cursor = cursor;
    this.#list.begin(cursor);
    if (this.#isOtherUser) this.#emitter.emit('reset', { reason: 'user', seq: seqOf(cursor), counts });
    this.#isOtherUser = false;
    this.count(counts);
  }

  /** Takes the counts; they are told when they differ. */
  count(counts: Counts): void {
    const { unread, unseen } = this.counts ?? {};
    if (unread === counts.unread && unseen === counts.unseen) return;
    this.counts = counts;
    this.#emitter.emit('counts', counts);
  }

  /** Another user is signed in: what is known is somebody else's. The list is fetched as soon as there is a cursor. */
  forget(): void {
    this.cursor = this.counts = undefined;
    this.#isOtherUser = true;
    this.#list.clear();
    this.#list.refresh();
  }
}
