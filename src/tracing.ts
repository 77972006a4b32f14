import type { SpanContext } from '@opentelemetry/api';
import type { Announcement } from './domain/bus.ts';

type Api = typeof import('@opentelemetry/api');

/** What Carillon tells OpenTelemetry. */
export interface Tracing {
  /** Undefined where it is not installed. */
  readonly api: Api | undefined;
  /**
   * Names the active span, as the header `traceparent` does (W3C Trace Context, section 3.2.2): what is written now is
   * caused by it. @returns undefined when there is none that is recorded
   */
  readonly cause: () => string | undefined;
  /** Delivers, in a span that is linked to what caused it; without a cause there is no span. */
  readonly delivery: (announcement: Announcement, deliver: () => void) => void;
}

/** Traces by `@opentelemetry/api`, where it is installed. Until the application registers an SDK, nothing is made. */
export async function createTracing(): Promise<Tracing> {
  const api = await import('@opentelemetry/api').catch(() => undefined);
  return api === undefined ? noTracing : tracingWith(api);
}

const noTracing: Tracing = {
  api: undefined,
  cause: () => undefined,
  delivery: (_, deliver) => {
    deliver();
  },
};

function tracingWith(api: Api): Tracing {
  const { context, trace, SpanKind, ROOT_CONTEXT } = api;
  const tracer = trace.getTracer('carillon');
  return {
    api,
    cause: () => {
      const span = trace.getSpan(context.active());
      return span?.isRecording() === true ? traceparentOf(span.spanContext()) : undefined;
    },
    delivery: ({ events, committedAt, causes = [] }, deliver) => {
      const links = causes.map(spanContextOf).filter((cause) => cause !== undefined);
      const [first] = links;
      if (first === undefined || events.length === 0) {
        deliver();
        return;
      }
      const span = tracer.startSpan(
        'deliver',
        {
          kind: SpanKind.PRODUCER,
          links: links.map((one) => ({ context: one })),
          attributes: { 'carillon.events': events.length },
          ...(committedAt !== undefined && { startTime: performance.timeOrigin + committedAt }),
        },
        // Of several causes the first decides whether it is sampled.
        trace.setSpanContext(ROOT_CONTEXT, first),
      );
      try {
        deliver();
      } finally {
        span.end();
      }
    },
  };
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function spanContextOf(traceparent: string): SpanContext | undefined {
  const [, traceId, spanId, flags] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: parseInt(flags, 16) };
}
