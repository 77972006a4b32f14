import type { Connect } from './resuming-reader.ts';

/** Reads a stream with `fetch`; says in the query where it resumes. */
export const connectByFetch: Connect = async ({ url, token, cursor, signal, feed }) => {
  const query = cursor === undefined ? '' : `?lastEventId=${cursor}`;
  const headers = { Authorization: `Bearer ${token}` };
  try {
    const { status, body } = await fetch(`${url}/notifications/stream${query}`, { headers, signal });
    if (status !== 200 || body === null) return;
    for await (const bytes of body) feed(bytes);
  } catch {
    // It broke, or could not be made: the reader comes back in either case.
  }
};
