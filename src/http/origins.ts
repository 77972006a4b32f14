import type { Logger } from 'pino';

/** Exact origins, and expressions that an origin has to match as a whole. */
export type AllowedOrigins = readonly (string | RegExp)[];

const hourMs = 60 * 60_000;
const reportedPerHour = 20;
/** Longer ones are no names of a page that somebody is developing. */
const maxReportedLength = 100;

export function isAllowed(allowed: AllowedOrigins, origin: string): boolean {
  return allowed.some((one) => (typeof one === 'string' ? one === origin : one.test(origin)));
}

/** Says in the log what a page lacks: a browser shows it nothing but a failed request. */
export interface PageReport {
  /** A page of an origin that is not allowed has asked. */
  notAllowed(origin: string): void;
  /** A page of an allowed origin has asked with no credential at all. */
  withoutSession(origin: string): void;
}

/** Each page is reported once an hour, and at most 20 of them. @param now Unix milliseconds */
export function createPageReport(log: Logger, now: () => number): PageReport {
  const reported = new Set<string>();
  let since = now();

  function warn(origin: string, missing: string): void {
    if (now() - since >= hourMs) {
      reported.clear();
      since = now();
    }
    const line = `A page of ${origin} was refused: ${missing}`;
    // What is no plain origin is no page: nothing that a client makes up gets into the log.
    if (origin.length > maxReportedLength || URL.parse(origin)?.origin !== origin) return;
    if (reported.size >= reportedPerHour || reported.has(line)) return;
    reported.add(line);
    log.warn(line);
  }

  return {
    notAllowed: (origin) => warn(origin, `if it is yours, add ${origin} to ALLOWED_ORIGINS.`),
    withoutSession: (origin) =>
      warn(
        origin,
        'it has neither a session (POST /session with a bearer token, from the same site) nor a token or ticket.',
      ),
  };
}
