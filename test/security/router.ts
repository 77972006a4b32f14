import type { Express } from 'express';
import { pino } from 'pino';
import { createApp, type AppParts } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';

/** What a router of Express consists of, as far as it must be known to find its routes. */
interface Layer {
  /** Whether it is mounted at `/`. */
  readonly slash: boolean;
  readonly route?: { readonly path: unknown; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
}

/** The app without a port, on parts that are never asked. */
export function bareApp(): Express {
  const config = readConfig({ PORT: '0', OPERATOR_TOKEN: 'o'.repeat(32) }, 1000);
  const parts = { config, log: pino({ level: 'silent' }) };
  return createApp(
    new Proxy(parts, {
      get: (known, name) => (name in known ? Reflect.get(known, name) : nothing),
    }) as AppParts,
  );
}

/** May be called, and read, and is always itself. */
const nothing: unknown = new Proxy(() => nothing, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => 'nothing' : nothing),
});

/** Each route that the app has, as `GET /path`. @throws when there is one whose path cannot be told */
export function routesOf(app: Express): string[] {
  return found(app.router.stack as unknown as readonly Layer[]);
}

function found(stack: readonly Layer[]): string[] {
  return stack.flatMap(({ route, handle, slash }) => {
    if (route !== undefined) {
      const methods = Object.keys(route.methods).filter((method) => method !== '_all');
      return methods.map((method) => `${method.toUpperCase()} ${String(route.path)}`);
    }
    const inner = found(handle.stack ?? []);
    if (inner.length > 0 && !slash) throw new Error(`Routes are mounted under a prefix: ${inner.join(', ')}`);
    return inner;
  });
}
