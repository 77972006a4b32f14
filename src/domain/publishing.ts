import { z } from 'zod';
import { Person, UserId } from './actor.ts';
import { kinds } from './kinds/kinds.ts';
import { text } from './text.ts';

const name = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;
const yearMs = 365 * 24 * 60 * 60 * 1000;
const maxDataBytes = 8 * 1024;

/** The name of what activities are about. Printable ASCII without spaces, so that it is safe in paths and logs. */
export const Topic = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'Expected 1 to 200 printable ASCII characters without spaces.');

/** What happened, as a publisher calls it. Carillon's own types are its own. */
export const ActivityType = z
  .string()
  .regex(name, 'Expected a letter, then up to 63 of A–Z a–z 0–9 . _ -')
  .refine((type) => kinds[type] === undefined, "This is one of Carillon's own types.");

const Reason = z.string().regex(name, 'Expected a letter, then up to 63 of A–Z a–z 0–9 . _ -');

/** Whom an activity addresses: one user, or everybody who watches a topic. */
export const Addressee = z.union([
  UserId.transform((user) => ({ user, reason: 'direct' })),
  z.strictObject({ user: UserId, reason: Reason.default('direct') }),
  z.strictObject({ topic: Topic, reason: Reason.default('team') }),
]);
export type Addressee = z.infer<typeof Addressee>;

const Url = text(0, 2_000).refine(
  (url) => /^\/(?!\/)[^\\\s\p{Cc}]*$/u.test(url) || isHttp(url),
  'Expected an http or https URL, or a path.',
);

const Data = z
  .record(z.string(), z.json())
  .refine(
    (data) => new TextEncoder().encode(JSON.stringify(data)).length <= maxDataBytes,
    'Expected at most 8 KiB.',
  );

/** A time, RFC 3339, as Unix milliseconds. */
const Time = z.iso.datetime({ offset: true }).transform((time) => Date.parse(time));

/** What one sees of an activity. */
const Content = {
  title: text(1, 200),
  body: text(0, 1_000).nullable().default(null),
  url: Url.nullable().default(null),
  data: Data.nullable().default(null),
};

/** What a publisher says. @param now gives Unix milliseconds */
export function newActivity(now: () => number) {
  return z
    .strictObject({
      type: ActivityType,
      ...Content,
      topics: z.array(Topic).min(1).max(5).default([]),
      to: z.array(Addressee).min(1).max(1_000).default([]),
      actor: Person.strict().nullable().default(null),
      group: text(1, 200).nullable().default(null),
      key: text(1, 200).nullable().default(null),
      at: Time.nullable().default(null),
      expiresAt: Time.nullable().default(null),
    })
    .superRefine(({ topics, to, at, expiresAt }, context) => {
      const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
      if (topics.length === 0 && to.length === 0) fault(['to'], 'Expected at least one of to and topics.');
      if (new Set(topics).size < topics.length) fault(['topics'], 'Expected each topic once.');
      if (at !== null && at > now() + yearMs) fault(['at'], 'Expected a time within a year.');
      if (expiresAt !== null && expiresAt <= (at ?? now()))
        fault(['expiresAt'], 'Expected a time after it happens.');
    });
}
export type NewActivity = z.infer<ReturnType<typeof newActivity>>;

/** New content; what is not named stays. */
export const ActivityChange = z
  .strictObject({
    title: Content.title.optional(),
    body: text(0, 1_000).nullable().optional(),
    url: Url.nullable().optional(),
    data: Data.nullable().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'Expected at least one of title, body, url, data.');
export type ActivityChange = z.infer<typeof ActivityChange>;

/**
 * How far an activity has come: nothing happens before its time, it is still reaching people, it has reached all of
 * them, or it was taken back.
 */
export type ActivityState = 'scheduled' | 'running' | 'done' | 'retracted';

/** An activity as its publisher sees it. */
export interface PublishedActivity {
  readonly id: string;
  readonly state: ActivityState;
  /** People who have a notification of it. */
  readonly notified: number;
  /** People whose turn has not come. */
  readonly waiting: number;
}

/** An activity that was published, now or (`isNew` false) by an earlier request with its key. */
export interface Publication {
  readonly value: PublishedActivity;
  readonly isNew: boolean;
}

/** `URL` alone would take what is no URL as it stands, such as `http:example.com` or one with a line break in it. */
function isHttp(url: string): boolean {
  return /^https?:\/\/[^\\\s\p{Cc}]+$/iu.test(url) && URL.canParse(url);
}
