import type { Client } from '../client.ts';
import type { Notification } from '../../domain/notification.ts';
import { connectionNotice } from './connection-notice.ts';
import { type Badge, type BellModel, type Filter, firstModel, type Undoable } from './model.ts';
import { nextTickMs } from './relative-time.ts';

/** Most that one undo marks as unread again: the server allows a user so many writes a minute, and each is one. */
const maxUndone = 50;

/**
 * Turns what a client tells and what a user does into the bell's model. Knows nothing of the screen.
 *
 * While the panel is open, what arrives is held back: a list must not move under the finger that is about to touch it.
 */
export class BellController {
  readonly #client: Client;
  readonly #onChange: (model: BellModel) => void;
  readonly #startedAt = Date.now();
  readonly #stops: (() => void)[];
  #isOpen = false;
  #badge: Badge;
  #filter: Filter = 'all';
  #undo: { readonly shown: NonNullable<Undoable>; readonly ids: readonly string[] } | undefined;
  #actionFailed = false;
  /** What the reader has before them; the cursor is as of the last moment at which nothing was held back. */
  #shown = new Set<string>();
  #shownCursor: string | undefined;
  #seenCursor: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, badge: Badge, onChange: (model: BellModel) => void) {
    this.#client = client;
    this.#badge = badge;
    this.#onChange = onChange;
    const change = () => this.#changed();
    this.#stops = [client.on('counts', change), client.on('list', change), client.on('state', change)];
    this.#changed();
  }

  /** Lets go of the client, which goes on: it may be somebody else's. */
  stop(): void {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#timer);
  }

  set badge(badge: Badge) {
    this.#badge = badge;
    this.#changed();
  }

  /** Fetches the list, unless that has been done. */
  prepare(): void {
    if (this.#client.list.status === 'idle') void this.#client.list.load(this.#filter);
  }

  opened(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#undo = undefined;
    this.#actionFailed = false;
    this.#shown.clear();
    if (isOpen) this.prepare();
    this.#changed();
  }

  filterBy(filter: Filter): void {
    if (filter === this.#filter) return;
    this.#filter = filter;
    this.#shown.clear();
    void this.#client.list.load(filter);
    this.#changed();
  }

  showHeldBack(): void {
    this.#shown.clear();
    this.#changed();
  }

  loadMore(): void {
    void this.#client.list.loadMore();
  }

  retry(): void {
    // After a failure `load` would be enough, but the connection may be waiting for its next attempt, too.
    this.#client.reconnect();
    void this.#client.list.load(this.#filter);
  }

  setRead({ id }: Notification, isRead: boolean): void {
    this.#do(isRead ? this.#client.read(id) : this.#client.unread(id));
  }

  archive({ id }: Notification): void {
    this.#do(this.#client.archive(id), { shown: { kind: 'archived' }, ids: [id] });
  }

  /** All that was shown: what is held back, or arrives just now, stays unread. */
  markAllRead(): void {
    const { counts, list } = this.#client;
    const unread = list.items.filter(({ readAt }) => readAt === null).map(({ id }) => id);
    const shown = unread.filter((id) => this.#shown.has(id));
    const count = (counts?.unread ?? 0) - (unread.length - shown.length);
    if (count <= 0) return;
    const undone = shown.slice(0, maxUndone);
    this.#do(this.#client.readAll(this.#shownCursor), {
      shown: { kind: 'allRead', count, undone: undone.length },
      ids: undone,
    });
  }

  undo(): void {
    const undo = this.#undo;
    if (undo === undefined) return;
    const { shown, ids } = undo;
    const takeBack = (id: string) =>
      shown.kind === 'archived' ? this.#client.unarchive(id) : this.#client.unread(id);
    this.#do(Promise.all(ids.map(takeBack)));
  }

  /** @param undo how to take it back, offered as soon as it is under way. */
  #do(action: Promise<unknown>, undo?: { shown: NonNullable<Undoable>; ids: readonly string[] }): void {
    this.#undo = undo;
    this.#actionFailed = false;
    this.#changed();
    action.catch(() => {
      this.#undo = undefined;
      this.#actionFailed = true;
      this.#changed();
    });
  }

  #changed(): void {
    const now = Date.now();
    const { state, counts, list } = this.#client;
    const { items, heldBack } = this.#split(list.items);
    const { notice, changesInMs } = connectionNotice(state, this.#startedAt, now);
    const isSignedOut = state.status === 'signedOut';
    this.#onChange({
      isOpen: this.#isOpen,
      badge: this.#badge,
      counts: counts ?? firstModel.counts,
      filter: this.#filter,
      list: isSignedOut ? 'signed_out' : listStateOf(this.#client),
      items,
      heldBack,
      more: moreOf(this.#client),
      connection: notice,
      undoable: this.#undo?.shown,
      actionFailed: this.#actionFailed,
      now,
    });
    this.#markSeen();
    this.#wakeIn(Math.min(changesInMs ?? Infinity, this.#isOpen ? tickMs(items, now) : Infinity));
  }

  #split(all: readonly Notification[]): Pick<BellModel, 'items' | 'heldBack'> {
    const first = this.#isOpen ? all.findIndex(({ id }) => this.#shown.has(id)) : -1;
    const items = first > 0 ? all.slice(first) : all;
    if (first <= 0) this.#shownCursor = this.#client.list.cursor;
    for (const { id } of items) this.#shown.add(id);
    return { items, heldBack: all.length - items.length };
  }

  #markSeen(): void {
    const isShown =
      this.#isOpen && this.#client.list.status === 'ready' && document.visibilityState === 'visible';
    const cursor = this.#shownCursor;
    if (!isShown || cursor === undefined || cursor === this.#seenCursor) return;
    if (this.#client.counts?.unseen === 0) return;
    this.#seenCursor = cursor;
    // Nobody asked for it, so nobody need hear that it failed: opened again, it is tried again.
    this.#client.seen(cursor).catch(() => (this.#seenCursor = undefined));
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    if (ms < Infinity) this.#timer = setTimeout(() => this.#changed(), ms);
  }
}

function listStateOf({ list }: Client): BellModel['list'] {
  switch (list.status) {
    case 'idle':
    case 'loading':
      return 'loading';
    case 'failed':
      return 'failed';
    case 'ready':
    case 'loadingMore':
      return 'ready';
  }
}

function moreOf({ list }: Client): BellModel['more'] {
  if (list.status === 'loadingMore') return 'loading';
  if (!list.hasMore) return 'none';
  return list.status === 'failed' ? 'failed' : 'ready';
}

function tickMs([newest]: readonly Notification[], now: number): number {
  return newest === undefined ? Infinity : nextTickMs(Date.parse(newest.createdAt), now);
}
