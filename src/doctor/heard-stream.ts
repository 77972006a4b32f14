import { createParser } from '../client/parser.ts';
import { type Answer, type Fields, fieldsOf, headersOf } from './answer.ts';

export interface HeardFrame {
  readonly event: string;
  readonly data: Fields;
  /** When it came, in Unix milliseconds. */
  readonly at: number;
}

/** An event stream, and what has come of it so far. */
export class HeardStream {
  readonly headers: Answer['headers'];
  readonly frames: HeardFrame[] = [];
  hasEnded = false;
  readonly #opening: AbortController;
  readonly #waiting = new Set<() => void>();

  /** @param opening what ends the request */
  constructor(response: Response, opening: AbortController) {
    this.headers = headersOf(response);
    this.#opening = opening;
    void this.#read(response);
  }

  /** Waits for a frame. @returns undefined when the stream ends before, or the time is over */
  waitFor(isMeant: (frame: HeardFrame) => boolean, limitMs: number): Promise<HeardFrame | undefined> {
    return new Promise((resolve) => {
      const settle = (frame: HeardFrame | undefined) => {
        this.#waiting.delete(look);
        clearTimeout(late);
        resolve(frame);
      };
      const late = setTimeout(() => settle(undefined), limitMs);
      const look = () => {
        const found = this.frames.find(isMeant);
        if (found !== undefined || this.hasEnded) settle(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  close(): void {
    this.#opening.abort();
  }

  async #read({ body }: Response): Promise<void> {
    const parse = createParser();
    try {
      for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
        for (const { event, data } of parse(text).frames) {
          this.frames.push({ event, data: fieldsOf(data), at: Date.now() });
        }
        this.#lookAgain();
      }
    } catch {
      // A stream that breaks has ended as well.
    }
    this.hasEnded = true;
    this.#lookAgain();
  }

  #lookAgain(): void {
    this.#waiting.forEach((look) => look());
  }
}
