import { expect, test } from 'vitest';
import { exchange } from '../http/support-raw.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { startServer, type TestServer } from '../support/server.ts';

async function ticketOf(server: TestServer, user = 'ann'): Promise<string> {
  return (await server.ask(user, 'POST', '/notifications/stream/tickets')).json.ticket as string;
}

test('of a hundred who come with the same ticket at the same moment, exactly one is let in', async () => {
  const server = await startServer();
  const ticket = await ticketOf(server);
  const streams = Array.from({ length: 100 }, () =>
    openRawStream(server.url, { query: `?ticket=${ticket}`, headers: ['Connection: close'] }),
  );
  await Promise.all(
    streams.map((stream) =>
      Promise.race([stream.waitForEnd(), stream.waitFor('sync').catch(() => undefined)]),
    ),
  );
  const statuses = streams.map(({ head }) => head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)).sort();
  expect(statuses).toEqual(['200', ...Array<string>(99).fill('401')]);
});

test('of a hundred requests in one piece with the same ticket, exactly one is let in', async () => {
  const server = await startServer();
  const ticket = await ticketOf(server);
  // HEAD asks for the same, and takes the ticket as well; so each of them gets an answer.
  const request = `HEAD /notifications/stream?ticket=${ticket} HTTP/1.1\r\nHost: x\r\n`;
  const text = await exchange(
    server.url,
    `${request}\r\n`.repeat(99) + `${request}Connection: close\r\n\r\n`,
  );
  const statuses = Array.from(text.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => status).sort();
  expect(statuses).toEqual(['200', ...Array<string>(99).fill('401')]);
});

test('a ticket opens the stream of who asked for it, whoever brings it and whatever they add', async () => {
  const server = await startServer();
  const { json: report } = await server.ask('ann', 'POST', '/reports', { title: 'of ann' });
  const stream = openRawStream(server.url, {
    query: `?ticket=${await ticketOf(server, 'eve')}&user=ann&sub=ann`,
    headers: [`Cookie: carillon_session=${await server.token('ann')}`, 'X-User: ann'],
  });
  await stream.waitFor('sync');
  await server.ask('bob', 'POST', `/reports/${report.id}/comments`, { body: 'for ann' });
  // Something for eve, so that there is an end to wait for.
  const { json: own } = await server.ask('eve', 'POST', '/reports', { title: 'of eve' });
  await server.ask('bob', 'POST', `/reports/${own.id}/comments`, { body: 'for eve' });
  expect((await stream.waitFor('notification')).data).toMatchObject({
    seq: 1,
    notification: { report: { id: own.id } },
  });
  expect(stream.text).not.toContain(report.id);
});

test('tickets are long, random, and stored as hashes alone', async () => {
  const server = await startServer();
  const tickets = await Promise.all(Array.from({ length: 200 }, () => ticketOf(server)));
  expect(new Set(tickets).size).toBe(200);
  for (const ticket of tickets) {
    expect(Buffer.from(ticket, 'base64url')).toHaveLength(32);
    expect(await server.store.takeTicket(ticket)).toBeUndefined();
  }
});
