import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { openRawStream } from '../support/raw-stream.ts';
import { startServer } from '../support/server.ts';
import { idsOf, linksOf, spans } from '../support/spans.ts';
import { until } from '../support/wait.ts';
import { exchange } from './support-raw.ts';

const addComment = 'POST /reports/:reportId/comments';

async function withReport() {
  const server = await startServer();
  const { id } = (await server.ask('bob', 'POST', '/reports', { title: 'Reading list' })).json;
  await until('its span', () => spans('POST /reports').length === 1);
  return { server, comments: `/reports/${String(id)}/comments` };
}

test('a request has one span, named after its route, below the span that the client names', async () => {
  const server = await startServer();
  const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  const report = await fetch(`${server.url}/reports/01a21cd5-aaa8-7000-8000-00e19f6d3f9e?cursor=secret`, {
    headers: {
      authorization: `Bearer ${await server.token('ann')}`,
      traceparent: `00-${traceId}-${spanId}-01`,
    },
  });
  expect(report.status).toBe(404);
  const name = 'GET /reports/:id';
  await until('its span', () => spans(name).length === 1);
  const [span] = spans(name);
  expect(span?.kind).toBe(SpanKind.SERVER);
  expect(span?.parentSpanContext).toMatchObject({ traceId, spanId });
  expect(span?.status.code).toBe(SpanStatusCode.UNSET);
  expect(span?.attributes).toEqual({
    'http.request.method': 'GET',
    'http.route': '/reports/:id',
    'http.response.status_code': 404,
    'url.path': '/reports/01a21cd5-aaa8-7000-8000-00e19f6d3f9e',
    'url.scheme': 'http',
  });
});

test('what is delivered is linked to the request that caused it; a stream and probes have no span', async () => {
  const { server, comments } = await withReport();
  const stream = openRawStream(server.url, { token: await server.token('bob') });
  await stream.waitFor('sync');
  for (const path of ['/healthz', '/readyz']) await fetch(server.url + path);
  await server.ask('ann', 'POST', comments, { body: 'Hello' });
  await stream.waitFor('notification');
  await until('both spans', () => spans(addComment).length === 1 && spans('deliver').length === 1);
  const [[request], [delivery]] = [spans(addComment), spans('deliver')];
  expect(delivery?.kind).toBe(SpanKind.PRODUCER);
  expect(delivery?.attributes).toEqual({ 'carillon.events': 1 });
  expect(delivery?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
  expect(delivery?.spanContext().traceId).toBe(request?.spanContext().traceId);
  expect(linksOf(spans('deliver'))).toEqual(idsOf(spans(addComment)));
  stream.socket.destroy();
  await until('the stream to end', () => stream.ended);
  expect(spans().map(({ name }) => name)).toEqual(
    expect.not.arrayContaining([expect.stringMatching(/stream|healthz|readyz/)]),
  );
});

test('of many requests at once, which share commits, each is linked from one delivery', async () => {
  const { server, comments } = await withReport();
  const asked = Array.from({ length: 40 }, (_, i) =>
    server.ask(i % 2 === 0 ? 'ann' : 'cleo', 'POST', comments, { body: `Hello ${i}` }),
  );
  await Promise.all(asked);
  await until('the spans', () => spans(addComment).length === asked.length);
  expect(linksOf(spans('deliver'))).toEqual(idsOf(spans(addComment)));
  expect(spans('deliver').length).toBeLessThan(asked.length);
});

test('requests that come together on one connection are not mixed up', async () => {
  const { server, comments } = await withReport();
  const [body, token] = [JSON.stringify({ body: 'Hello' }), await server.token('ann')];
  const request = (connection: string) =>
    [
      `POST ${comments} HTTP/1.1`,
      'Host: x',
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      `Connection: ${connection}`,
      '',
      body,
    ].join('\r\n');
  await exchange(server.url, request('keep-alive').repeat(4) + request('close'));
  await until('the spans', () => spans(addComment).length === 5);
  expect(new Set(spans(addComment).map((span) => span.spanContext().traceId)).size).toBe(5);
  for (const span of spans(addComment)) expect(span.parentSpanContext).toBeUndefined();
  expect(linksOf(spans('deliver'))).toEqual(idsOf(spans(addComment)));
});

test('a request that failed by a fault of the server has a span that says so', async () => {
  const { server, comments } = await withReport();
  await server.store.close();
  await server.ask('ann', 'POST', comments, { body: 'Hello' });
  await until('its span', () => spans(addComment).length === 1);
  const [span] = spans(addComment);
  expect(span?.status.code).toBe(SpanStatusCode.ERROR);
  expect(span?.attributes).toMatchObject({ 'http.response.status_code': 503, 'error.type': '503' });
});
