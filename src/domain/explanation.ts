import type { Decision, Rule } from './decide.ts';

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
