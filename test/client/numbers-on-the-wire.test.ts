import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../support/wait.ts';
import { follow } from './follow.ts';

/** A server that does what Carillon never does; each connection gets the next of these answers, the last one stays open. */
async function startLiar(...answers: readonly (readonly string[] | number)[]) {
  const asked: string[] = [];
  let open = 0;
  const answer: RequestListener = (req, res) => {
    const frames = answers[asked.push(req.url ?? '') - 1];
    if (typeof frames === 'number') {
      res.writeHead(frames, { 'content-type': 'text/html' }).end('<h1>Not what you expected</h1>');
      return;
    }
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write('retry: 1\n\n');
    open++;
    res.on('close', () => open--);
    for (const frame of frames ?? []) res.write(frame);
  };
  const web = createServer(answer);
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    web.close();
    web.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(web.address() as AddressInfo).port}`, asked, open: () => open };
}

const counts = { unread: 0, unseen: 0 };
const frame = (event: string, seq: number, data: object = { seq }) =>
  `id: k3f9x0qa.${seq}\nevent: ${event}\ndata: ${JSON.stringify({ ...data, counts })}\n\n`;
const sync = (from: number, to: number) => frame('sync', to, { from, to, missed: to - from });

test('a hole never reaches the application: it resumes from the last good event', async () => {
  const { url, asked } = await startLiar(
    [sync(4, 4), frame('notification', 5), frame('notification', 7), frame('notification', 8)],
    [frame('notification', 6), frame('notification', 7), sync(5, 7)],
  );
  const { client, seqs, statuses } = follow({ url, token: 'x' });
  await until('all', () => seqs().length === 3);
  expect(seqs()).toEqual([5, 6, 7]);
  expect(client.verified).toEqual({ events: 3, holes: 1, repeats: 0 });
  expect(asked).toEqual(['/notifications/stream', '/notifications/stream?lastEventId=k3f9x0qa.5']);
  await until('the end', () => client.state.status === 'live');
  expect(statuses).toEqual(['connecting', 'live', 'reconnecting', 'live']);
});

test('a ping or a sync that is ahead shows a hole, too', async () => {
  const ping = `event: ping\ndata: {"seq":6,"time":"2026-11-23T00:00:00.000Z"}\n\n`;
  const { url, asked } = await startLiar(
    [sync(4, 4), frame('notification', 5), ping],
    [sync(5, 6)],
    [frame('notification', 6), sync(5, 6)],
  );
  const { client, seqs, frames } = follow({ url, token: 'x' });
  await until('all', () => seqs().length === 2);
  expect(client.verified).toEqual({ events: 2, holes: 2, repeats: 0 });
  expect(asked).toHaveLength(3);
  expect(frames.map(({ event, replayed }) => `${event}${replayed ? ' replayed' : ''}`)).toEqual([
    'sync',
    'notification',
    'notification replayed',
    'sync',
  ]);
});

test('a repeat never reaches the application', async () => {
  const { url } = await startLiar([
    sync(4, 4),
    frame('notification', 5),
    frame('notification', 5),
    frame('notification', 4),
    frame('notification', 6),
  ]);
  const { client, seqs } = follow({ url, token: 'x' });
  await until('all', () => seqs().length === 2);
  expect(seqs()).toEqual([5, 6]);
  expect(client.verified).toEqual({ events: 2, holes: 0, repeats: 2 });
});

test('events that are not known yet are passed over', async () => {
  const { url } = await startLiar([
    sync(4, 4),
    'event: invented.later\ndata: {}\n\n',
    ': a comment\n\n',
    frame('notification', 5),
  ]);
  const { client, seqs } = follow({ url, token: 'x' });
  await until('the event', () => seqs().length === 1);
  expect(client.verified).toEqual({ events: 1, holes: 0, repeats: 0 });
});

test('a frame without an end is given up with its connection, and the next one resumes', async () => {
  const endless = `id: k3f9x0qa.6\nevent: notification\ndata: ${'x'.repeat(1_100_000)}`;
  const { url, open } = await startLiar(
    [sync(4, 4), frame('notification', 5), endless],
    [frame('notification', 6), sync(5, 6)],
  );
  const { seqs } = follow({ url, token: 'x' });
  await until('both', () => seqs().length === 2);
  expect(seqs()).toEqual([5, 6]);
  await until('the end of the first connection', () => open() === 1);
});

test('whatever else is answered, it never gives up', async () => {
  const { url, asked } = await startLiar(500, 200, 429, 404, [sync(1, 1)]);
  const { client, live } = follow({ url, token: 'x' });
  for (let i = 1; i < 5; i++) {
    await until('an attempt', () => asked.length >= i && client.state.status === 'reconnecting');
    client.reconnect();
  }
  await live();
});

test('a stream that is refused ends the attempts', async () => {
  const { url, asked } = await startLiar(403, [sync(1, 1)]);
  const { client, live } = follow({ url, token: 'x' });
  await until('the refusal', () => client.state.status === 'signedOut');
  expect(client.state).toMatchObject({ code: 403 });
  expect(asked).toHaveLength(1);
  client.reconnect();
  await live();
});

test('a listener that throws keeps no other from hearing', async () => {
  const uncaught: unknown[] = [];
  const keep = (error: unknown) => void uncaught.push(error);
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', keep);
  onTestFinished(() => {
    process.off('uncaughtException', keep);
    for (const other of others) process.on('uncaughtException', other);
  });
  const { url } = await startLiar([sync(4, 4), frame('notification', 5)]);
  const { client, seqs } = follow({ url, token: 'x' });
  client.on('sync', () => {
    throw new Error('the application’s own');
  });
  await until('the event', () => seqs().length === 1);
  expect(uncaught.map(String)).toEqual(['Error: the application’s own']);
});

test('who stops listening hears no more, and the others do', async () => {
  const { url } = await startLiar([sync(4, 4), frame('notification', 5), frame('notification', 6)]);
  const { client, seqs } = follow({ url, token: 'x' });
  const heard: string[] = [];
  const listener = ({ seq }: { seq: number }) => void heard.push(`both ${seq}`);
  client.on('notification', listener);
  const stop = client.on('notification', listener);
  const stopOnce = client.on('notification', ({ seq }) => {
    heard.push(`once ${seq}`);
    stopOnce();
    stop();
  });
  await until('all', () => seqs().length === 2);
  expect(heard).toEqual(['both 5', 'both 5', 'once 5', 'both 6']);
});

test('an update whose notification has its own number was raised, any other only changed', async () => {
  const update = (seq: number, of: number) =>
    frame('notification.updated', seq, { seq, notification: { id: 'n5', seq: of } });
  const { url } = await startLiar([sync(4, 4), update(5, 5), update(6, 5), update(7, 9), update(8, 8)]);
  const { client, seqs } = follow({ url, token: 'x' });
  const raised: boolean[] = [];
  client.on('updated', (event) => raised.push(event.raised));
  await until('all', () => seqs().length === 4);
  expect(raised).toEqual([true, false, false, true]);
});
