import { connect, type Socket } from 'node:net';
import type { Connect } from './resuming-reader.ts';

const headEnd = '\r\n\r\n';

/**
 * Reads a stream on a bare socket; says in `Last-Event-ID` where it resumes.
 * @param onSocket is shown each socket, which it may keep from being read.
 */
export function connectBySocket(onSocket: (socket: Socket) => void = () => undefined): Connect {
  return ({ url, token, cursor, signal, feed }) => {
    const { hostname, port, host } = new URL(url);
    const socket = connect(Number(port), hostname);
    onSocket(socket);
    const request = [
      'GET /notifications/stream HTTP/1.1',
      `Host: ${host}`,
      `Authorization: Bearer ${token}`,
      ...(cursor === undefined ? [] : [`Last-Event-ID: ${cursor}`]),
    ];
    socket.write(`${request.join('\r\n')}\r\n\r\n`);

    let head: Buffer | undefined = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      if (head === undefined) {
        feed(bytes);
        return;
      }
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf(headEnd);
      if (end === -1) return;
      const body = head.subarray(end + headEnd.length);
      if (!head.toString('latin1').startsWith('HTTP/1.1 200 ')) socket.destroy();
      else if (body.length > 0) feed(body);
      head = undefined;
    });
    const cut = () => socket.destroy();
    signal.addEventListener('abort', cut);
    return new Promise((resolve) => {
      // What goes wrong on a socket closes it.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        signal.removeEventListener('abort', cut);
        resolve();
      });
    });
  };
}
