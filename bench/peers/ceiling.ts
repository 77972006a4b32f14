import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { announce, notificationOf } from './ready-made.ts';

/*
 * The ceiling: node:http that does nothing but write the same ready-made bytes to all sockets. No routes, no tokens, no
 * users, no database; the head without chunks, one Buffer for all.
 */

const sockets = new Set<Socket>();
let count = 0;

const server = createServer((req, res) => {
  if (req.method === 'POST') {
    void bodyOf(req).then((body) => {
      const data = JSON.stringify(notificationOf(++count, 'r0', body));
      const frame = Buffer.from(`id: k3f9x0qa.${count}\nevent: notification\ndata: ${data}\n\n`);
      for (const socket of sockets) socket.write(frame);
      res.writeHead(201, { 'Content-Type': 'application/json', 'Content-Length': 2 }).end('{}');
    });
    return;
  }
  const { socket } = req;
  res.removeHeader('Transfer-Encoding');
  res.writeHead(200, { 'Content-Type': 'text/event-stream', Connection: 'close' }).flushHeaders();
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
});

server.listen(0, '127.0.0.1', () => announce(server.address()));

async function bodyOf(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  return (JSON.parse(Buffer.concat(parts).toString()) as { body: string }).body;
}
