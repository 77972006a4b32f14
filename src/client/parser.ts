import type { RawFrame } from './frame.ts';

/** What a piece of text/event-stream brought. */
export interface Parsed {
  readonly frames: readonly RawFrame[];
  /** The last `retry:`, in milliseconds. */
  readonly retryMs: number | undefined;
}

/**
 * Reads text/event-stream
 * ({@link https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation | HTML, section 9.2.6})
 * in pieces, cut anywhere. A frame whose blank line is missing is no frame: it comes again after a resume.
 */
export class Parser {
  #rest = '';
  #event = '';
  #id: string | undefined;
  #data: string[] = [];

  /** Takes the next piece. */
  feed(text: string): Parsed {
    // A CR at the end may be half of a CR LF.
    const all = this.#rest + text;
    const end = all.endsWith('\r') ? all.length - 1 : all.length;
    const lines = all.slice(0, end).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '') + all.slice(end);

    const frames: RawFrame[] = [];
    let retryMs: number | undefined;
    for (const line of lines) {
      if (line === '') this.#dispatch(frames);
      else retryMs = this.#field(line) ?? retryMs;
    }
    return { frames, retryMs };
  }

  /** @returns the milliseconds of a `retry:`. */
  #field(line: string): number | undefined {
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'event') this.#event = value;
    if (name === 'data') this.#data.push(value);
    if (name === 'id' && !value.includes('\0')) this.#id = value;
    return name === 'retry' && /^[0-9]+$/.test(value) ? Number(value) : undefined;
  }

  #dispatch(frames: RawFrame[]): void {
    if (this.#data.length > 0)
      frames.push({ event: this.#event || 'message', id: this.#id, data: this.#data.join('\n') });
    this.#event = '';
    this.#id = undefined;
    this.#data = [];
  }
}
