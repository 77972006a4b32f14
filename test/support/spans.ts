import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { beforeEach } from 'vitest';

/** What is traced in this process. To import this registers an SDK, for the whole test file. */
const exporter = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
beforeEach(() => exporter.reset());

/** The spans of the present test that have ended, of this name or all. */
export function spans(name?: string): ReadableSpan[] {
  return exporter.getFinishedSpans().filter((span) => name === undefined || span.name === name);
}

export function idsOf(all: readonly ReadableSpan[]): string[] {
  return all.map((span) => span.spanContext().spanId).sort();
}

/** The ids of the spans to which these are linked. */
export function linksOf(all: readonly ReadableSpan[]): string[] {
  return all.flatMap(({ links }) => links.map(({ context }) => context.spanId)).sort();
}
