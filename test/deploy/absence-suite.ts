import { expect, test } from 'vitest';
import { openPage } from '../support/chromium.ts';
import { addComments, addReport } from '../support/comments.ts';
import { freePort } from '../support/free-port.ts';
import { startServer, temporaryFolder, type TestServer } from '../support/server.ts';
import { startPage } from './page.ts';
import type { ProxyKind } from './proxy.ts';

/** A browser waits up to 5 s before it comes back, and a patient proxy holds what it asks for as long. */
const limitMs = 40_000;
const origin = 'https://app.example.com';

/** What a proxy does while no process can be reached: nobody gives up. */
export function testAbsence(kind: ProxyKind): void {
  test('who finds no process is told so, and a stream to come back, each client at another time', async () => {
    const proxy = await kind.start([await freePort(), await freePort()]);
    const [retries, problem] = await Promise.all([
      Promise.all(Array.from({ length: 30 }, () => askForStream(proxy.url))),
      fetch(`${proxy.url}/notifications`, { headers: { origin } }),
    ]);
    for (const retry of retries) expect(retry).toMatch(/^retry: [1-5]000\n(?::.*\n)*\n$/);
    expect(new Set(retries).size).toBeGreaterThan(2);

    expect(problem.status).toBe(503);
    expect(problem.headers.get('content-type')).toBe('application/problem+json');
    expect(problem.headers.get('retry-after')).toBe('2');
    expect(problem.headers.get('access-control-allow-origin')).toBe(origin);
    expect(await problem.json()).toMatchObject({ status: 503, code: 'unavailable' });
  });

  test("a browser's own EventSource, in a page of another origin, never gives up", async () => {
    const port = await freePort();
    const proxy = await kind.start([port]);
    const application = await startPage(`${proxy.url}/notifications/stream`);
    const page = await openPage({ ignoreHTTPSErrors: true });
    await page.goto(application.origin);
    const sees = (what: string) => page.waitForFunction(what, undefined, { timeout: limitMs });
    // It begins while there is no process at all.
    await sees('seen.errors > 0');
    expect(await page.evaluate('source.readyState')).toBe(0);

    const folder = temporaryFolder();
    const first = await startOn(port, folder, { ALLOWED_ORIGINS: application.origin });
    await page
      .context()
      .addCookies([{ name: 'carillon_session', value: await first.token('ann'), url: proxy.url }]);
    await sees('seen.syncs === 1');
    const report = await addReport(first.store);
    await addComments(first.store, report.id, 2);
    await sees('seen.notifications === 2');
    await first.close();
    await page.evaluate('seen.errors = 0');
    // The end of the stream, and an attempt in vain; a patient proxy holds that until there is a process again.
    await sees(`seen.errors >= ${kind.isPatient ? 1 : 2}`);
    const second = await startOn(port, folder, { ALLOWED_ORIGINS: application.origin });
    await addComments(second.store, report.id, 1);
    await sees('seen.notifications === 3');
  });
}

/** @returns the body of the answer, which an EventSource of another origin must be able to read */
async function askForStream(url: string): Promise<string> {
  const answer = await fetch(`${url}/notifications/stream`, { headers: { origin } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
  return answer.text();
}

function startOn(port: number, folder: string, more: Record<string, string> = {}): Promise<TestServer> {
  return startServer({ folder, environment: { PORT: String(port), ...more } });
}
