import type { Request, RequestHandler } from 'express';
import { shownPath } from './request.ts';

type Api = typeof import('@opentelemetry/api');

const untraced = new Set(['/notifications/stream', '/healthz', '/readyz', '/metrics']);

/**
 * Stands before all routes: makes a span per request, and none for what probes ask, nor for a stream, which has no end.
 * Names and attributes are those of OpenTelemetry's semantic conventions for HTTP spans (1.23 and later).
 */
export function requestSpans({ context, propagation, trace, SpanKind, SpanStatusCode }: Api): RequestHandler {
  const tracer = trace.getTracer('carillon');
  return (req, res, next) => {
    const path = shownPath(req.path);
    if (untraced.has(path)) {
      next();
      return;
    }
    const { method, baseUrl } = req;
    const active = context.active();
    // Where the application traces its server, the request has a span already.
    const isInner = trace.getSpan(active) !== undefined;
    const parent = isInner ? active : propagation.extract(active, req.headers);
    const attributes = {
      'http.request.method': method,
      'url.path': baseUrl + path,
      'url.scheme': req.protocol,
    };
    const kind = isInner ? SpanKind.INTERNAL : SpanKind.SERVER;
    const span = tracer.startSpan(method, { kind, attributes }, parent);
    if (!trace.isSpanContextValid(span.spanContext())) {
      next();
      return;
    }
    res.once('close', () => {
      const { statusCode } = res;
      span.setAttribute('http.response.status_code', statusCode);
      const route = routeOf(req);
      if (route !== undefined) {
        span.updateName(`${method} ${baseUrl}${route}`);
        span.setAttribute('http.route', baseUrl + route);
      }
      if (statusCode >= 500) {
        span.setAttribute('error.type', String(statusCode)).setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    });
    context.with(trace.setSpan(parent, span), next);
  };
}

/** The route that has answered, such as `/reports/:reportId`; undefined when none has. */
function routeOf({ route }: Request): string | undefined {
  const { path } = (route ?? {}) as { path?: string | RegExp };
  return path === undefined ? undefined : String(path);
}
