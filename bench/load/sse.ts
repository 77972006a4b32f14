import { numberIn } from './comment.ts';
import type { Ear, Reader } from './reader.ts';

const headEnd = Buffer.from('\r\n\r\n');
const frameEnd = Buffer.from('\n\n');
const idField = Buffer.from('id: ');
const syncEvent = Buffer.from('event: sync\n');
const removedEvent = Buffer.from('event: notification.removed\n');
const dot = 0x2e;
const lineFeed = 0x0a;

/**
 * Reads text/event-stream, as little of it as the benchmark needs: where frames end, their `id`, and which comment they
 * tell of. Where the server sends it in chunks, their sizes stand between the frames and harm nothing, because each frame
 * is one chunk.
 *
 * @param syncs whether the server is Carillon: then the stream is open from the event `sync` on, and ids are numbered.
 */
export function sseReader(ear: Ear, syncs: boolean): Reader {
  let rest: Buffer | undefined;
  let inHead = true;

  return {
    read: (bytes) => {
      const all = rest === undefined ? bytes : Buffer.concat([rest, bytes]);
      let start = 0;
      if (inHead) {
        const end = all.indexOf(headEnd);
        if (end !== -1) {
          assertOk(all);
          inHead = false;
          start = end + headEnd.length;
          if (!syncs) ear.ready();
        }
      }
      if (!inHead) start = readFrames(all, start);
      // The bytes are only lent: the next read overwrites them.
      rest = start === all.length ? undefined : Buffer.from(all.subarray(start));
    },
  };

  /** @returns where the first frame begins that is not complete. */
  function readFrames(bytes: Buffer, from: number): number {
    let start = from;
    for (;;) {
      const end = bytes.indexOf(frameEnd, start);
      if (end === -1) return start;
      const number = numberIn(bytes, start, end);
      if (syncs) readId(bytes, start, end);
      if (number !== -1) ear.heard(number);
      else if (has(bytes, removedEvent, start, end)) ear.removed();
      start = end + frameEnd.length;
    }
  }

  function readId(bytes: Buffer, start: number, end: number): void {
    if (bytes.compare(idField, 0, 4, start, start + 4) !== 0) return;
    const lineEnd = bytes.indexOf(lineFeed, start);
    const sequence = Number(bytes.toString('latin1', bytes.indexOf(dot, start) + 1, lineEnd));
    const isSync = has(bytes, syncEvent, start, end);
    ear.numbered(bytes.toString('latin1', start + 4, lineEnd), sequence, !isSync);
    if (isSync) ear.ready();
  }
}

function has(bytes: Buffer, part: Buffer, start: number, end: number): boolean {
  // A frame's fields stand at its beginning: its data is not searched.
  return bytes.subarray(start, Math.min(end, start + 120)).includes(part);
}

function assertOk(head: Buffer): void {
  const status = head.toString('latin1', 9, 12);
  if (status !== '200') throw new Error(`A stream was answered with ${head.toString('latin1', 0, 200)}`);
}
