import type { RawFrame } from './frame.ts';

/** What a piece of text/event-stream brought. */
export interface Parsed {
  readonly frames: readonly RawFrame[];
  /** The last `retry:`, in milliseconds. */
  readonly retryMs: number | undefined;
}

/**
 * Makes what reads text/event-stream
 * ({@link https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation | HTML, section 9.2.6})
 * in pieces, cut anywhere. A frame whose blank line is missing is no frame: it comes again after a resume.
 */
export function createParser(): (text: string) => Parsed {
  let rest = '';
  let fields: Record<string, string> = {};
  let data: string[] = [];

  return (text) => {
    // A CR at the end may be half of a CR LF.
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';

    const frames: RawFrame[] = [];
    let retryMs: number | undefined;
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^:]*)(?:: ?)?(.*)/s.exec(line) ?? [];
      if (name === 'data') data.push(value);
      else if (name === 'retry' && /^\d+$/.test(value)) retryMs = Number(value);
      else if (name !== 'id' || !value.includes('\0')) fields[name] = value;
      if (line !== '') continue;
      const { event, id } = fields;
      if (data.length > 0)
        frames.push({
          event: event === undefined || event === '' ? 'message' : event,
          id,
          data: data.join('\n'),
        });
      fields = {};
      data = [];
    }
    return { frames, retryMs };
  };
}
