import type { Preference } from '../choices.ts';
import type { Counts } from '../../domain/notification.ts';
import type { AnyNotification } from './any-notification.ts';

export type Filter = 'all' | 'unread' | 'archived';

/** What the badge counts: what was never seen, what was not read; a mere dot for the former; or nothing. */
export type Badge = 'unseen' | 'unread' | 'dot' | 'none';

/** What is to be said of the connection; nothing while it is good, or only just lost. */
export type ConnectionNotice =
  | { readonly kind: 'none' }
  | { readonly kind: 'reconnecting' }
  /** `since`: Unix milliseconds. */
  | { readonly kind: 'offline'; readonly since: number };

/** The settings as the panel shows them. */
export interface SettingsModel {
  readonly status: 'loading' | 'ready' | 'failed';
  readonly inbox: Readonly<Record<string, Preference>>;
  readonly blocked: readonly Named[];
  /** Topics of which the user hears nothing. */
  readonly muted: readonly Named[];
}

/** Something by its id, with what people call it. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** What can be undone; of `count` that were read at once, `undone` would be unread again. */
export type Undoable =
  | { readonly kind: 'archived' | 'unarchived' | 'muted' }
  | { readonly kind: 'allRead'; readonly count: number; readonly undone: number }
  | undefined;

/** Everything that one can see of a bell: what is on the screen depends on this alone. */
export interface BellModel {
  readonly isOpen: boolean;
  readonly badge: Badge;
  /** How often something new has come, while the bell was there. */
  readonly rings: number;
  readonly counts: Counts;
  readonly filter: Filter;
  /** Whether the list is there yet, could not be had, or is nobody's. */
  readonly list: 'loading' | 'ready' | 'failed' | 'signed_out';
  /** What is shown, newest first. */
  readonly items: readonly AnyNotification[];
  /** How many newer ones wait behind "N new", so that the list does not move under who reads it. */
  readonly heldBack: number;
  readonly more: 'none' | 'ready' | 'loading' | 'failed';
  readonly connection: ConnectionNotice;
  readonly undoable: Undoable;
  /** Undefined while the list is shown. */
  readonly settings: SettingsModel | undefined;
  /** Whether the last thing that was asked for could not be done. */
  readonly actionFailed: boolean;
  /** What the times are told against: Unix milliseconds. */
  readonly now: number;
}

export const firstModel: BellModel = {
  isOpen: false,
  badge: 'unseen',
  rings: 0,
  counts: { unread: 0, unseen: 0 },
  filter: 'all',
  list: 'loading',
  items: [],
  heldBack: 0,
  more: 'none',
  connection: { kind: 'none' },
  undoable: undefined,
  settings: undefined,
  actionFailed: false,
  now: 0,
};

/** The number that the badge and the button's name tell; 0 shows none. */
export function awaiting({ badge, counts, list }: BellModel): number {
  if (list === 'signed_out' || badge === 'none') return 0;
  return badge === 'unread' ? counts.unread : counts.unseen;
}

/** What stands in the panel's middle. */
export type Screen =
  'settings' | 'skeleton' | 'list' | 'empty' | 'empty_unread' | 'empty_archived' | 'failed' | 'signed_out';

const emptyScreens = { all: 'empty', unread: 'empty_unread', archived: 'empty_archived' } as const;

export function screenOf({ list, items, heldBack, filter, more, settings }: BellModel): Screen {
  if (list === 'signed_out') return 'signed_out';
  if (settings !== undefined) return 'settings';
  // What was there once is better than a sentence that it cannot be had again.
  if (items.length > 0 || heldBack > 0) return 'list';
  if (list === 'failed') return 'failed';
  if (list === 'loading' || more !== 'none') return 'skeleton';
  return emptyScreens[filter];
}
