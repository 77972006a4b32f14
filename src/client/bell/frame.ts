/** Draws at most once per animation frame, however often a draw is requested. */
export class Frame {
  readonly #draw: () => void;
  #pending: number | undefined;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** Draws in the next frame. A hidden page has no frames: it draws when it becomes visible. */
  request(): void {
    this.#pending ??= requestAnimationFrame(() => this.now());
  }

  /** Draws at once, in place of the frame that is pending. */
  now(): void {
    this.cancel();
    this.#draw();
  }

  cancel(): void {
    if (this.#pending !== undefined) cancelAnimationFrame(this.#pending);
    this.#pending = undefined;
  }
}
