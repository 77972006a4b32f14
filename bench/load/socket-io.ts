import type { Socket } from 'node:net';
import { browserHeaders, standInToken } from './browser.ts';
import { numberIn } from './comment.ts';
import type { Ear, Reader } from './reader.ts';

const headEnd = Buffer.from('\r\n\r\n');
const namespace = '/notification';

/** What opens a WebSocket for socket.io on this host. */
export function upgradeRequest(host: string): string {
  return [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Authorization: Bearer ${standInToken}`,
    browserHeaders,
  ].join('\r\n');
}

/**
 * Speaks socket.io over a WebSocket (RFC 6455), as little of it as the benchmark needs: it joins the namespace, says who
 * it is with `userConnect`, answers pings, and sees which comment a message tells of.
 */
export function socketIoReader(socket: Socket, ear: Ear, userId: string): Reader {
  let rest: Buffer | undefined;
  let inHead = true;

  return {
    read: (bytes) => {
      const all = rest === undefined ? bytes : Buffer.concat([rest, bytes]);
      let start = 0;
      if (inHead) {
        const end = all.indexOf(headEnd);
        if (end !== -1) {
          if (all.toString('latin1', 9, 12) !== '101')
            throw new Error(`No WebSocket: ${all.toString('latin1', 0, 200)}`);
          inHead = false;
          start = end + headEnd.length;
        }
      }
      if (!inHead) start = readMessages(all, start);
      rest = start === all.length ? undefined : Buffer.from(all.subarray(start));
    },
  };

  /** @returns where the first message begins that is not complete. */
  function readMessages(bytes: Buffer, from: number): number {
    let start = from;
    for (;;) {
      if (bytes.length < start + 2) return start;
      const short = (bytes[start + 1] ?? 0) & 0x7f;
      const headLength = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (bytes.length < start + headLength) return start;
      const length =
        short === 126
          ? bytes.readUInt16BE(start + 2)
          : short === 127
            ? Number(bytes.readBigUInt64BE(start + 2))
            : short;
      const end = start + headLength + length;
      if (bytes.length < end) return start;
      readMessage(bytes, start + headLength, end);
      start = end;
    }
  }

  function readMessage(bytes: Buffer, start: number, end: number): void {
    const number = numberIn(bytes, start, end);
    if (number !== -1) {
      ear.heard(number);
      return;
    }
    const text = bytes.toString('utf8', start, end);
    if (text === '2') send('3');
    else if (text.startsWith('0')) send(`40${namespace},`);
    else if (text.startsWith(`40${namespace}`)) {
      send(`42${namespace},0["userConnect",${JSON.stringify({ userId })}]`);
    } else if (text.startsWith(`43${namespace},0`)) ear.ready();
  }

  /** A client masks what it sends; a mask of zeros leaves it as it is. */
  function send(text: string): void {
    const payload = Buffer.from(text);
    const head = [0x81, 0x80 | payload.length, 0, 0, 0, 0];
    socket.write(Buffer.concat([Buffer.from(head), payload]));
  }
}
