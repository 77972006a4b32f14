import type { Connection, Ending } from './connection.ts';
import { createParser } from './parser.ts';

/** Reads a stream by `fetch`, which can send headers and shows the answer's status, which an EventSource cannot. */
export const readByFetch: Connection = async ({ url, init }, listener, signal) => {
  let retryMs: number | undefined;
  try {
    const headers = { ...init.headers, accept: 'text/event-stream' };
    const response = await fetch(url, { ...init, headers, signal });
    const { status, body } = response;
    if (status !== 200 || body === null) return { status };
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    const parse = createParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const parsed = parse(value);
      retryMs = parsed.retryMs ?? retryMs;
      listener.alive();
      for (const frame of parsed.frames) {
        if (signal.aborted) break;
        listener.frame(frame);
      }
    }
  } catch {
    // It broke, or was aborted. Either way it is over, and what was missed comes with the next one.
  }
  return { retryMs } satisfies Ending;
};
