import type { Preference } from '../choices.ts';
import type { Client } from '../client.ts';
import { withPreference } from './preferences.ts';
import type { Undo } from './undo.ts';

/**
 * Stops what a notification is about, by what Carillon says stops it: its topic, or what is about no topic by its type.
 * @returns how it is taken back
 */
export async function mute(client: Client, id: string, type: string): Promise<Undo['takeBack']> {
  const { topic } = await client.why(id);
  if (topic === null) {
    let before: Preference | undefined;
    await client.setSettings((present) => {
      before = present.inbox[type];
      return withPreference(present, type, 'off');
    });
    return (back) => back.setSettings((present) => withPreference(present, type, before));
  }
  const { level, because } = await client.watch(topic);
  await client.setWatch(topic, 'none');
  // Whoever has chosen nothing goes back to that; what was inferred, and goes away with it, is chosen instead.
  return (back) => (because === null ? back.unsetWatch(topic) : back.setWatch(topic, level));
}
