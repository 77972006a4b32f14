import { readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { addComments, addReport } from '../support/comments.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { TestRedis } from '../support/redis.ts';
import { startServer } from '../support/server.ts';

/* The dashboard and the alerts ask for what a server really says. */

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}
interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}

const alerts = (parse(readFileSync('deploy/prometheus/alerts.yml', 'utf8')) as Rules).groups.flatMap(
  ({ rules }) => rules,
);
const dashboard = JSON.parse(readFileSync('deploy/grafana/carillon.json', 'utf8')) as Dashboard;
const expressions = [
  ...alerts.map(({ expr }) => expr),
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
];

/** The metrics that an expression asks for, each with the names of the labels by which it selects. */
function selectorsOf(expression: string): { metric: string; labels: string[] }[] {
  const found: { metric: string; labels: string[] }[] = [];
  parser.parse(expression).iterate({
    enter: ({ type, from, to, node }) => {
      expect(type.isError, `${expression} at ${from}`).toBe(false);
      if (type.name !== 'VectorSelector') return;
      const text = expression.slice(from, to);
      const labels = Array.from(text.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g), ([, name = '']) => name);
      const name = node.getChild('Identifier');
      found.push({ metric: name === null ? '' : expression.slice(name.from, name.to), labels });
    },
  });
  return found;
}

/** What Prometheus adds itself. */
const added = new Set(['job', 'instance']);

test('every expression can be parsed, and asks for metrics and labels that there are', async () => {
  const redis = await TestRedis.run();
  const server = await startServer({ environment: { REDIS_URL: redis.url } });
  const stream = openRawStream(server.url, { token: await server.token('ann') });
  await stream.waitFor('sync');
  const { id } = await addReport(server.store);
  await addComments(server.store, id, 1);
  await stream.waitFor('notification');
  const text = await (await fetch(`${server.url}/metrics`)).text();
  /** A metric is there when it is declared, with a sample or without one. */
  const declared = new Set(Array.from(text.matchAll(/^# TYPE (\w+)/gm), ([, name = '']) => name));
  const labels = new Set(Array.from(text.matchAll(/[{,](\w+)="/g), ([, name = '']) => name));
  expect(expressions.length).toBeGreaterThan(15);
  for (const expression of expressions) {
    const selectors = selectorsOf(expression.trim());
    expect(selectors.length, expression).toBeGreaterThan(0);
    for (const { metric, labels: asked } of selectors) {
      const name = metric.replace(/_(?:bucket|sum|count)$/, '');
      const isThere = metric === 'up' || declared.has(metric) || declared.has(name);
      expect([metric, isThere]).toEqual([metric, true]);
      for (const label of asked)
        expect([label, labels.has(label) || added.has(label)]).toEqual([label, true]);
    }
  }
});

test('every alert says what to do', () => {
  expect(alerts.length).toBeGreaterThan(4);
  for (const one of alerts as readonly { alert: string; annotations?: Record<string, string> }[]) {
    expect([one.alert, one.annotations?.['summary'], one.annotations?.['what_to_do']]).toEqual([
      one.alert,
      expect.stringMatching(/\w/),
      expect.stringMatching(/\w/),
    ]);
  }
});
