import type { Preference, Settings } from '../domain/settings.ts';
import type { WatchLevel } from '../domain/watch.ts';

export type { Preference, Settings, WatchLevel };

/** What a user hears of a topic. */
export interface Watch {
  readonly topic: string;
  /** `all`; `direct`: only what addresses them; or `none`. */
  readonly level: WatchLevel;
  /** `owner`, `commented`, `manual`; null when they have chosen nothing and the default holds. */
  readonly because: string | null;
  /** RFC 3339; null with the default. */
  readonly since: string | null;
  /** Of a report; null for other topics. In `watches` alone. */
  readonly title?: string | null;
}

export interface WatchPage {
  readonly data: readonly Watch[];
  readonly nextCursor: string | null;
}

/** Why somebody has a notification. */
export interface Why {
  readonly reason: string;
  /** The rule that decided, such as `addressed` or `watching`. */
  readonly rule: string;
  /** Why they watch the topic; null when they do not. */
  readonly because: string | null;
  readonly topic: string | null;
  readonly since: string | null;
  /** The one request that stops it. */
  readonly stop: { readonly method: string; readonly path: string; readonly body: unknown };
}

/** What a user wants to hear of. Every method rejects with a `RequestError`. */
export interface Choices {
  /** Why this user has a notification. @throws RequestError (404: not this user's) */
  why(id: string): Promise<Why>;
  settings(): Promise<Settings>;
  /**
   * Changes the settings. When they were changed elsewhere meanwhile, `change` is asked again, with those.
   * @returns what holds now
   */
  setSettings(change: (present: Settings) => Settings): Promise<Settings>;
  /** Up to 100 of this user's own watches, by topic. @param cursor `nextCursor` of the page before */
  watches(cursor?: string): Promise<WatchPage>;
  /** @throws RequestError (404: no such topic, or closed to this user) */
  watch(topic: string): Promise<Watch>;
  setWatch(topic: string, level: WatchLevel): Promise<Watch>;
  /** Goes back to the default. */
  unsetWatch(topic: string): Promise<void>;
}
