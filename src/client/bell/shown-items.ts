import type { AnyNotification } from './any-notification.ts';

/** Where the items of a list go. */
export interface Split {
  /** What is shown, newest first. */
  readonly items: readonly AnyNotification[];
  /** What waits behind "N new". */
  readonly heldBack: readonly AnyNotification[];
}

/**
 * What the reader of an open panel has before them. New items are held back, and a raised item stays where it is: a list
 * must not move under the finger that is about to touch it.
 */
export class ShownItems {
  /** By id, the event that had raised the item when it was shown. */
  readonly #shown = new Map<string, number | undefined>();
  /** The ids on the screen. */
  #order: readonly string[] = [];

  /** Forgets what was shown: the next split shows everything. */
  clear(): void {
    this.#shown.clear();
    this.#order = [];
  }

  /** @param all newest first. */
  split(all: readonly AnyNotification[]): Split {
    const raised = new Set(all.filter((item) => this.#isRaised(item)));
    const isShown = (item: AnyNotification) => this.#shown.has(item.id) && !raised.has(item);
    const top = all.findIndex(isShown);
    // Of what was shown nothing is left: there is nothing to keep in place.
    const isFresh = top < 0 && raised.size === 0;
    const settled = top < 0 ? [] : all.slice(top).filter((item) => !raised.has(item));
    const items = isFresh ? all : this.#withRaised(settled, raised);
    const isUpToDate = items.length === all.length && items.every((item, i) => item === all[i]);
    this.#order = items.map(({ id }) => id);
    for (const { id, seq } of items) if (isUpToDate || !this.#shown.has(id)) this.#shown.set(id, seq);
    if (isUpToDate) return { items, heldBack: [] };
    const settledItems = new Set(settled);
    return { items, heldBack: all.filter((item) => !settledItems.has(item)) };
  }

  #isRaised({ id, seq }: AnyNotification): boolean {
    const shownSeq = this.#shown.get(id);
    return seq !== undefined && shownSeq !== undefined && seq > shownSeq;
  }

  /** `settled` with each raised item behind the one that it stood behind before. */
  #withRaised(
    settled: readonly AnyNotification[],
    raised: ReadonlySet<AnyNotification>,
  ): readonly AnyNotification[] {
    if (raised.size === 0) return settled;
    const byId = new Map([...settled, ...raised].map((item) => [item.id, item]));
    const placed = [...settled];
    let before = -1;
    for (const id of this.#order) {
      const item = byId.get(id);
      if (item === undefined) continue;
      if (raised.has(item)) placed.splice(before + 1, 0, item);
      before = placed.indexOf(item);
    }
    return placed;
  }
}
