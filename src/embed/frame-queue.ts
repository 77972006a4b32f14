import type { RawFrame } from '../client/frame.ts';
import { createParser } from '../client/parser.ts';
import type { Sink } from '../stream/stream.ts';

/** Above it a stream stops writing until the frames are taken; it reads on from the log then. */
const maxBytes = 256 * 1024;

/** What a stream writes, as frames for one reader in the same process. */
export class FrameQueue implements Sink, AsyncIterable<RawFrame> {
  /** Called when the reader has taken everything after the queue was full. */
  onRoom: () => void = () => undefined;
  readonly #parse = createParser();
  #frames: RawFrame[] = [];
  #bytes = 0;
  #isFull = false;
  #hasEnded = false;
  #wake: () => void = () => undefined;

  get bufferedBytes(): number {
    return this.#bytes;
  }

  write(bytes: Buffer): boolean {
    this.#bytes += bytes.length;
    this.#take(bytes.toString());
    this.#isFull = this.#bytes > maxBytes;
    return !this.#isFull;
  }

  end(last: string): void {
    this.#hasEnded = true;
    this.#take(last);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RawFrame, void, void> {
    for (;;) {
      const frames = this.#frames;
      this.#frames = [];
      yield* frames;
      if (this.#frames.length > 0) continue;
      if (this.#hasEnded) return;
      // What is written from here on wakes it: between the look above and this there is no `await`.
      const written = new Promise<void>((resolve) => (this.#wake = resolve));
      this.#makeRoom();
      await written;
    }
  }

  #makeRoom(): void {
    this.#bytes = 0;
    if (!this.#isFull) return;
    this.#isFull = false;
    this.onRoom();
  }

  #take(text: string): void {
    this.#frames.push(...this.#parse(text).frames);
    this.#wake();
  }
}
