import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Store } from '../domain/store.ts';
import type { Hub } from '../stream/hub.ts';
import type { Connections } from './connections.ts';
import type { AllowedOrigins } from './origins.ts';
import type { Revocations } from './revocations.ts';
import type { Tickets } from './tickets.ts';

/** What the routes of publishers are made of. */
export interface PublishingParts {
  readonly store: Store;
  /** What stands before everything that only publishers do: their token, their limit, the body's parser. */
  readonly publishing: readonly RequestHandler[];
  /** What stands before what the operator may do as well. */
  readonly readingPublished: readonly RequestHandler[];
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** What the routes are made of. */
export interface RouteParts {
  readonly store: Store;
  readonly hub: Hub;
  readonly tickets: Tickets;
  readonly revocations: Pick<Revocations, 'end'>;
  readonly allowedOrigins: AllowedOrigins;
  /** What stands before every authenticated GET but the stream: sign-in by header or cookie, the limit of reads. */
  readonly reading: readonly RequestHandler[];
  /** Lets users through who show a token or a ticket. */
  readonly signedInOrTicket: RequestHandler;
  /** What stands before every authenticated POST: sign-in, the limit of writes, the body's parser. */
  readonly writing: readonly RequestHandler[];
  /** The same for marks on one's own notifications, which have a limit of their own: a user makes many, and each is cheap. */
  readonly marking: readonly RequestHandler[];
  /** The same for marking many as unread, each of which makes an event. */
  readonly unmarking: readonly RequestHandler[];
  /** Most stream openings per user and minute. */
  readonly streamOpeningsPerMinute: number;
  readonly connections: Connections;
  readonly log: Logger;
  /** Unix milliseconds. */
  readonly now: () => number;
}
