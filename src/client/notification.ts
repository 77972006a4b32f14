import type { Notification as Known } from '../domain/notification.ts';

/** What a notification says beside what every version of the server says. */
interface Content {
  /** The number of the event that last raised it: lists are ordered by it, newest first. */
  readonly seq: number;
  /** What it is about, such as `report:<id>`. */
  readonly topic: string | null;
  /** Plain text, like `body`: for a client that knows nothing of the notification's type. */
  readonly title: string;
  readonly body: string | null;
  /** Absolute http(s), or a path that begins with one `/`. */
  readonly url: string | null;
  readonly data: Readonly<Record<string, unknown>> | null;
  /** How many activities it tells of. */
  readonly count: number;
  /** The newest three of those who caused it. */
  readonly actors: readonly { readonly id: string; readonly name: string }[];
  /** RFC 3339 UTC. */
  readonly updatedAt: string;
}

/** One thing that the user should know, with its state. */
export type Notification = Known & Partial<Content>;
