import { expect, test } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import { addComment, addReport, ann, bob, notifyAnn, startBench } from '../../contract/store/bench.ts';
import { temporaryDatabase } from '../../support/postgres.ts';
import { startCuttingProxy } from './cutting-proxy.ts';
import { openAt, untilItWrites } from './stores.ts';

test.each(['before commit', 'after commit'] as const)(
  'a connection that is lost %s leaves a request that is repeated with its key, one comment, and one event',
  async (where) => {
    const proxy = await startCuttingProxy(await temporaryDatabase());
    const { store } = await startBench(openAt(proxy.url));
    const report = await addReport(store);
    const once = { key: 'k', fingerprint: 'f' };
    proxy.cut(where);
    await expect(addComment(store, bob, report, 'Once.', once)).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(proxy.cuts).toBe(1);
    const comment = await addComment(store, bob, report, 'Once.', once);
    expect((await store.comments(report.id, { limit: 20 }))?.data).toEqual([comment]);
    expect((await store.log('ann', 0, 10)).events.map(({ seq }) => seq)).toEqual([1]);
  },
);

test('a commit of which nobody can tell whether it was kept is not answered as kept', async () => {
  const url = await temporaryDatabase();
  const proxy = await startCuttingProxy(url, true);
  const { store, told } = await startBench(openAt(proxy.url));
  const report = await addReport(store);
  proxy.cut('after commit');
  const outcome: unknown = await addComment(store, bob, report, 'Perhaps.').catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(AppError);
  expect(outcome).toMatchObject({ code: 'unavailable', message: expect.stringContaining('Idempotency-Key') });
  expect(told()).toEqual([]);

  proxy.refuse(false);
  await untilItWrites(store);
  // It was kept, here; the next event has the next number, by which a stream knows that it has to read.
  expect((await store.comments(report.id, { limit: 20 }))?.data).toHaveLength(1);
  await addComment(store, bob, report);
  expect(told().map(({ seq }) => seq)).toEqual([2]);
});

test('with an idempotency key a request whose commit was lost can be sent again, and is done once', async () => {
  const proxy = await startCuttingProxy(await temporaryDatabase(), true);
  const { store } = await startBench(openAt(proxy.url));
  const once = { key: 'k', fingerprint: 'f' };
  await notifyAnn(store, 1);
  proxy.cut('after commit');
  const add = () => store.addReport(ann, { title: 'Once', body: '' }, once);
  await expect(add()).rejects.toMatchObject({ code: 'unavailable' });
  proxy.refuse(false);
  await untilItWrites(store);
  expect((await add()).replayed).toBe(true);
  expect((await store.reports({ limit: 20 })).data).toHaveLength(2);
});
