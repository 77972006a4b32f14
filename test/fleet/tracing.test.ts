import { expect, test } from 'vitest';
import { openRawStream } from '../support/raw-stream.ts';
import { TestRedis } from '../support/redis.ts';
import { startServer, temporaryFolder } from '../support/server.ts';
import { idsOf, linksOf, spans } from '../support/spans.ts';
import { until } from '../support/wait.ts';

test('what another process delivers is linked to the request as well', async () => {
  const { url } = await TestRedis.run();
  const options = { folder: temporaryFolder(), environment: { REDIS_URL: url } };
  const [writing, delivering] = [await startServer(options), await startServer(options)];
  const ready = async () => (await fetch(`${delivering.url}/readyz`)).json() as Promise<{ bus?: string }>;
  await until('the bus to be heard', async () => (await ready()).bus === 'heard');
  const { id } = (await writing.ask('bob', 'POST', '/reports', { title: 'Reading list' })).json;
  const stream = openRawStream(delivering.url, { token: await writing.token('bob') });
  await stream.waitFor('sync');
  const request = 'POST /reports/:reportId/comments';
  // The subscription may still be on its way to Redis; what is missed until then comes by the head check.
  await until('a delivery by each process', async () => {
    await writing.ask('ann', 'POST', `/reports/${String(id)}/comments`, { body: 'Hello' });
    return spans('deliver').length > spans(request).length;
  });
  const linked = linksOf(spans('deliver'));
  expect(linked.some((one, i) => one === linked[i + 1])).toBe(true);
  expect([...new Set(linked)]).toEqual(idsOf(spans(request)));
});
