/**
 * The fields of one event in text/event-stream
 * ({@link https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream | HTML, section 9.2}).
 */
export interface EventFields {
  readonly event: string;
  /** One line; JSON.stringify makes no others. */
  readonly data: string;
  /** What the client sends back as `Last-Event-ID`. */
  readonly id?: string;
  /** How long the client waits before it connects again, in milliseconds. */
  readonly retry?: number;
}

/**
 * Encodes one event, blank line included.
 * @throws RangeError when a field holds a line break or NUL: it could forge a field or a whole event.
 */
export function encodeEvent({ event, data, id, retry }: EventFields): string {
  let text = '';
  if (retry !== undefined) text += field('retry', String(retry));
  if (id !== undefined) text += field('id', id);
  return `${text}${field('event', event)}${field('data', data)}\n`;
}

/** The first bytes of a stream: how long to wait after its end, and a comment, so that proxies and clients see it open. */
export function encodeHead(retry: number): string {
  return `${field('retry', String(retry))}: carillon\n\n`;
}

function field(name: string, value: string): string {
  // NUL in an id makes a client ignore it.
  if (/[\r\n\0]/.test(value)) throw new RangeError(`A line break or NUL in the field ${name} of an event.`);
  return `${name}: ${value}\n`;
}
