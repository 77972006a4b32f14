import type { IncomingMessage } from 'node:http';
import { RedisStore } from 'connect-redis';
import session from 'express-session';
import { createClient } from 'redis';

declare module 'express-session' {
  interface SessionData {
    user: { id: string; name: string };
  }
}

/** A request behind the session's middleware, of HTTP and of socket.io alike. */
export type SessionRequest = IncomingMessage & { session?: session.Session & Partial<session.SessionData> };

/** The application's own sessions: kept in Redis when `REDIS_URL` is set, else in this process. */
export async function createSessions(secret: string, redisUrl?: string) {
  const client = redisUrl === undefined ? undefined : createClient({ url: redisUrl });
  // It connects again by itself; an error that nobody listens to would end the process.
  client?.on('error', (error: Error) => console.error(`Redis: ${error.message}`));
  await client?.connect();
  const middleware = session({
    secret,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax' },
    ...(client && { store: new RedisStore({ client }) }),
  });
  return { middleware, close: async () => client?.close() };
}
