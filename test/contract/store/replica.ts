import type { EventContents, InboxEvent, InboxEventType } from '../../../src/domain/inbox.ts';
import type { Counts, Notification } from '../../../src/domain/notification.ts';
import { dataOf } from './bench.ts';

interface State {
  readonly createdBy: number;
  seen: boolean;
  read: boolean;
  archived: boolean;
}

/**
 * What a client knows of its user's notifications that heard of nothing but events: it must come to the same as the
 * list, and count at each event what that event says.
 */
export class Replica {
  readonly #states = new Map<string, State>();
  #seq = 0;

  /** @throws Error when the event is not the next one, or does not fit what came before */
  apply({ seq, type, data }: InboxEvent): void {
    if (seq !== this.#seq + 1) throw new Error(`event ${seq} came behind ${this.#seq}`);
    this.#seq = seq;
    const contents = JSON.parse(data) as EventContents[InboxEventType] & { seq: number; counts: Counts };
    const before = this.state();
    this.#change(type, contents);
    const faults = [
      contents.seq !== seq && 'has another number in its data',
      JSON.stringify(contents.counts) !== JSON.stringify(this.counts()) &&
        `counts ${JSON.stringify(contents.counts)}, and the events so far make ${JSON.stringify(this.counts())}`,
      before === this.state() && 'changes nothing',
    ].filter((fault) => fault !== false);
    if (faults.length > 0) throw new Error(`event ${seq} (${type} ${data}) ${faults.join(' and ')}`);
  }

  /** All that is known, as text. */
  state(): string {
    return textOf([...this.#states].map(([id, { seen, read, archived }]) => ({ id, seen, read, archived })));
  }

  counts(): Counts {
    const counted = [...this.#states.values()].filter(({ archived }) => !archived);
    return {
      unread: counted.filter(({ read }) => !read).length,
      unseen: counted.filter(({ seen }) => !seen).length,
    };
  }

  #change(type: InboxEventType, contents: object): void {
    if ('notification' in contents) {
      const notification = contents.notification as Notification;
      const known = this.#states.get(notification.id);
      if ((known === undefined) !== (type === 'notification'))
        throw new Error(`${type} of ${notification.id}`);
      const createdBy = known?.createdBy ?? this.#seq;
      this.#states.set(notification.id, { createdBy, ...stateOf(notification) });
      return;
    }
    for (const [id, state] of this.#states) {
      const isMeant =
        'ids' in contents
          ? (contents.ids as string[]).includes(id)
          : 'upTo' in contents && state.createdBy <= Number(String(contents.upTo).split('.')[1]);
      if (!isMeant) continue;
      // What is read was seen; what was read already is not seen anew, for it is seen.
      state.seen = true;
      if (type === 'notifications.read') state.read = true;
    }
  }
}

/** The same text for notifications as the store lists them. */
export function listedState(notifications: readonly Notification[]): string {
  return textOf(notifications.map((notification) => ({ id: notification.id, ...stateOf(notification) })));
}

function stateOf({ seenAt, readAt, archivedAt }: Notification): Omit<State, 'createdBy'> {
  return { seen: seenAt !== null, read: readAt !== null, archived: archivedAt !== null };
}

function textOf(states: readonly ({ id: string } & Omit<State, 'createdBy'>)[]): string {
  return states
    .map(
      ({ id, seen, read, archived }) =>
        `${id} ${[seen && 'seen', read && 'read', archived && 'archived'].join(' ')}`,
    )
    .sort()
    .join('\n');
}

/** The counts that an event tells. */
export function countsIn(event: InboxEvent | undefined): Counts {
  return dataOf(event).counts as Counts;
}
