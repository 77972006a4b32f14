/** A text that depends on a number, `{count}`: one for each plural category of the language, `other` at least. */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

/** Everything that the bell says. Names in braces are filled in. */
export interface Messages {
  /** The panel's heading, and the button's name while nothing awaits. */
  readonly title: string;
  /** The button's name while something awaits. */
  readonly waiting: Plural;
  readonly all: string;
  readonly unread: string;
  /** The filter that shows the archived ones. */
  readonly archivedOnes: string;
  readonly markAllRead: string;
  readonly markRead: string;
  readonly markUnread: string;
  readonly archive: string;
  /** Takes one out of the archive again. */
  readonly unarchive: string;
  readonly close: string;
  /**
   * What a notification says, by its type: `{actor}`, `{title}`, `{report}`, `{count}` are in bold, and `{actor}` is also
   * "Ann, Bob and 3 others". `other` is for all other types. A notification that lacks what a text names shows its title.
   */
  readonly types: Readonly<Record<string, string>> & { readonly other: string };
  /** Why somebody has a notification, by its reason; `other` is for all other reasons. */
  readonly because: Readonly<Record<string, string>> & { readonly other: string };
  /** Stops what a notification is about, and says that it was done. */
  readonly mute: string;
  readonly muted: string;
  readonly settings: string;
  /** Leads from the settings to the list. */
  readonly back: string;
  /** The headings of the settings. */
  readonly hear: string;
  readonly mutedTopics: string;
  readonly blockedPeople: string;
  /** What one can hear of, by the settings' own names; others are shown as they are. */
  readonly hearOf: Readonly<Record<string, string>>;
  readonly preferences: Readonly<Record<'on' | 'quiet' | 'off', string>>;
  /** What `quiet` means. */
  readonly quietHint: string;
  readonly unmute: string;
  readonly unblock: string;
  /** Where a list in the settings is empty. */
  readonly nothing: string;
  /** Those of a group whom the bell does not name: "Ann, Bob and 3 others". */
  readonly others: Plural;
  /** The button that shows what came while somebody reads. */
  readonly showNew: Plural;
  readonly loadMore: string;
  readonly loading: string;
  readonly loadingFailed: string;
  readonly loadingFailedHint: string;
  readonly retry: string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly emptyUnread: string;
  readonly emptyUnreadHint: string;
  readonly emptyArchived: string;
  readonly emptyArchivedHint: string;
  readonly signedOut: string;
  readonly signedOutHint: string;
  readonly reconnecting: string;
  /** Above a list; `{time}` is a time of day. */
  readonly offline: string;
  /** The same where there is no list to show. */
  readonly offlineSince: string;
  /** Said, not shown: the connection is back. */
  readonly live: string;
  readonly archived: string;
  readonly unarchived: string;
  readonly allRead: Plural;
  readonly undo: string;
  /** Where not all of what was read at once can be unread again. */
  readonly undoLatest: Plural;
  readonly actionFailed: string;
  /** Said, not shown: so many came. */
  readonly arrived: Plural;
}

/** `messages` of an application: all or some of them, or those of another language. */
export type SomeMessages = Partial<Messages>;

/** The pieces of `template`: texts as strings, and the names in its braces. */
export function piecesOf(template: string): readonly (string | { readonly name: string })[] {
  return template
    .split(/(\{\w+\})/)
    .filter((piece) => piece !== '')
    .map((piece) => (/^\{\w+\}$/.test(piece) ? { name: piece.slice(1, -1) } : piece));
}

/** What `values` has under `name` itself: `constructor` is the name of nothing in it. */
export function own<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** `template` with its braces filled in; what has no value stays as it is. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => own(values, name) ?? whole);
}
