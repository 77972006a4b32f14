import { element } from './dom.ts';

/** Between two announcements, in milliseconds: whoever listens must be able to hear one out. */
const pauseMs = 3_000;

/**
 * Tells a screen reader what has happened: one polite region, one sentence at a time. What happens while one is being
 * read is kept by its kind, and only the last of each kind is told: five arrivals are one sentence, not five.
 */
export class Announcer {
  readonly element = element('div', { class: 'hidden-text', role: 'status', 'aria-live': 'polite' });
  readonly #waiting = new Map<string, () => string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param kind of two sentences of one kind only the later is worth hearing.
   * @param sentence made when its turn comes, so that it can sum up what has happened until then.
   */
  say(kind: string, sentence: () => string): void {
    // Of several tabs only that one speaks that one is in.
    if (document.visibilityState !== 'visible') return;
    this.#waiting.delete(kind);
    this.#waiting.set(kind, sentence);
    if (this.#timer === undefined) this.#next();
  }

  /** Nothing of what waits is said any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
    this.element.textContent = '';
  }

  #next(): void {
    const [first] = this.#waiting;
    this.#timer = undefined;
    // Empty in between, so that the same sentence again is news again, and nobody finds an old one later.
    this.element.textContent = first?.[1]() ?? '';
    if (first === undefined) return;
    this.#waiting.delete(first[0]);
    this.#timer = setTimeout(() => this.#next(), pauseMs);
  }
}
