import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createOutbox } from '../../src/client/outbox.ts';
import { RequestError } from '../../src/client/request-error.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(0);
const ours = () => Promise.resolve(true);

/** A server that notes what it hears; while it is away, nobody hears anything. */
class Server {
  readonly heard: string[] = [];
  failure: Error | undefined;

  readonly request = (what: string) => async () => {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    this.heard.push(what);
    return what;
  };
}

test.each([undefined, 502, 503, 504])(
  'what failed with status %s is sent again, in its order',
  async (status) => {
    const server = new Server();
    const outbox = createOutbox(ours);
    server.failure = new RequestError('Away.', { status });
    const all = Promise.all(['a', 'b', 'c'].map((what) => outbox.send(server.request(what))));
    await vi.advanceTimersByTimeAsync(100_000);
    expect(server.heard).toEqual([]);
    server.failure = undefined;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await all).toEqual(['a', 'b', 'c']);
    expect(server.heard).toEqual(['a', 'b', 'c']);
  },
);

test('what Carillon refuses is refused, and what comes behind it goes on', async () => {
  const server = new Server();
  const outbox = createOutbox(ours);
  const refusal = new RequestError('No.', { status: 404 });
  const refused = expect(outbox.send(() => Promise.reject(refusal))).rejects.toBe(refusal);
  const next = outbox.send(server.request('next'));
  await settle();
  await refused;
  expect(await next).toBe('next');
});

test('nothing is sent again as another user', async () => {
  const server = new Server();
  const outbox = createOutbox(() => Promise.resolve(false));
  server.failure = new RequestError('Away.');
  const given = expect(outbox.send(server.request('a'))).rejects.toThrow('Another user is signed in.');
  await settle();
  server.failure = undefined;
  await vi.advanceTimersByTimeAsync(100_000);
  outbox.clear();
  await given;
  expect(server.heard).toEqual([]);
});

test('when the page goes, everything is sent at once, and kept if that fails', async () => {
  const server = new Server();
  const outbox = createOutbox(ours);
  let arrive: () => void = () => undefined;
  const slow = outbox.send(() => new Promise<void>((resolve) => (arrive = resolve)));
  const behind = outbox.send(server.request('behind'));
  await settle();
  expect(server.heard).toEqual([]);
  outbox.hurry();
  await behind;
  server.failure = new RequestError('Away.');
  const later = outbox.send(server.request('later'));
  outbox.hurry();
  await settle();
  server.failure = undefined;
  arrive();
  await slow;
  await later;
  expect(server.heard).toEqual(['behind', 'later']);
});

test('no more than 1,000 wait', async () => {
  const server = new Server();
  const outbox = createOutbox(ours);
  server.failure = new RequestError('Away.');
  const waiting = Array.from({ length: 1_000 }, (_, i) => outbox.send(server.request(`${i}`)));
  await expect(outbox.send(server.request('more'))).rejects.toThrow('1,000 actions wait for it already.');
  const given = Promise.allSettled(waiting);
  outbox.close();
  expect((await given).every(({ status }) => status === 'rejected')).toBe(true);
});
