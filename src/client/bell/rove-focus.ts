/** What the arrow keys go through: `main` is gone to, the rest is reached from there with Tab. */
export interface Stop {
  readonly main: HTMLElement;
  readonly others: readonly HTMLElement[];
}

/**
 * Makes a list one stop for Tab, through which the arrow keys, Home, and End go (the ARIA practice of a roving
 * tabindex): nobody should have to press Tab sixty times to leave twenty notifications behind.
 */
export class RovingFocus {
  readonly #list: HTMLElement;
  #stops: readonly Stop[] = [];
  #current = 0;

  constructor(list: HTMLElement) {
    this.#list = list;
    list.addEventListener('keydown', (event) => this.#onKey(event));
    list.addEventListener('focusin', (event) => this.#onFocus(event));
  }

  /** Whether the focus is in the list, and so must go somewhere when its place goes away. */
  get hasFocus(): boolean {
    return this.#focused() >= 0;
  }

  /** @param keepFocus whether the focus was here before the list has changed. */
  setStops(stops: readonly Stop[], keepFocus: boolean): void {
    const previous = this.#stops[this.#current]?.main;
    const same = stops.findIndex(({ main }) => main === previous);
    this.#stops = stops;
    // Whoever archives one goes on with the one that took its place, or with the last.
    this.#current = same >= 0 ? same : Math.max(0, Math.min(this.#current, stops.length - 1));
    this.#setTabIndexes();
    if (keepFocus && !this.hasFocus) this.#stops[this.#current]?.main.focus();
  }

  /** @returns whether there is one. */
  focusFirst(): boolean {
    return this.#go(0);
  }

  #go(index: number): boolean {
    const stop = this.#stops[index];
    stop?.main.focus();
    return stop !== undefined;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.#stops.length - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(this.#current + 1, last),
      ArrowUp: Math.max(this.#current - 1, 0),
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.#go(target);
  }

  #onFocus({ target }: FocusEvent): void {
    const index = this.#stops.findIndex(({ main, others }) =>
      [main, ...others].some((element) => element === target),
    );
    if (index < 0 || index === this.#current) return;
    this.#current = index;
    this.#setTabIndexes();
  }

  #setTabIndexes(): void {
    for (const [i, { main, others }] of this.#stops.entries()) {
      for (const element of [main, ...others]) element.tabIndex = i === this.#current ? 0 : -1;
    }
  }

  #focused(): number {
    // Inside of a shadow root the document sees only its host.
    const root = this.#list.getRootNode() as Document | ShadowRoot;
    const { activeElement } = root;
    return this.#stops.findIndex(({ main, others }) =>
      [main, ...others].some((element) => element === activeElement),
    );
  }
}
