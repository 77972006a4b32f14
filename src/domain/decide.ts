import type { Activity } from './activity.ts';
import { defaultSettings, preferenceFor, type Settings } from './settings.ts';
import type { Watch } from './watch.ts';

/** How an activity addresses somebody, the strongest first. A publisher gives a reason of its own, or `direct`. */
export type AddressKind = 'mention' | 'reply' | 'publisher' | 'team';

export interface Address {
  readonly kind: AddressKind;
  /** What the notification gives as its reason. */
  readonly reason: string;
}

/** One person, with everything that the decision depends on. */
export interface Candidate {
  readonly userId: string;
  /** How the activity addresses them; empty when it does not. */
  readonly addresses: readonly Address[];
  /** Their own watches of the activity's topics. */
  readonly watches: readonly Watch[];
  /** What holds for everybody without a watch of their own, for the activity's topics. */
  readonly defaults: readonly Watch[];
  readonly settings?: Settings;
}

/** The rules in the order in which they are tried. The first that matches decides. */
export const rules = [
  'gone',
  'self',
  'denied',
  'blocked',
  'muted',
  'addressed',
  'not_watching',
  'watched_later',
  'watching',
  'preference',
] as const;
export type Rule = (typeof rules)[number];

/** Whether one person is notified of one activity, and why. */
export interface Decision {
  readonly notified: boolean;
  /** Why they are notified, or would be if `preference` did not say no; null when nothing speaks for it. */
  readonly reason: string | null;
  /** The rule that decided. */
  readonly rule: Rule;
  /** The notification arrives read. */
  readonly quiet: boolean;
  /** Each rule that was looked at, and whether it let the person pass on to the next one. */
  readonly trace: readonly { readonly rule: Rule; readonly pass: boolean }[];
}

const strength: Record<AddressKind, number> = { mention: 4, reply: 3, publisher: 2, team: 1 };

/**
 * Who is notified, and why: the one place that decides it.
 * @param now Unix milliseconds.
 */
export function decide(activity: Activity, candidate: Candidate, now: number): Decision {
  const { userId, addresses, settings = defaultSettings } = candidate;
  const trace: { rule: Rule; pass: boolean }[] = [];
  /** Notes that `rule` was looked at. @returns whether it matches, and so decides */
  const matches = (rule: Rule, isMatch: boolean) => {
    trace.push({ rule, pass: !isMatch });
    return isMatch;
  };
  const no = (rule: Rule, reason: string | null = null): Decision => ({
    notified: false,
    reason,
    rule,
    quiet: false,
    trace,
  });

  if (matches('gone', isGone(activity, now))) return no('gone');
  const isNamed = addresses.some(({ kind }) => kind === 'publisher');
  if (matches('self', activity.actor?.id === userId && !isNamed)) return no('self');
  if (matches('denied', isDenied(activity, candidate))) return no('denied');
  if (matches('blocked', activity.actor !== null && settings.blocked.includes(activity.actor.id)))
    return no('blocked');
  const watch = decidingWatch(activity, candidate);
  if (matches('muted', watch?.level === 'none')) return no('muted');

  let rule: Rule = 'addressed';
  let reason = strongest(addresses)?.reason;
  if (!matches('addressed', reason !== undefined)) {
    if (matches('not_watching', watch?.level !== 'all')) return no('not_watching');
    if (matches('watched_later', (watch?.since ?? 0) > activity.happenedAt)) return no('watched_later');
    rule = 'watching';
    reason = watch?.because === 'owner' || watch?.because === 'commented' ? watch.because : 'watching';
    matches('watching', true);
  }
  // Rules 6 and 7 find the reason; the settings can still say no to it.
  const preference = preferenceFor(settings, activity.type, reason ?? '');
  if (matches('preference', preference === 'off')) return no('preference', reason);
  return { notified: true, reason: reason ?? null, rule, quiet: preference === 'quiet', trace };
}

/** The reasons that a watch gives, the strongest first; every other one is that of an address. */
const watchReasons = ['owner', 'commented', 'watching'];

/** Whether a watch gives this reason, and not an address. */
export function isOfWatch(reason: string): boolean {
  return watchReasons.includes(reason);
}

/** The strongest reason of a comment's activities that share a notification; undefined when there is none. */
export function strongestReason(reasons: readonly (string | null)[]): string | undefined {
  return ['mention', 'reply', ...watchReasons].find((reason) => reasons.includes(reason));
}

/** The trace that led to a decision of which only its rule and its reason are known. */
export function traceTo(rule: Rule, reason: string | null): Decision['trace'] {
  const isAddressed = rule === 'addressed' || (reason !== null && !isOfWatch(reason));
  const found: Rule = isAddressed ? 'addressed' : 'watching';
  // What found the reason is followed by nothing but the settings, which can still say no to it.
  const isReason = rule === found || rule === 'preference';
  const last = isReason ? found : rule;
  const passed = rules.slice(0, rules.indexOf(last)).map((one) => ({ rule: one, pass: true }));
  const settings = { rule: 'preference' as const, pass: rule !== 'preference' };
  return [...passed, { rule: last, pass: false }, ...(isReason ? [settings] : [])];
}

function isGone({ isRetracted, expiresAt, happenedAt }: Activity, now: number): boolean {
  return isRetracted || (expiresAt !== null && expiresAt <= now) || happenedAt > now;
}

/** By a watch of their own of any of the topics, or, of a topic where they have none, by what holds for everybody. */
function isDenied({ topics }: Activity, { watches, defaults }: Candidate): boolean {
  return topics.some((topic) => {
    const isOfTopic = (watch: Watch) => watch.topic === topic;
    return (watches.find(isOfTopic) ?? defaults.find(isOfTopic))?.because === 'denied';
  });
}

/** That of the narrowest topic for which the person has one. */
function decidingWatch({ topics }: Activity, { watches }: Candidate): Watch | undefined {
  for (const topic of topics) {
    const watch = watches.find((own) => own.topic === topic);
    if (watch !== undefined) return watch;
  }
  return undefined;
}

function strongest(addresses: readonly Address[]): Address | undefined {
  return addresses.toSorted((a, b) => strength[b.kind] - strength[a.kind])[0];
}
