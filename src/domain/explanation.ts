import type { Decision, Rule } from './decide.ts';
import type { WatchCause } from './watch.ts';

/** Somebody who was considered for an activity. */
export interface ShownRecipient {
  readonly user: string;
  readonly notified: boolean;
  readonly reason: string | null;
  readonly rule: Rule;
}

export interface Explained extends ShownRecipient {
  readonly trace: Decision['trace'];
  /** Who was never considered is told what would be decided now. */
  readonly asOf?: 'now';
}

/** How many would be notified, and how many people each rule decides about. */
export interface Explanation {
  readonly notified: number;
  readonly because: Readonly<Partial<Record<Rule, number>>>;
}

/** Why a user has a notification. */
export interface Why {
  readonly reason: string;
  readonly rule: Rule;
  /** Why they watch the topic; null when they do not. */
  readonly because: WatchCause | null;
  readonly topic: string | null;
  /** Since when they watch it. */
  readonly since: string | null;
  /** The one request that stops it. */
  readonly stop: { readonly method: 'PUT'; readonly path: string; readonly body: unknown };
}
