import type { Finding } from '../finding.ts';
import type { HeardStream } from '../heard-stream.ts';
import { promptMs, type Target } from '../target.ts';
import { finding } from '../remedies.ts';

/** A cursor of no log: Carillon answers it with a `reset`, and no cursor at all with a `sync`. */
const foreignCursor = 'doctor00.1';
const expectedControl = 'no-cache, no-store, no-transform';
/** What two clocks may differ by, in milliseconds. */
const skewMs = 10_000;

/** Whether something compresses a stream whose client would take that. */
export async function checkCompression({ openStream }: Target): Promise<readonly Finding[]> {
  const stream = await openStream({ 'accept-encoding': 'gzip, deflate, br, zstd' });
  stream?.close();
  const encoding = stream?.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return [];
  return [finding('compression', `Something compresses the stream (${encoding}), and so holds events back.`)];
}

/** A stream that began well, and what was wrong at its beginning. */
export interface Beginning {
  readonly stream: HeardStream | undefined;
  readonly findings: readonly Finding[];
}

/** Whether a stream speaks at once, with the headers that Carillon gave it, from where the client was. */
export async function checkBeginning({ openStream }: Target): Promise<Beginning> {
  const stream = await openStream({ 'last-event-id': foreignCursor });
  const isFirst = ({ event }: { event: string }) => event === 'sync' || event === 'reset';
  const first = await stream?.waitFor(isFirst, promptMs);
  if (stream === undefined || (first === undefined && !stream.hasEnded)) {
    stream?.close();
    const what = `Something holds the stream back: Carillon sends its first frame at once, and it did not come within ${promptMs / 1000} s.`;
    return { stream: undefined, findings: [finding('buffering', what)] };
  }
  const findings: Finding[] = [];
  const control = stream.headers['cache-control'] ?? 'none';
  if (control !== expectedControl) {
    const what = `Something changes Cache-Control: the stream has ${control} instead of ${expectedControl}.`;
    findings.push(finding('caching', what));
  }
  if (first?.event === 'sync') {
    const what =
      'The header Last-Event-ID is lost: a client that reconnects misses what happened in between.';
    findings.push(finding('last-event-id', what));
  }
  return { stream, findings };
}

/** Whether a stream on which nothing happens lives on from one ping to the next. */
export async function checkIdle(stream: HeardStream, limitMs: number): Promise<readonly Finding[]> {
  const begun = Date.now();
  const isPing = ({ event }: { event: string }) => event === 'ping';
  const isSecondPing = (frame: { event: string; at: number }) =>
    isPing(frame) && frame !== stream.frames.find(isPing);
  const last = await stream.waitFor((frame) => isSecondPing(frame) || frame.event === 'goodbye', limitMs);
  const seconds = Math.round((Date.now() - begun) / 1000);
  if (last !== undefined) return [];
  if (stream.hasEnded)
    return [finding('idle', `The stream was closed after ${seconds} s in which nothing happened.`)];
  if (stream.frames.some(isPing)) return [];
  const what = `No ping came within ${seconds} s. If HEARTBEAT_SECONDS is larger, give --seconds three times its value.`;
  return [finding('idle', what)];
}

/** Whether the server's clock agrees with this machine's, by the pings that came. */
export function checkClock({ frames }: Pick<HeardStream, 'frames'>): readonly Finding[] {
  const ping = frames.findLast(({ event }) => event === 'ping');
  if (ping === undefined) return [];
  const skew = Date.parse(String(ping.data['time'])) - ping.at;
  if (Math.abs(skew) <= skewMs) return [];
  const seconds = Math.round(Math.abs(skew) / 1000);
  const how = skew > 0 ? 'ahead of' : 'behind';
  return [finding('clock', `Carillon's clock is ${seconds} s ${how} that of this machine.`)];
}
