import type { ConnectionState } from '../client.ts';
import type { ConnectionNotice } from './model.ts';

/** A connection that is back sooner is not worth a word. */
const silentMs = 3_000;
/** From then on it is no hiccup, and one should know since when nothing has come. */
const offlineMs = 20_000;

/**
 * What is to be said of the connection, and for how long that holds.
 *
 * @param startedAt since when there has been a bell, and `now`: Unix milliseconds.
 * @returns `changesInMs`: when to ask again although nothing has happened; undefined when there is no need to.
 */
export function connectionNotice(
  state: ConnectionState,
  startedAt: number,
  now: number,
): { notice: ConnectionNotice; changesInMs: number | undefined } {
  if (state.status === 'live' || state.status === 'signedOut' || state.status === 'closed') {
    return { notice: { kind: 'none' }, changesInMs: undefined };
  }
  const since = state.status === 'connecting' ? startedAt : state.since;
  const silentFor = now - since;
  if (silentFor < silentMs) return { notice: { kind: 'none' }, changesInMs: silentMs - silentFor };
  if (state.status === 'offline' || silentFor >= offlineMs) {
    return { notice: { kind: 'offline', since }, changesInMs: undefined };
  }
  return { notice: { kind: 'reconnecting' }, changesInMs: offlineMs - silentFor };
}
