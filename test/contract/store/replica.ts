import type { EventContents, InboxEvent, InboxEventType } from '../../../src/domain/inbox.ts';
import type { Counts, Notification } from '../../../src/domain/notification.ts';
import { dataOf } from './bench.ts';

interface State {
  /** The event that last brought something new. */
  readonly seq: number;
  seen: boolean;
  read: boolean;
  archived: boolean;
  /** What it shows, as text. Who has read it is not told when that changes. */
  readonly content: string;
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
    const before = JSON.stringify([...this.#states]);
    this.#change(type, contents);
    const faults = [
      contents.seq !== seq && 'has another number in its data',
      JSON.stringify(contents.counts) !== JSON.stringify(this.counts()) &&
        `counts ${JSON.stringify(contents.counts)}, and the events so far make ${JSON.stringify(this.counts())}`,
      // An update in steps may come after another event that showed the new content already.
      type !== 'notification.updated' && before === JSON.stringify([...this.#states]) && 'changes nothing',
    ].filter((fault) => fault !== false);
    if (faults.length > 0) throw new Error(`event ${seq} (${type} ${data}) ${faults.join(' and ')}`);
  }

  /** All that is known, as text. */
  state(): string {
    return textOf([...this.#states].map(([id, state]) => ({ id, ...state })));
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
      const state = stateOf(notification);
      // Only what brings something new has the number of its event, and that is unread, and not seen yet.
      const isRaised = state.seq !== known?.seq;
      if (isRaised && (state.seq !== this.#seq || state.seen !== state.read))
        throw new Error(`${type} of ${notification.id} as of ${state.seq} is event ${this.#seq}`);
      this.#states.set(notification.id, state);
      return;
    }
    if ('notificationId' in contents) {
      const id = contents.notificationId as string;
      if (!this.#states.delete(id)) throw new Error(`${type} of ${id}, which is not there`);
      return;
    }
    for (const [id, state] of this.#states) {
      const isMeant =
        'ids' in contents
          ? (contents.ids as string[]).includes(id)
          : 'upTo' in contents && state.seq <= Number(String(contents.upTo).split('.')[1]);
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

function stateOf({ seq, seenAt, readAt, archivedAt, ...content }: Notification): State {
  return {
    seq,
    seen: seenAt !== null,
    read: readAt !== null,
    archived: archivedAt !== null,
    content: JSON.stringify(content),
  };
}

function textOf(states: readonly ({ id: string } & State)[]): string {
  return states
    .map(({ id, seq, seen, read, archived, content }) => {
      const flags = [seen && 'seen', read && 'read', archived && 'archived'].join(' ');
      return `${id} ${seq} ${flags} ${read ? '' : content}`;
    })
    .sort()
    .join('\n');
}

/** The counts that an event tells. */
export function countsIn(event: InboxEvent | undefined): Counts {
  return dataOf(event).counts as Counts;
}
