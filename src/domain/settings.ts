import { z } from 'zod';
import { UserId } from './actor.ts';

/** What becomes of a notification: it arrives, it arrives read, or it does not arrive. */
export const Preference = z.enum(['on', 'quiet', 'off']);
export type Preference = z.infer<typeof Preference>;

const activityType = '[A-Za-z][A-Za-z0-9._-]{0,63}';

/** What one user wants to hear of. */
export const Settings = z.strictObject({
  /** By `<type>/<reason>`, `<type>`, or `*`. The most exact entry decides. */
  inbox: z
    .record(z.string().regex(new RegExp(`^(?:\\*|${activityType}(?:/${activityType})?)$`)), Preference)
    .refine((inbox) => Object.keys(inbox).length <= 200, 'Expected at most 200 entries.')
    .default({}),
  /** Users whose activities do not arrive. */
  blocked: z.array(UserId).max(1_000).default([]),
});
export type Settings = z.infer<typeof Settings>;

/** The settings of a user who has not set anything. */
export const defaultSettings: Settings = { inbox: {}, blocked: [] };

/** What the settings say of a notification of this type and reason. */
export function preferenceFor({ inbox }: Settings, type: string, reason: string): Preference {
  return inbox[`${type}/${reason}`] ?? inbox[type] ?? inbox['*'] ?? 'on';
}

/** A user's settings, and how often they were set. */
export interface VersionedSettings {
  readonly settings: Settings;
  /** 0 for the defaults. */
  readonly version: number;
}
