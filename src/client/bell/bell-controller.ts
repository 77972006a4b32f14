import type { Client } from '../client.ts';
import type { AnyNotification } from './any-notification.ts';
import type { Preference } from '../choices.ts';
import { connectionNotice } from './connection-notice.ts';
import { Frame } from './frame.ts';
import { type Badge, type BellModel, type Filter, firstModel } from './model.ts';
import { listStateOf, moreOf } from './list-state.ts';
import { mute } from './mute.ts';
import { nextTickMs } from './relative-time.ts';
import { ShownItems } from './shown-items.ts';
import { SettingsPage, tellOthers } from './settings-page.ts';
import { type Undo, undoOfAllRead, undoOfArchiving } from './undo.ts';

/** Most rows on the screen, until the reader asks for more. */
const mostRows = 100;
/** Times on the screen may be so old, in milliseconds: an update of every row in each frame would be wasted. */
const staleMs = 10_000;
/** Most pages that are fetched to make the list of a new client as long as that of the one before. */
const mostPages = 20;

/**
 * Turns the client's events and the reader's actions into the bell's model, at most once per frame. It knows nothing of the
 * screen, and outlives its clients: the panel stays as it is when the bell connects as somebody else.
 */
export class BellController {
  readonly #onChange: (model: BellModel) => void;
  readonly #frame = new Frame(() => this.#draw());
  readonly #shown = new ShownItems();
  #client: Client | undefined;
  #stops: readonly (() => void)[] = [];
  #startedAt = 0;
  #badge: Badge;
  #isOpen = false;
  #filter: Filter = 'all';
  #rows = mostRows;
  #rings = 0;
  #counts = firstModel.counts;
  /** The items of the client before, until the present one has fetched its own. */
  #kept: readonly AnyNotification[] = [];
  /** Whose list is being fetched. */
  #loading: Client | undefined;
  #heldBack: readonly AnyNotification[] = [];
  #isCut = false;
  #undo: Undo | undefined;
  #actionFailed = false;
  #settings: SettingsPage | undefined;
  /** As of the last moment at which nothing was held back. */
  #shownCursor: string | undefined;
  #seenCursor: string | undefined;
  #now = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(badge: Badge, onChange: (model: BellModel) => void) {
    this.#badge = badge;
    this.#onChange = onChange;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  set badge(badge: Badge) {
    this.#badge = badge;
    this.#frame.request();
  }

  /** Shows what `client` knows from now on. What was shown stays until its list is there. */
  use(client: Client): void {
    this.#kept = this.#isOpen ? this.#all() : [];
    this.#disconnect();
    this.#client = client;
    this.#startedAt = Date.now();
    this.#undo = this.#seenCursor = undefined;
    this.#actionFailed = false;
    const request = () => this.#frame.request();
    this.#stops = [client.on('counts', request), client.on('list', request), client.on('state', request)];
    if (this.#isOpen) void this.#load(this.#kept.length);
    this.#frame.request();
  }

  /** Forgets everything that was shown: it is another user's. */
  forget(): void {
    this.#kept = [];
    this.#counts = firstModel.counts;
    this.#shownCursor = undefined;
    this.#shown.clear();
  }

  /** The bell is gone from the page. The client goes on: it may be the page's own. */
  stop(): void {
    this.#disconnect();
    this.#client = undefined;
    this.#isOpen = false;
    this.forget();
    this.#frame.now();
  }

  /** Something new has come: the bell rings. */
  ring(): void {
    this.#rings += 1;
    this.#frame.request();
  }

  /** Draws every item again: it may lead elsewhere now. */
  refresh(): void {
    this.#now = 0;
    this.#frame.request();
  }

  /** Fetches the list, unless that was done. */
  prepare(): void {
    const { list } = this.#client ?? {};
    if (list?.status === 'idle' || (list !== undefined && list.filter !== this.#filter)) void this.#load();
  }

  opened(isOpen: boolean): void {
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    this.#undo = undefined;
    this.#actionFailed = false;
    this.#leaveSettings();
    this.#startList();
    if (isOpen) this.prepare();
    // The panel must not show for a frame what it showed before.
    this.#frame.now();
  }

  filterBy(filter: Filter): void {
    if (filter === this.#filter) return;
    this.#filter = filter;
    this.#kept = [];
    this.#startList();
    void this.#load();
    this.#frame.request();
  }

  showHeldBack(): void {
    this.#startList();
    // The pill's view scrolls and moves the focus to what is new.
    this.#frame.now();
  }

  loadMore(): void {
    const { list } = this.#client ?? {};
    this.#rows += mostRows;
    // While it fetches its first page again, a list does not take another wish.
    if (list?.status === 'loading') void this.#load(list.items.length + 1);
    else if (!this.#isCut) void list?.loadMore();
    this.#frame.request();
  }

  retry(): void {
    // After a failure `load` would be enough, but the connection may be waiting for its next attempt, too.
    this.#client?.reconnect();
    void this.#load();
  }

  setRead({ id }: AnyNotification, isRead: boolean): void {
    this.#do((client) => (isRead ? client.read(id) : client.unread(id)));
  }

  setArchived({ id }: AnyNotification, isArchived: boolean): void {
    const undo = undoOfArchiving(id, isArchived);
    this.#do((client) => (isArchived ? client.archive(id) : client.unarchive(id)), undo);
  }

  /** Offers to take it back when it is done: only then is it known how. */
  mute({ id, type }: AnyNotification): void {
    this.#do(async (client) => {
      const takeBack = await mute(client, id, type);
      tellOthers();
      if (client !== this.#client) return;
      this.#undo = { shown: { kind: 'muted' }, takeBack };
      this.#frame.request();
    });
  }

  /** Shows the settings, as they are now. */
  openSettings(): void {
    this.#leaveSettings();
    this.#undo = undefined;
    if (this.#client !== undefined)
      this.#settings = new SettingsPage(this.#client, () => this.#frame.request());
    this.#frame.now();
  }

  closeSettings(): void {
    this.#leaveSettings();
    this.#frame.now();
  }

  setPreference(name: string, preference: Preference): void {
    this.#do(async () => this.#settings?.setPreference(name, preference));
  }

  unmute(topic: string): void {
    this.#do(async () => this.#settings?.unmute(topic));
  }

  unblock(userId: string): void {
    this.#do(async () => this.#settings?.unblock(userId));
  }

  /** All that was shown: what is held back, or arrives just now, stays unread. */
  markAllRead(): void {
    // What is shown until the list is there may be another user's.
    if (this.#client === undefined || this.#kept.length > 0) return;
    const { counts, list } = this.#client;
    const heldBack = new Set(this.#heldBack.map(({ id }) => id));
    const unread = list.items.filter(({ readAt }) => readAt === null).map(({ id }) => id);
    const shown = unread.filter((id) => !heldBack.has(id));
    const count = (counts?.unread ?? 0) - (unread.length - shown.length);
    if (count <= 0) return;
    const undo = undoOfAllRead(count, []);
    this.#do(async (client) => {
      const ids = await client.readAll(this.#shownCursor);
      // Carillon says which ones it has marked. Meanwhile something else may have been done.
      if (this.#undo !== undo) return;
      this.#undo = undoOfAllRead(count, ids);
      this.#frame.request();
    }, undo);
  }

  undo(): void {
    const undo = this.#undo;
    if (undo !== undefined) this.#do((client) => undo.takeBack(client));
  }

  /** @param undo how to take it back, offered as soon as it is under way. */
  #do(action: (client: Client) => Promise<unknown>, undo?: Undo): void {
    const client = this.#client;
    if (client === undefined) return;
    this.#undo = undo;
    this.#actionFailed = false;
    this.#frame.request();
    action(client).catch(() => {
      if (client !== this.#client) return;
      this.#undo = undefined;
      this.#actionFailed = true;
      this.#frame.request();
    });
  }

  #leaveSettings(): void {
    this.#settings?.close();
    this.#settings = undefined;
  }

  #startList(): void {
    this.#shown.clear();
    this.#rows = mostRows;
  }

  /** @param length how many items there should be, if there are so many. */
  async #load(length = 0): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    const { list } = client;
    this.#loading = client;
    await list.load(this.#filter);
    for (let page = 0; page < mostPages && client === this.#client; page++) {
      if (list.status !== 'ready' || !list.hasMore || list.items.length >= length) break;
      await list.loadMore();
    }
    if (client !== this.#client) return;
    this.#loading = undefined;
    this.#frame.request();
  }

  #disconnect(): void {
    this.#leaveSettings();
    for (const stop of this.#stops) stop();
    this.#stops = [];
    clearTimeout(this.#timer);
  }

  #all(): readonly AnyNotification[] {
    return this.#kept.length > 0 ? this.#kept : (this.#client?.list.items ?? []);
  }

  #draw(): void {
    const model =
      this.#client === undefined ? { ...firstModel, filter: this.#filter } : this.#model(this.#client);
    this.#onChange({ ...model, badge: this.#badge });
  }

  #model(client: Client): BellModel {
    const now = Date.now();
    if (now - this.#now >= staleMs) this.#now = now;
    const { state, list } = client;
    const isSignedOut = state.status === 'signedOut';
    if (isSignedOut) this.forget();
    if (this.#loading === undefined && listStateOf(list) !== 'loading') this.#kept = [];
    this.#counts = isSignedOut ? firstModel.counts : (client.counts ?? this.#counts);
    const { items, heldBack } = this.#shown.split(this.#isOpen ? this.#all() : []);
    this.#heldBack = heldBack;
    this.#isCut = items.length > this.#rows;
    if (heldBack.length === 0 && this.#kept.length === 0) this.#shownCursor = list.cursor;
    this.#markSeen(client);
    const { notice, changesInMs } = connectionNotice(state, this.#startedAt, now);
    const tickInMs = items[0] === undefined ? Infinity : nextTickMs(Date.parse(items[0].createdAt), now);
    this.#wakeIn(Math.min(changesInMs ?? Infinity, tickInMs));
    return {
      isOpen: this.#isOpen,
      badge: this.#badge,
      rings: this.#rings,
      counts: this.#counts,
      filter: this.#filter,
      list: isSignedOut ? 'signed_out' : listStateOf(list),
      items: items.slice(0, this.#rows),
      heldBack: heldBack.length,
      more: moreOf(list, this.#isCut),
      connection: notice,
      undoable: this.#undo?.shown,
      settings: this.#settings?.model,
      actionFailed: this.#actionFailed,
      now: this.#now,
    };
  }

  #markSeen(client: Client): void {
    const cursor = this.#shownCursor;
    const isShown = this.#isOpen && client.list.status === 'ready' && document.visibilityState === 'visible';
    // Among the archived ones is nothing new.
    if (this.#filter === 'archived' || !isShown) return;
    if (this.#kept.length > 0 || cursor === undefined || cursor === this.#seenCursor) return;
    if (client.counts?.unseen === 0) return;
    this.#seenCursor = cursor;
    // The reader did not ask for it, so a failure is not shown: it is tried again when the panel is opened again.
    client.seen(cursor).catch(() => (this.#seenCursor = undefined));
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    if (ms < Infinity) this.#timer = setTimeout(() => this.refresh(), ms);
  }
}
