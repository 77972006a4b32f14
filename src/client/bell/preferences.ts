import type { Preference, Settings } from '../choices.ts';

/** The settings with another preference; undefined goes back to what holds without one. */
export function withPreference(
  { inbox, ...others }: Settings,
  name: string,
  preference: Preference | undefined,
): Settings {
  const entries = Object.entries(inbox).filter(([one]) => one !== name);
  if (preference !== undefined) entries.push([name, preference]);
  return { ...others, inbox: Object.fromEntries(entries) };
}
