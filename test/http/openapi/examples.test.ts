import { expect, test } from 'vitest';
import {
  exampleCursor,
  exampleId,
  type Operation,
  operations,
} from '../../../src/http/openapi/operations.ts';
import { ask, startServer, type TestServer } from '../../support/server.ts';

const publisher = 'a-token-of-the-shop-that-is-only-for-tests';
const operator = 'an-operator-token-that-is-only-for-tests';

/** Something of each kind, so that every path leads somewhere. */
async function setStage(server: TestServer) {
  const { json: report } = await server.ask('ann', 'POST', '/reports', { title: 'Reading list' });
  const { json: comment } = await server.ask('bob', 'POST', `/reports/${report.id}/comments`, { body: 'Hi' });
  const { json: list } = await server.ask('ann', 'GET', '/notifications');
  const key = `order-of-${report.id}`;
  const { json: activity } = await ask(
    `${server.url}/activities`,
    'POST',
    { type: 'order.shipped', title: 'x', to: ['ann'], key },
    { authorization: `Bearer ${publisher}` },
  );
  const names: Readonly<Record<string, string>> = {
    reportId: report.id,
    commentId: comment.id,
    notificationId: list.data[0].id,
    [exampleId]: list.data[0].id,
    [exampleCursor]: list.streamCursor,
    topic: `report:${report.id}`,
    activityId: activity.id,
    key,
    userId: 'ann',
  };
  return (text: string) =>
    text.replaceAll(/\{(\w+)\}|[\w.-]{11,}/g, (whole, name?: string) => names[name ?? whole] ?? whole);
}

function tokenOf({ access }: Operation, user: string): string {
  if (access === 'publisher' || access === 'reader') return publisher;
  return access === 'operator' ? operator : user;
}

test('every example works, and what answers is what the document says', async () => {
  const server = await startServer({
    environment: { PUBLISH_TOKENS: `shop:${publisher}`, OPERATOR_TOKEN: operator },
  });
  // What an operator does to ann comes last, and ann has no good token afterwards.
  const last = operations.filter(({ access }) => access === 'operator');
  const first = operations.filter((one) => one.id !== 'stream' && !last.includes(one));
  let fill = await setStage(server);
  for (const operation of [...first, ...last]) {
    const { id, method, path, example, answers, access, type } = operation;
    if (access !== 'operator') fill = await setStage(server);
    // A comment is edited by who wrote it.
    const token = tokenOf(
      operation,
      access === 'operator' ? '' : await server.token(id === 'editComment' ? 'bob' : 'ann'),
    );
    const body: unknown = example?.body && JSON.parse(fill(JSON.stringify(example.body)));
    const url = server.url + fill(path);
    const headers = { authorization: `Bearer ${token}` };
    const isText = type !== undefined && type !== 'application/json';
    // Every answer that is asked for by `ask` is held against the document.
    const { status } = isText
      ? await fetch(url, { headers })
      : await ask(url, method.toUpperCase(), body, headers);
    expect(Object.keys(answers).map(Number), id).toContain(status);
  }
});
