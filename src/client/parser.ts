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
  #fields: Record<string, string> = {};
  #data: string[] = [];

  /** Takes the next piece. */
  feed(text: string): Parsed {
    // A CR at the end may be half of a CR LF.
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';

    const frames: RawFrame[] = [];
    let retryMs: number | undefined;
    for (const line of lines) {
      if (line === '') this.#dispatch(frames);
      const [, name = '', value = ''] = /^([^:]*)(?:: ?)?(.*)/s.exec(line) ?? [];
      if (name === 'data') this.#data.push(value);
      else if (name === 'retry' && /^\d+$/.test(value)) retryMs = Number(value);
      else if (name !== 'id' || !value.includes('\0')) this.#fields[name] = value;
    }
    return { frames, retryMs };
  }

  #dispatch(frames: RawFrame[]): void {
    const { event, id } = this.#fields;
    if (this.#data.length > 0)
      frames.push({
        event: event === undefined || event === '' ? 'message' : event,
        id,
        data: this.#data.join('\n'),
      });
    this.#fields = {};
    this.#data = [];
  }
}
