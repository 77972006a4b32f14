import type { Counts } from '../domain/notification.ts';
import type { ClientEvents, Frame } from './client.ts';
import { isLogged, nameOf } from './frame.ts';
import type { ListEvent } from './items.ts';
import type { List } from './list.ts';
import type { Notification } from '../domain/notification.ts';
import { judge, seqOf, type Verdict } from './numbers.ts';

/** Tells the application. */
export type Emit = <T extends keyof ClientEvents>(type: T, event: ClientEvents[T]) => void;

/**
 * What this client has received, wherever it came from: takes each event once and in order, and tells what it means. A
 * frame that is not the next is not taken.
 */
export interface Receiver {
  readonly counts: Counts | undefined;
  /** The last event that was taken. */
  readonly cursor: string | undefined;
  take(frame: Frame): Verdict;
  /** Begins behind `cursor`. */
  begin(cursor: string, counts: Counts): void;
  /** Takes the counts; they are told when they differ. */
  count(counts: Counts): void;
  /** Another user is signed in: what is known is somebody else's. The list is fetched as soon as there is a cursor. */
  forget(): void;
}

export function createReceiver(emit: Emit, list: List): Receiver {
  let known: Counts | undefined;
  let cursor: string | undefined;
  let isOtherUser = false;

  const count = (counts: Counts) => {
    if (known?.unread === counts.unread && known.unseen === counts.unseen) return;
    known = counts;
    emit('counts', counts);
  };
  const begin = (at: string, counts: Counts) => {
    cursor = at;
    list.begin(at);
    if (isOtherUser) emit('reset', { reason: 'user', seq: seqOf(at), counts });
    isOtherUser = false;
    count(counts);
  };
  return {
    get counts() {
      return known;
    },
    get cursor() {
      return cursor;
    },
    take: (frame) => {
      const { event, id } = frame;
      const verdict = judge(cursor, frame);
      if (verdict === 'repeat' || verdict === 'hole') return verdict;
      emit('frame', frame);
      if (verdict === 'none' || id === undefined) return verdict;
      const name = nameOf(event);
      if (name === undefined) {
        cursor = id;
        return verdict;
      }

      const data = JSON.parse(frame.data) as { seq: number; counts: Counts; notification?: Notification };
      if (verdict === 'begins') begin(id, data.counts);
      cursor = id;
      if (isLogged(event)) list.take({ type: event, ...data } as unknown as ListEvent);
      else if (event === 'reset') list.refresh();
      else list.catchUp();
      // A frame whose notification has the frame's own number brings something new.
      const raised = data.notification?.seq === data.seq;
      emit(name, (name === 'updated' ? { ...data, raised } : data) as never);
      count(data.counts);
      return verdict;
    },
    begin,
    count,
    forget: () => {
      cursor = known = undefined;
      isOtherUser = true;
      list.clear();
      list.refresh();
    },
  };
}
