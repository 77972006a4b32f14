import { describe, expect, test } from 'vitest';
import { addComments, addReport } from '../support/comments.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/wait.ts';
import { follow, transports } from './follow.ts';

describe.each(transports)('by %s', (_name, transport) => {
  test('a client is told what happens, in order, with the counts', async () => {
    const server = await startServer();
    const report = await addReport(server.store);
    const { client, live, seqs } = follow({
      url: server.url,
      token: () => server.token('ann'),
      ...transport,
    });
    const told: unknown[] = [];
    client.on('notification', ({ notification }) => told.push(notification.body));
    client.on('counts', (counts) => told.push(counts));
    expect(client.state).toEqual({ status: 'connecting' });
    expect(client.counts).toBeUndefined();
    await live();
    expect(client.counts).toEqual({ unread: 0, unseen: 0 });

    await addComments(server.store, report.id, 2);
    await until('both', () => seqs().length === 2);
    expect(told).toEqual([
      { unread: 0, unseen: 0 },
      '1',
      { unread: 1, unseen: 1 },
      '2',
      { unread: 2, unseen: 2 },
    ]);
    expect(client.verified).toEqual({ events: 2, holes: 0, repeats: 0 });

    const [first] = (await server.ask('ann', 'GET', '/notifications')).json.data;
    await client.read(first.id);
    await until('the reading', () => seqs().length === 3);
    expect(client.counts).toEqual({ unread: 1, unseen: 1 });
    client.close();
    expect(client.state).toEqual({ status: 'closed' });
    await until('the end of the stream', async () =>
      /^carillon_streams_open 0$/m.test(await (await fetch(`${server.url}/metrics`)).text()),
    );
  });
});
